"""Who is paid and from where: the payee book and the treasurers' accounts by decree.

Account and tax numbers are personal data: the audit trail keeps them masked.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from opd import access, audit
from opd.models import User
from payments.spending.errors import BadDraft, Missing, WrongState
from payments.spending.masking import masked
from payments.spending.models import Payee, Spend, SpendState, TreasuryAccount

_KEPT = "Belum disimpan."
_COMMITTED = (SpendState.APPROVED, SpendState.TESTED, SpendState.PAYING)
_ACCOUNT = ("bank_code", "account_no")


@dataclass(frozen=True)
class PayeeDraft:
    """A payee as typed."""

    name: str
    npwp: str = ""
    bank_code: str = ""
    bank_name: str = ""
    account_no: str = ""
    account_name: str = ""
    is_umkm: bool = False


@transaction.atomic
def add_payee(*, opd_id: int, draft: PayeeDraft, by: User, at: datetime) -> Payee:
    """Write a payee into an agency's book. Raises BadDraft naming the field."""
    access.require(by, "payee.manage", opd=opd_id)
    payee = Payee(opd_id=opd_id, created_at=at, created_by=by, **_tidy(draft))
    _valid(payee)
    _save(payee)
    audit.record("payee.add", payee, by=by, at=at, after=_words(payee))
    return payee


@transaction.atomic
def amend_payee(*, payee_id: int, draft: PayeeDraft, by: User, at: datetime) -> Payee:
    """Correct a payee. Another account makes the bank's check void, and is refused while approved spends wait
    for payment to the old one. Raises BadDraft, WrongState."""
    payee = _locked(payee_id, by)
    before = _words(payee)
    old = [getattr(payee, name) for name in _ACCOUNT]
    for name, value in _tidy(draft).items():
        setattr(payee, name, value)
    _valid(payee)
    if old != [getattr(payee, name) for name in _ACCOUNT]:
        _refuse_under_way(payee)
        payee.checked_name, payee.checked_at = "", None
    _save(payee)
    audit.record("payee.amend", payee, by=by, at=at, before=before, after=_words(payee))
    return payee


def _refuse_under_way(payee: Payee) -> None:
    waiting = Spend.objects.filter(payee=payee, state__in=_COMMITTED).count()
    if waiting:
        raise WrongState(
            f"{waiting} belanja yang sudah disetujui menunggu dibayar ke rekening ini. Rekening belum "
            "diganti; bayar atau tolak belanja itu dahulu, atau catat rekening baru sebagai penerima lain."
        )


@transaction.atomic
def block_payee(*, payee_id: int, reason: str, by: User, at: datetime) -> Payee:
    """Nothing is submitted for, or paid to, a blocked payee. Raises WrongState without a reason."""
    payee = _locked(payee_id, by)
    words = " ".join(reason.split())[:300]
    if not words:
        raise WrongState("Tulis alasan pemblokiran. Penerima belum diblokir.")
    if payee.blocked_at is not None:
        raise WrongState(f"Penerima ini sudah diblokir: {payee.block_reason}.")
    payee.blocked_at, payee.block_reason = at, words
    payee.save(update_fields=["blocked_at", "block_reason"])
    audit.record("payee.block", payee, by=by, at=at, after={"blocked": True}, reason=words)
    return payee


@transaction.atomic
def unblock_payee(*, payee_id: int, by: User, at: datetime) -> Payee:
    """Let a payee be paid again. Raises WrongState where he is not blocked."""
    payee = _locked(payee_id, by)
    if payee.blocked_at is None:
        raise WrongState("Penerima ini tidak diblokir. Tidak ada yang berubah.")
    before = {"blocked": True, "reason": payee.block_reason}
    payee.blocked_at, payee.block_reason = None, ""
    payee.save(update_fields=["blocked_at", "block_reason"])
    audit.record("payee.unblock", payee, by=by, at=at, before=before, after={"blocked": False})
    return payee


def _locked(payee_id: int, by: User) -> Payee:
    payee = Payee.objects.select_for_update(no_key=True).filter(pk=payee_id).first()
    if payee is None:
        raise Missing("Penerima ini tidak ada. Tidak ada yang berubah.")
    access.require(by, "payee.manage", opd=payee.opd_id)
    return payee


def _tidy(draft: PayeeDraft) -> dict[str, Any]:
    fields = asdict(draft)
    for name in ("name", "bank_name", "account_name"):
        fields[name] = " ".join(fields[name].split())
    for name in ("npwp", "bank_code", "account_no"):
        fields[name] = fields[name].translate(str.maketrans("", "", " .-/"))
    return fields


def _valid(payee: Payee) -> None:
    if payee.account_no and not payee.bank_code:
        raise BadDraft(f"Isi kode bank rekening ini. {_KEPT}", "bank_code")
    if payee.account_no and not payee.account_name:
        raise BadDraft(f"Isi nama pemilik rekening, seperti tertulis di bank. {_KEPT}", "account_name")
    try:
        payee.full_clean(exclude=["created_by"])
    except ValidationError as error:
        raise _bad(error) from error


def _save(payee: Payee) -> None:
    try:
        with transaction.atomic():
            payee.save()
    except IntegrityError as error:  # somebody wrote the same account a moment ago
        raise BadDraft(f"Rekening ini sudah ada di buku penerima. {_KEPT}", "account_no") from error


def _bad(error: ValidationError) -> BadDraft:
    """The first complaint, with its field where the model names one."""
    field, messages = next(iter(error.message_dict.items()))
    return BadDraft(f"{messages[0]} {_KEPT}", "" if field == "__all__" else field)


def _words(payee: Payee) -> dict[str, Any]:
    return {
        "name": payee.name,
        "npwp": masked(payee.npwp),
        "bank": payee.bank_code,
        "account": masked(payee.account_no),
        "account_name": payee.account_name,
    }


@transaction.atomic
def register_treasury_account(
    *,
    opd_id: int,
    kind: str,
    bank_code: str,
    bank_name: str,
    account_no: str,
    account_name: str,
    partner_id: int | None,
    decree_number: str,
    decree_date: date,
    valid_from: date,
    by: User | None,
    at: datetime,
) -> TreasuryAccount:
    """Enter a treasurer's account by decree; Kuasa BUD does it (``claim.sp2d``). ``partner_id`` is the bank
    that serves it over SNAP. Raises BadDraft where it is registered for part of the same time."""
    if by is not None:
        access.require(by, "claim.sp2d", opd=opd_id)
    account = TreasuryAccount(
        opd_id=opd_id, kind=kind, bank_code=bank_code.strip(), bank_name=" ".join(bank_name.split()),
        account_no=account_no.translate(str.maketrans("", "", " .-")),
        account_name=" ".join(account_name.split()), partner_id=partner_id,
        decree_number=decree_number.strip(), decree_date=decree_date, valid_from=valid_from,
    )  # fmt: skip
    try:
        account.full_clean(exclude=["partner"])
    except ValidationError as error:
        raise _bad(error) from error
    _refuse_overlap(account)
    account.save(force_insert=True)
    after = {
        "account": masked(account.account_no),
        "decree_number": account.decree_number,
        "valid_from": valid_from.isoformat(),
    }
    audit.record("treasury_account.register", account, by=by, at=at, after=after)
    return account


def _refuse_overlap(account: TreasuryAccount) -> None:
    key = f"spending.account:{account.bank_code}:{account.account_no}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    still = Q(valid_to=None) | Q(valid_to__gte=account.valid_from)
    rows = TreasuryAccount.objects.filter(still, bank_code=account.bank_code, account_no=account.account_no)
    other = rows.select_related("opd").first()
    if other:
        raise BadDraft(
            f"Rekening ini masih terdaftar untuk {other.opd.name} sejak {other.valid_from:%d/%m/%Y}. {_KEPT} "
            "Akhiri pendaftaran lama dahulu.",
            "account_no",
        )


@transaction.atomic
def end_treasury_account(
    *, account_id: int, valid_to: date, by: User | None, at: datetime
) -> TreasuryAccount:
    """End an account on its last day. Raises BadDraft where that is before its start."""
    account = TreasuryAccount.objects.select_for_update(no_key=True).filter(pk=account_id).first()
    if account is None:
        raise Missing("Rekening ini tidak ada. Tidak ada yang berubah.")
    if by is not None:
        access.require(by, "claim.sp2d", opd=account.opd_id)
    if valid_to < account.valid_from:
        raise BadDraft(f"Tanggal akhir tidak boleh mendahului tanggal mulai. {_KEPT}", "valid_to")
    before = {"valid_to": account.valid_to.isoformat() if account.valid_to else None}
    account.valid_to = valid_to
    account.save(update_fields=["valid_to"])
    after = {"valid_to": valid_to.isoformat()}
    audit.record("treasury_account.end", account, by=by, at=at, before=before, after=after)
    return account
