"""Paid outside: in the bank's CMS, in its app by QRIS, or in cash. We record it, with its proof."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from opd.models import User
from opd.office import attachments
from opd.office.calendar import day_of
from opd.office.rules import value
from payments.money import format_rupiah, rupiah
from payments.spending.bank.sources import PayError, net_of, payable, source_account
from payments.spending.models import Channel, Disbursement, Spend, TreasuryAccount, Way
from payments.spending.services import payments, safe
from payments.spending.services.locking import locked

PROOF = "payment"
"""The kind of evidence that a payment made elsewhere must bring: its receipt."""
_RRN = re.compile(r"[0-9]{12}", re.ASCII)
_CHANNELS = {Way.CMS_MANUAL: Channel.CMS, Way.QRIS_APP: Channel.QRIS, Way.CASH: Channel.CASH}


@dataclass(frozen=True)
class PaidElsewhere:
    """What the treasurer says: ``rrn`` for QRIS, ``reason`` for cash, ``reference_no`` for CMS."""

    way: Way
    paid_date: date
    reference_no: str = ""
    rrn: str = ""
    reason: str = ""
    account_id: int | None = None


@transaction.atomic
def record_elsewhere(
    *, spend_id: UUID, paid: PaidElsewhere, proof: File[bytes] | None, by: User, at: datetime
) -> Spend:
    """Record that a tested spend has been paid outside, and keep the receipt. A statement must prove it yet.

    Raises SpendError: the day lies ahead or before the approval, no reference or RRN of 12 digits, an RRN or
    reference seen before, above the QRIS limit, more cash than the safe holds, no evidence; AttachmentError
    for a receipt that is no photo or PDF. Nothing is kept then.
    """
    spend = payable(spend_id, _CHANNELS[paid.way], by=by)
    _check_day(spend, paid.paid_date, at)
    account_id = _account(spend, paid, at)
    _check_reference(spend, paid)
    if paid.way == Way.CASH:
        _check_safe(spend, paid.paid_date)
    if proof is not None:
        attachments.attach(subject=spend, kind=PROOF, upload=proof, by=by, at=at, note=paid.reason)
    if not attachments.of(spend).filter(kind=PROOF).exists():
        raise PayError("Lampirkan bukti bayar (foto atau PDF). Belanja belum dicatat sebagai dibayar.")
    return payments.record_paid(
        spend_id=spend.pk,
        way=paid.way,
        paid_date=paid.paid_date,
        reference_no=paid.reference_no.strip(),
        rrn=paid.rrn.strip(),
        account_id=account_id,
        by=by,
        at=at,
    )


def _check_day(spend: Spend, day: date, at: datetime) -> None:
    if day > day_of(at):
        raise PayError("Tanggal bayar belum tiba. Belanja belum dicatat sebagai dibayar.")
    if spend.approved_at and day < day_of(spend.approved_at):
        raise PayError(
            "Tanggal bayar mendahului persetujuan belanja. Periksa tanggalnya; bila memang dibayar sebelum "
            "disetujui, laporkan kepada PA/KPA. Belanja belum dicatat sebagai dibayar."
        )


def _check_reference(spend: Spend, paid: PaidElsewhere) -> None:
    if paid.way == Way.CMS_MANUAL:
        _check_cms_reference(spend, paid.reference_no.strip())
    elif paid.way == Way.QRIS_APP:
        _check_qris(spend, paid)
    elif not paid.reason.strip():
        raise PayError("Tulis alasan mengapa belanja ini dibayar tunai. Belanja belum dicatat.")


def _check_safe(spend: Spend, day: date) -> None:
    locked(spend.pk)  # before the books, as everybody who pays
    left, wanted = safe.cash_left(spend.opd_id, day), net_of(spend)
    if left is not None and wanted > left:
        raise PayError(
            f"Tunai di brankas menurut buku tinggal {format_rupiah(left)}; belanja ini "
            f"{format_rupiah(wanted)}. Belanja belum dicatat. Catat dahulu pengambilan tunainya pada halaman "
            "Tunai dan panjar."
        )


def _check_cms_reference(spend: Spend, reference_no: str) -> None:
    if not reference_no:
        raise PayError("Isi nomor rujukan dari CMS bank. Belanja belum dicatat sebagai dibayar.")
    used = Disbursement.objects.filter(
        way=Way.CMS_MANUAL, reference_no=reference_no, state="succeeded", spend__opd=spend.opd_id
    )
    if used.exists():
        raise PayError(
            "Nomor rujukan ini sudah dipakai belanja lain. Satu bukti transfer untuk satu belanja; "
            "belanja belum dicatat sebagai dibayar."
        )


def _check_qris(spend: Spend, paid: PaidElsewhere) -> None:
    if not _RRN.fullmatch(paid.rrn.strip()):
        raise PayError("RRN terdiri dari 12 angka; lihat pada bukti bayar. Belanja belum dicatat.")
    most = rupiah(value("qris.max_amount", paid.paid_date))
    if net_of(spend) > most:
        raise PayError(f"Satu transaksi QRIS paling banyak {format_rupiah(most)}. Bayar lewat CMS.")
    if Disbursement.objects.filter(rrn=paid.rrn.strip()).exclude(state="failed").exists():
        raise PayError("RRN ini sudah dipakai belanja lain. Belanja belum dicatat sebagai dibayar.")


def _account(spend: Spend, paid: PaidElsewhere, at: datetime) -> int | None:
    if paid.way == Way.CASH:
        return None
    if paid.account_id is None:
        raise PayError("Pilih rekening sumber yang dipakai membayar.")
    account = source_account(paid.account_id, spend.opd_id, at=at)
    # one at a time for one account: two spends can't both take one reference number
    return TreasuryAccount.objects.select_for_update(no_key=True).get(pk=account.pk).pk
