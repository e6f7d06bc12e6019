"""Bulk files that a treasurer takes to her bank's CMS, and the results she brings back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import Max

from opd import access, audit
from opd.models import Opd, User
from opd.office import evidence
from opd.office.calendar import day_of
from opd.office.rules import value
from payments.spending.bank import cms_files
from payments.spending.bank.cms_files import BulkLine, CmsFileError, LineResult
from payments.spending.bank.sources import PayError, net_of, source_account
from payments.spending.errors import Blocked, Missing, WrongState
from payments.spending.models import (
    BulkFile,
    BulkState,
    Channel,
    Disbursement,
    Payee,
    Spend,
    SpendState,
    TreasuryAccount,
    Way,
)
from payments.spending.services import payments

MOST_LINES = 500


@transaction.atomic
def make_bulk(*, account_id: int, spend_ids: Iterable[UUID], by: User, at: datetime) -> BulkFile:
    """One bulk file for tested spends by CMS, all from one account; each waits for its result from then on.

    All payees inside the account's bank make an OB file, all outside an SKN file; a mixture is refused. Whole
    rupiah only. Raises SpendError, CmsFileError, PermissionDenied; nothing is kept then.
    """
    account = _account(account_id, at)
    access.require(by, "spend.pay", opd=account.opd_id)
    spends = _spends(spend_ids, account.opd_id)
    kind = _kind(spends, account)
    lines = [_line(spend, account, kind, at) for spend in spends]
    content = cms_files.write(lines)
    bulk = _keep(account, kind, lines, content, by=by, at=at)
    for no, spend in enumerate(spends, start=1):
        payments.begin_payment(
            spend_id=spend.pk,
            way=Way.CMS_BULK,
            account_id=account.pk,
            by=by,
            at=at,
            bulk_file=bulk,
            bulk_line=no,
        )
    after = {"name": bulk.name, "lines": bulk.lines, "total": str(bulk.total)}
    audit.record("bulk_file.make", bulk, by=by, at=at, after=after)
    return bulk


def _account(account_id: int, at: datetime) -> TreasuryAccount:
    found = TreasuryAccount.objects.filter(pk=account_id).first()
    if found is None:
        raise Missing("Rekening sumber itu tidak ada.")
    return source_account(account_id, found.opd_id, at=at)


def _spends(spend_ids: Iterable[UUID], opd_id: int) -> list[Spend]:
    wanted = list(dict.fromkeys(spend_ids))
    if not wanted:
        raise PayError("Pilih belanja yang akan dibayar. Berkas belum dibuat.")
    if len(wanted) > MOST_LINES:
        raise PayError(f"Satu berkas CMS paling banyak {MOST_LINES} transfer. Berkas belum dibuat.")
    rows = Spend.objects.filter(pk__in=wanted, opd=opd_id).select_related("payee", "opd").order_by("pk")
    spends = list(rows)
    if len(spends) != len(wanted):
        raise Missing("Ada belanja yang bukan milik OPD rekening ini. Berkas belum dibuat.")
    for spend in spends:
        if spend.state != SpendState.TESTED or spend.channel != Channel.CMS:
            raise WrongState(
                f"Belanja “{spend}” tidak lagi menunggu pembayaran lewat CMS. Berkas belum dibuat."
            )
    return spends


def _payee(spend: Spend) -> Payee:
    payee = spend.payee
    if payee is None or not payee.account_no or not payee.bank_code:
        raise PayError(
            f"Penerima belanja “{spend}” belum punya kode bank dan nomor rekening. Berkas belum dibuat."
        )
    if payee.blocked_at:
        raise Blocked(f"Penerima {payee.name} diblokir: {payee.block_reason}. Berkas belum dibuat.")
    return payee


def _kind(spends: Sequence[Spend], account: TreasuryAccount) -> str:
    inside = {_payee(spend).bank_code == account.bank_code for spend in spends}
    if len(inside) > 1:
        raise PayError(
            "Pilihan ini memuat penerima di bank yang sama dan di bank lain. Buat dua berkas: satu untuk "
            "sesama bank (OB), satu untuk bank lain (SKN)."
        )
    return cms_files.OB if inside.pop() else cms_files.SKN


def _line(spend: Spend, account: TreasuryAccount, kind: str, at: datetime) -> BulkLine:
    payee = _payee(spend)
    return BulkLine(
        opd=spend.opd.code,
        source_no=account.account_no,
        name=payee.account_name or payee.name,
        account_no=payee.account_no,
        amount=net_of(spend),
        note=spend.description,
        bic=bic_of(payee.bank_code, on=day_of(at)) if kind == cms_files.SKN else "",
    )


def bic_of(bank_code: str, *, on: date) -> str:
    """The BIC that an SKN file names for a bank code (rule ``spending.bank_bic``). Raises PayError."""
    code = bank_code.upper()
    if len(code) in {8, 11} and code[:4].isalpha():
        return code
    known: dict[str, str] = value("spending.bank_bic", on)
    if code not in known:
        raise PayError(
            f"BIC untuk kode bank {bank_code} belum terdaftar, jadi berkas SKN belum dapat dibuat. Bayar "
            "lewat transfer antarbank, atau minta administrator menambahkan BIC bank itu."
        )
    return known[code]


def _keep(
    account: TreasuryAccount, kind: str, lines: list[BulkLine], content: bytes, *, by: User, at: datetime
) -> BulkFile:
    """The file under the next number of its day; the agency's row keeps two makers apart."""
    opd, day = Opd.objects.select_for_update(no_key=True).get(pk=account.opd_id), day_of(at)
    earlier = BulkFile.objects.filter(opd=opd, kind=kind, day=day).aggregate(last=Max("number"))
    number = (earlier["last"] or 0) + 1
    name = cms_files.file_name(kind, opd.code, day, number)
    original, _ = evidence.store(ContentFile(content), name=name, media_type="text/csv", by=by, at=at)
    return BulkFile.objects.create(
        opd=opd,
        account=account,
        name=name,
        kind=kind,
        day=day,
        number=number,
        lines=len(lines),
        total=sum((line.amount for line in lines), Decimal(0)),
        evidence=original,
        made_at=at,
        made_by=by,
    )


@transaction.atomic
def read_bulk_result(*, bulk_id: int, upload: File[bytes], by: User, at: datetime) -> BulkFile:
    """Take the bank's result for a bulk file: each line is paid or failed, all lines or none.

    Every line must be ours word for word, and the control totals must agree. Raises CmsFileError naming the
    line; SpendError (withdrawn, or answered before: the same file twice changes nothing); PermissionDenied.
    """
    bulk = _open(bulk_id, by=by)
    if upload.size > cms_files.LARGEST:
        raise CmsFileError("Berkas ini terlalu besar untuk berkas hasil CMS. Tidak ada yang berubah.")
    upload.seek(0)
    with evidence.open_original(bulk.evidence) as sent:
        results = cms_files.read_result(upload.read(), sent.read())
    _check_days(results, bulk, at)
    name = (upload.name or f"HASIL_{bulk.name}").rsplit("/", 1)[-1][:200]
    bulk.result, _ = evidence.store(upload, name=name, media_type="text/csv", by=by, at=at)
    bulk.state, bulk.answered_at = BulkState.ANSWERED, at
    bulk.save(update_fields=["result", "state", "answered_at"])
    waiting = {row.bulk_line: row for row in bulk.disbursements.all()}
    for result in results:
        _book(waiting[result.no], result, by=by, at=at)
    good = sum(result.done for result in results)
    after = {"state": bulk.state, "done": good, "failed": len(results) - good}
    audit.record("bulk_file.answer", bulk, by=by, at=at, before={"state": BulkState.MADE}, after=after)
    return bulk


def _open(bulk_id: int, *, by: User) -> BulkFile:
    """A file that still waits for its result, locked."""
    rows = BulkFile.objects.select_for_update(of=("self",)).select_related("evidence", "result")
    bulk = rows.filter(pk=bulk_id).first()
    if bulk is None:
        raise Missing("Berkas CMS ini tidak ada.")
    access.require(by, "spend.pay", opd=bulk.opd_id)
    if bulk.state == BulkState.ANSWERED:
        raise WrongState("Hasil berkas ini sudah dibaca. Tidak ada yang dihitung dua kali.")
    if bulk.state == BulkState.WITHDRAWN:
        raise WrongState(
            "Berkas ini sudah ditarik. Bila bank ternyata menjalankannya, jangan bayar lagi; hubungi bank."
        )
    return bulk


def _check_days(results: list[LineResult], bulk: BulkFile, at: datetime) -> None:
    for line in results:
        if not bulk.day <= line.paid_date <= day_of(at):
            raise CmsFileError(
                f"Baris {line.no + 1}, kolom waktu: {line.paid_date:%d/%m/%Y} di luar masa berkas ini. "
                "Seluruh berkas ditolak; tidak ada yang berubah."
            )


def _book(row: Disbursement, result: LineResult, *, by: User, at: datetime) -> None:
    if not result.done:
        payments.fail_payment(disbursement_id=row.pk, message=result.message, by=by, at=at)
        return
    payments.settle_payment(
        disbursement_id=row.pk,
        paid_date=result.paid_date,
        reference_no=result.reference_no,
        rrn="",
        by=by,
        at=at,
    )
    if result.code == cms_files.OTHER_NAME:
        note = "Dibayar, tetapi menurut bank nama pemilik rekening lain. Periksa penerimanya."
        Disbursement.objects.filter(pk=row.pk).update(message=note)


@transaction.atomic
def withdraw_bulk(*, bulk_id: int, reason: str, not_uploaded: bool, by: User, at: datetime) -> BulkFile:
    """Take back a file that never went to the bank: its spends may be paid in another way again.

    ``not_uploaded`` is the person's own statement and stands in the audit trail. Raises SpendError.
    """
    bulk = _open(bulk_id, by=by)
    if not not_uploaded:
        raise PayError("Nyatakan dahulu bahwa berkas ini belum diunggah ke CMS. Berkas belum ditarik.")
    if not reason.strip():
        raise PayError("Tulis alasan penarikan. Berkas belum ditarik.")
    bulk.state = BulkState.WITHDRAWN
    bulk.save(update_fields=["state"])
    for row in bulk.disbursements.all():
        message = f"Berkas CMS {bulk.name} ditarik: {reason.strip()}"[:300]
        payments.fail_payment(disbursement_id=row.pk, message=message, by=by, at=at)
    after = {"state": bulk.state, "not_uploaded": True}
    before = {"state": BulkState.MADE}
    audit.record(
        "bulk_file.withdraw", bulk, by=by, at=at, before=before, after=after, reason=reason.strip()[:300]
    )
    return bulk
