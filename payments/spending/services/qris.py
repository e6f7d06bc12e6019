"""Pay a merchant's QRIS over SNAP: read it, let the bank read it, pay it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from opd.models import User
from opd.office.calendar import day_of
from opd.office.rules import RuleMissing, value
from payments.money import format_rupiah, rupiah
from payments.qris import picture
from payments.spending.bank import calls, conversation, reading
from payments.spending.bank.sources import PayError, net_of, payable, source_account
from payments.spending.errors import Blocked
from payments.spending.models import Channel, Disbursement, Spend, SpendState, Way

LARGEST_PICTURE = 10 * 1024 * 1024


class NothingRead(PayError):
    """No QRIS is to be seen on the picture."""


class SeveralRead(PayError):
    """Different codes are on one picture; which is meant, nobody guesses."""


@dataclass(frozen=True)
class QrisCheck:
    """A QRIS before it is paid: what it says, and what the bank says of it."""

    seen: reading.Seen
    decoded: calls.Decoded
    net: Decimal

    @property
    def warnings(self) -> tuple[str, ...]:
        ours, theirs = self.seen.merchant_name, self.decoded.merchant_name
        if theirs and not reading.alike(ours, theirs):
            return (*self.seen.warnings, f"Bank menyebut merchant ini {theirs}, QRIS menyebut {ours}.")
        return self.seen.warnings


def content_of_picture(upload: File[bytes]) -> str:
    """The QRIS in a photo or screenshot. Raises NothingRead where there is none, SeveralRead for different
    ones, PayError for no picture."""
    if upload.size > LARGEST_PICTURE:
        raise PayError("Gambar lebih besar dari 10 MB. Ambil foto yang lebih kecil atau tempel teks QRIS.")
    upload.seek(0)
    try:
        found = sorted(set(picture.read(upload.read())))
    except picture.PictureError as error:
        raise PayError(f"{error} Pilih foto QRIS yang lain atau tempel teksnya.") from error
    if not found:
        raise NothingRead("Tidak ada QRIS yang terbaca pada gambar ini. Foto lebih dekat dan tegak lurus.")
    if len(found) > 1:
        raise SeveralRead("Ada lebih dari satu kode pada gambar ini. Potong gambarnya hingga satu QRIS saja.")
    return found[0]


def check_qris(*, spend_id: UUID, content: str, account_id: int, by: User, at: datetime) -> QrisCheck:
    """Read a QRIS for a tested spend, and have the bank of ``account_id`` decode it (48). No money moves.

    Not inside a transaction. Raises SpendError, QrisRefused; what the bank refuses is ``decoded.problem``.
    """
    spend = payable(spend_id, Channel.QRIS, by=by)
    account = source_account(account_id, spend.opd_id, at=at, over_snap=True)
    seen = _examine(spend, content, at)
    assert account.partner is not None  # source_account saw to it
    return QrisCheck(seen, calls.decode(account.partner, seen.content, at=at), net_of(spend))


def pay_by_qris(
    *,
    spend_id: UUID,
    content: str,
    account_id: int,
    by: User,
    at: datetime,
    amount: Decimal | None = None,
    decode_reference_no: str = "",
) -> Disbursement:
    """Pay a tested spend to the merchant of a QRIS (50). ``amount`` must be typed where the QRIS has none.

    The intent is committed before the bank is called; without a certain answer the payment stays pending and
    is asked about (51). Not inside a transaction. Raises SpendError, QrisRefused, PermissionDenied.
    """
    spend = payable(spend_id, Channel.QRIS, by=by)
    account = source_account(account_id, spend.opd_id, at=at, over_snap=True)
    seen = _examine(spend, content, at)
    _check_amount(seen, net_of(spend), amount)
    with transaction.atomic():
        intent = conversation.begin(spend_id=spend.pk, way=Way.QRIS_SNAP, account_id=account.pk, by=by, at=at)
        Spend.objects.filter(pk=spend.pk, state=SpendState.PAYING).update(
            qris_content=seen.content, merchant_name=seen.merchant_name[:120], nmid=seen.nmid[:20]
        )
    return conversation.carry_out(intent.pk, by=by, at=at, decode_reference_no=decode_reference_no)


def _examine(spend: Spend, content: str, at: datetime) -> reading.Seen:
    if spend.payee and spend.payee.blocked_at:
        raise Blocked(f"Penerima ini diblokir: {spend.payee.block_reason}. Belanja tidak dibayar.")
    payload = reading.read(content)
    wanted = reading.Wanted(net_of(spend), spend.payee.name if spend.payee else spend.merchant_name)
    return reading.examine(payload, wanted, _limits(day_of(at)), known=_known(spend, payload.nmid or ""))


def _limits(on: date) -> reading.Limits:
    try:
        cities = list(value("spending.home_cities", on))
    except RuleMissing:
        cities = []
    return reading.Limits(rupiah(value("qris.max_amount", on)), cities)


def _known(spend: Spend, nmid: str) -> list[str]:
    """The NMID, where this agency has paid it before."""
    paid = Spend.objects.filter(opd=spend.opd_id, nmid=nmid, paid_at__isnull=False)
    return [nmid] if nmid and paid.exists() else []


def _check_amount(seen: reading.Seen, net: Decimal, amount: Decimal | None) -> None:
    if seen.amount is None and amount is None:
        raise PayError("QRIS ini tidak memuat jumlah. Ketik jumlahnya; belum ada yang dibayar.")
    if amount is not None and amount != net:
        raise PayError(
            f"Jumlah yang diketik {format_rupiah(amount)}, sedangkan belanja ini {format_rupiah(net)}. "
            "Belum ada yang dibayar."
        )
