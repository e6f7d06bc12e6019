"""A holder reports what he paid with the card: one spend, held at once on budget line, UP KKPD and card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.office import rules as dated
from opd.office.calendar import day_of
from opd.planning.models import BudgetLine
from payments.kkpd import rules
from payments.kkpd.errors import KkpdError
from payments.kkpd.models import BillLine, Card, DprLine, Via
from payments.kkpd.services import bills, cards
from payments.money import format_rupiah, rupiah
from payments.spending import services as spending
from payments.spending.drafts import SpendDraft
from payments.spending.models import Channel, Method, Source, SpendState, SpendType

_KEPT = "Belanja belum dilaporkan."


@dataclass(frozen=True)
class CardSpend:
    """A purchase as its holder reports it. ``amount`` in rupiah, ``transaction_date`` WIB."""

    card_id: int
    line_id: int
    transaction_date: date
    merchant: str
    amount: Decimal
    purpose: str
    via: Via
    rrn: str = ""
    method: Method = Method.OTHER
    is_domestic: bool = False
    is_umkm: bool = False
    is_another: bool = False


def report(*, spend: CardSpend, by: User, at: datetime) -> DprLine:
    """Raise and submit the spend of a purchase; all or nothing.

    Raises KkpdError (card blocked or expired, limit, caps, a line the card may not pay, reported before),
    BudgetError (pagu, SPD, anggaran kas, UP KKPD) and SpendError; PermissionDenied for another's card.
    ``is_another`` says that a purchase which looks the same is a different one.
    """
    with transaction.atomic():
        row = _report(spend, by=by, at=at)
    bills.match_open(card_id=spend.card_id, at=at)  # apart: bill lines are locked before budget lines
    return row


def _report(spend: CardSpend, *, by: User, at: datetime) -> DprLine:
    card = Card.objects.select_related("opd").filter(pk=spend.card_id, holder=by).first()
    if card is None:
        raise KkpdError(f"Kartu ini bukan kartu Anda. {_KEPT}", "card")
    access.require(by, "kkpd.report", opd=card.opd_id)
    amount = rupiah(spend.amount)
    _check_card(card, spend.transaction_date, at)
    line = _check_line(card, spend.line_id)
    _check_caps(amount, spend)
    _check_twin(card, spend, amount)
    cards.take(card, amount)
    made = spending.raise_spend(draft=_draft(card, line, spend, amount), by=by, at=at)
    spending.submit(spend_id=made.pk, by=by, at=at)
    row = _written(card, spend, made.pk, at)
    after = {"card": card.masked, "amount": f"{amount:.2f}", "rrn": spend.rrn, "spend": str(made.pk)}
    audit.record("kkpd_line.report", row, by=by, at=at, after=after)
    return row


def _check_card(card: Card, day: date, at: datetime) -> None:
    if day > day_of(at):
        raise KkpdError(f"Tanggal transaksi belum tiba. {_KEPT}", "transaction_date")
    if not card.in_force(day):
        raise KkpdError(
            f"Kartu {card.masked} berlaku {card.valid_from:%d/%m/%Y} sampai {card.valid_to:%d/%m/%Y}; "
            "transaksi "
            f"{day:%d/%m/%Y} di luar masa itu. {_KEPT}",
            "transaction_date",
        )
    if card.blocked_at is not None and day >= day_of(card.blocked_at):
        raise KkpdError(
            f"Kartu {card.masked} diblokir sejak {day_of(card.blocked_at):%d/%m/%Y}: {card.block_reason}. "
            f"{_KEPT} "
            "Hubungi administrator KKPD.",
            "card",
        )


def _check_line(card: Card, line_id: int) -> BudgetLine:
    line = BudgetLine.objects.filter(pk=line_id, opd=card.opd_id).first()
    if line is None:
        raise KkpdError(f"Baris anggaran ini bukan milik OPD Anda. {_KEPT}", "line")
    if not rules.fits(card.kind, line.kode_rekening):
        raise KkpdError(
            f"Kartu {card.get_kind_display().lower()} tidak dipakai untuk rekening {line.kode_rekening}. "
            f"{_KEPT} "
            "Pilih baris lain atau kartu yang sesuai.",
            "line",
        )
    return line


def _check_caps(amount: Decimal, spend: CardSpend) -> None:
    most = rupiah(dated.value("kkpd.max_transaction", spend.transaction_date))
    if amount > most:
        raise KkpdError(
            f"Satu transaksi KKPD paling banyak {format_rupiah(most)}; belanja ini {format_rupiah(amount)}. "
            f"{_KEPT}",
            "amount",
        )
    other = rupiah(dated.value("kkpd.max_other_method", spend.transaction_date))
    if spend.method == Method.OTHER and amount > other:
        raise KkpdError(
            f"Belanja di luar katalog, toko daring, dan LPSE paling banyak {format_rupiah(other)} sekali "
            "transaksi. "
            f"{_KEPT} Pilih cara pengadaan yang benar.",
            "amount",
        )


def _check_twin(card: Card, spend: CardSpend, amount: Decimal) -> None:
    if spend.is_another or spend.rrn:
        return
    twins = DprLine.objects.filter(
        card=card, transaction_date=spend.transaction_date, spend__amount=amount, withdrawn_at=None
    )
    if twins.exists():
        raise KkpdError(
            f"Belanja {format_rupiah(amount)} pada tanggal ini dengan kartu yang sama sudah dilaporkan. "
            f"{_KEPT} "
            "Bila memang transaksi lain, beri tanda “ini transaksi lain”.",
            "is_another",
        )


def _draft(card: Card, line: BudgetLine, spend: CardSpend, amount: Decimal) -> SpendDraft:
    return SpendDraft(
        opd_id=card.opd_id, year=line.year, line_id=line.pk, source=Source.KKPD,
        channel=Channel.QRIS if spend.via == Via.QRIS else Channel.CARD, amount=amount,
        description=spend.purpose, spend_date=spend.transaction_date, merchant_name=spend.merchant,
        type=SpendType(rules.spend_type(line.kode_rekening)), method=spend.method,
        is_domestic=spend.is_domestic, is_umkm=spend.is_umkm,
    )  # fmt: skip


def _written(card: Card, spend: CardSpend, spend_id: UUID, at: datetime) -> DprLine:
    try:
        with transaction.atomic():
            return DprLine.objects.create(
                spend_id=spend_id, card=card, via=spend.via, rrn=spend.rrn, reported_at=at,
                transaction_date=spend.transaction_date,
            )  # fmt: skip
    except IntegrityError as error:
        raise KkpdError(
            f"Transaksi dengan RRN {spend.rrn} sudah dilaporkan, atau RRN-nya bukan 12 angka. {_KEPT}", "rrn"
        ) from error


@transaction.atomic
def withdraw(*, line_id: UUID, reason: str, by: User, at: datetime) -> DprLine:
    """The holder takes a report back before it is in a DPR or on a bill; budget and limit are free again.

    Raises KkpdError, SpendError.
    """
    row = DprLine.objects.select_related("spend", "card").filter(pk=line_id, card__holder=by).first()
    if row is None:
        raise KkpdError("Baris ini bukan laporan Anda.")
    Card.objects.select_for_update(no_key=True).get(pk=row.card_id)
    if row.dpr_id:
        raise KkpdError(
            "Baris ini sudah masuk DPR atau tagihan, jadi tidak dapat ditarik. Tidak ada yang berubah."
        )
    if not DprLine.objects.filter(pk=line_id, freed_at=None, dpr=None).update(withdrawn_at=at, freed_at=at):
        raise KkpdError("Baris ini sudah ditarik atau lunas. Tidak ada yang berubah.")
    if BillLine.objects.filter(report=row).exists():
        raise KkpdError("Baris ini sudah ada di tagihan, jadi tidak dapat ditarik. Tidak ada yang berubah.")
    if row.spend.state not in (SpendState.REJECTED, SpendState.CANCELLED):
        spending.cancel(spend_id=row.spend_id, reason=reason, by=by, at=at)
    cards.give_back(row.card_id, row.spend.amount)
    audit.record("kkpd_line.withdraw", row, by=by, at=at, reason=reason.strip()[:300])
    row.refresh_from_db()
    return row
