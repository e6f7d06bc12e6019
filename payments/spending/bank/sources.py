"""What every way to pay looks at first: the spend that waits, and the account that pays."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from opd import access
from opd.models import User
from opd.office.calendar import day_of
from payments.spending.errors import Missing, SpendError, WrongState
from payments.spending.models import Channel, Source, Spend, SpendState, TaxLine, TreasuryAccount

PAYABLE_SOURCES = (Source.UP, Source.GU, Source.TU)
"""LS is paid by SP2D and KKPD by its bill: neither waits for a treasurer's account."""
PAYABLE_CHANNELS = (Channel.CMS, Channel.QRIS, Channel.CASH)


class PayError(SpendError):
    """The payment is not begun; nothing was sent to the bank. The message is for the screen."""


_MONEY: DecimalField[Decimal, Decimal] = DecimalField(max_digits=18, decimal_places=2)


def payable_spends() -> QuerySet[Spend]:
    """Spends that are tested and wait for the treasurer to pay them; ``net`` is what leaves (rupiah)."""
    taxes = TaxLine.objects.filter(spend=OuterRef("pk")).values("spend").annotate(sum=Sum("amount"))
    withheld = Coalesce(Subquery(taxes.values("sum")), Value(Decimal(0)), output_field=_MONEY)
    waiting = Spend.objects.filter(
        state=SpendState.TESTED, source__in=PAYABLE_SOURCES, channel__in=PAYABLE_CHANNELS
    )
    return waiting.annotate(net=F("amount") - withheld)


def net_of(spend: Spend) -> Decimal:
    """What leaves for a spend (rupiah): gross less withheld taxes."""
    withheld = spend.taxes.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return spend.amount - withheld


def payable(spend_id: UUID, *channels: str, by: User) -> Spend:
    """A spend that ``by`` may pay now, of one of ``channels``. Raises SpendError, PermissionDenied."""
    spend = Spend.objects.select_related("payee", "opd").filter(pk=spend_id).first()
    if spend is None:
        raise Missing("Belanja ini tidak ada.")
    access.require(by, "spend.pay", opd=spend.opd_id)
    if spend.state != SpendState.TESTED:
        raise WrongState(
            f"Belanja ini tidak menunggu pembayaran; keadaannya “{spend.get_state_display()}”. "
            "Tidak ada yang dikirim ke bank."
        )
    if spend.channel not in channels:
        raise PayError(
            f"Kanal belanja ini {spend.get_channel_display()}; cara bayar itu tidak dipakai di sini."
        )
    return spend


def accounts(opd_id: int, *, at: datetime) -> QuerySet[TreasuryAccount]:
    """The accounts by decree of an agency's treasurers on a day."""
    return TreasuryAccount.objects.valid(on=day_of(at)).filter(opd_id=opd_id).select_related("partner")


def connected(opd_id: int, *, at: datetime) -> QuerySet[TreasuryAccount]:
    """Those that a bank partner serves over SNAP."""
    return accounts(opd_id, at=at).filter(partner__isnull=False)


def source_account(account_id: int, opd_id: int, *, at: datetime, over_snap: bool = False) -> TreasuryAccount:
    """An account of this agency that holds today. Raises PayError."""
    account = accounts(opd_id, at=at).filter(pk=account_id).first()
    if account is None:
        raise PayError("Rekening sumber itu bukan rekening bendahara OPD ini yang berlaku hari ini.")
    if over_snap and account.partner is None:
        raise PayError("Rekening sumber ini belum tersambung ke bank; bayarlah lewat CMS lalu catat di sini.")
    return account
