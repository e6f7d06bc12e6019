"""The card issuer: purchases, bills ("Daftar Tagihan Sementara") and what was paid of them.

Layout of a bill: semicolon, header, a line for each purchase (dates yyyy-mm-dd, amounts 1234567.00, card
masked 526422******1234), then ``JUMLAH;{lines};{total}``. A bill is paid by a transfer to the issuer's
account whose customerReference (or CMS note) is the bill's number; what was paid is read from the transfers.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from payments import qris
from payments.sandbox import files, numbers
from payments.sandbox.catalogue import BILL_ACCOUNT, card_digits
from payments.sandbox.door import Refusal
from payments.sandbox.models import Card, CardBill, CardTransaction, Transfer

HEADER = (
    *("nomor_tagihan", "nomor_kartu", "pemegang", "tanggal_transaksi", "tanggal_posting", "merchant"),
    *("mcc", "jenis", "rrn", "kode_otorisasi", "nilai", "jatuh_tempo"),
)
_DUE_AFTER = timedelta(days=20)


class CardError(Exception):
    """The message is for the person at the page."""


@dataclass(frozen=True)
class BillState:
    """A bill with what came in for it (rupiah)."""

    bill: CardBill
    paid: Decimal

    @property
    def is_paid(self) -> bool:
        return self.paid >= self.bill.total

    @property
    def left(self) -> Decimal:
        return max(self.bill.total - self.paid, Decimal(0))


def find(token: str) -> Card | None:
    digits = card_digits(token)
    return Card.objects.filter(first6=digits[0], last4=digits[1]).first() if digits else None


def record(transfer: Transfer, *, at: datetime) -> CardTransaction:
    """A QRIS payment whose source of funds is a card, under the payment's own RRN. Raises Refusal."""
    assert transfer.card is not None  # only card payments come here
    payload = qris.parse(transfer.qr_content)
    return _add(
        transfer.card,
        amount=transfer.amount,
        merchant=transfer.merchant_name,
        mcc=payload.mcc,
        day=timezone.localdate(at),
        way=CardTransaction.Way.QRIS,
        rrn=transfer.rrn,
        note=transfer.partner_reference_no,
        transfer=transfer,
    )


@transaction.atomic
def spend(
    *,
    card: Card,
    amount: Decimal,
    merchant: str,
    mcc: str,
    day: date,
    way: str,
    note: str = "",
    key: UUID | None = None,
    rrn: str = "",
    at: datetime,
) -> CardTransaction:
    """A purchase with the card (rupiah). The same ``key`` again gives the first back. Raises CardError.

    The RRN is the bank's to give, and given only for what happened before it first ran.
    """
    card = Card.objects.select_for_update().get(pk=card.pk)
    earlier = CardTransaction.objects.filter(key=key).first() if key else None
    if earlier:
        return earlier
    if day > timezone.localdate(at):
        raise CardError("Tanggal belanja tidak boleh di depan hari ini. Tidak ada yang dicatat.")
    try:
        return _add(
            card,
            amount=amount,
            merchant=merchant,
            mcc=mcc,
            day=day,
            way=way,
            rrn=rrn or numbers.rrn(at),
            note=note,
            key=key,
        )
    except Refusal as refusal:
        raise CardError(
            "Kartu ditolak: tidak aktif atau melewati limit. Tidak ada yang dicatat."
        ) from refusal


def _add(
    card: Card,
    *,
    amount: Decimal,
    merchant: str,
    mcc: str,
    day: date,
    way: str,
    rrn: str,
    note: str,
    key: UUID | None = None,
    transfer: Transfer | None = None,
) -> CardTransaction:
    card = Card.objects.select_for_update().get(pk=card.pk)
    _may_spend(card, amount)
    return CardTransaction.objects.create(
        card=card,
        transaction_date=day,
        posting_date=day,
        merchant=merchant,
        mcc=mcc,
        way=way,
        rrn=rrn,
        authorization_code=f"{secrets.randbelow(10**6):06}",
        amount=amount,
        note=note[:100],
        key=key,
        transfer=transfer,
    )


def _may_spend(card: Card, amount: Decimal) -> None:
    if card.status == Card.Status.BLOCKED:
        raise Refusal(403, "07")
    if card.status == Card.Status.EXPIRED:
        raise Refusal(403, "08")
    if used(card) + amount > card.limit:
        raise Refusal(403, "23")


def used(card: Card) -> Decimal:
    """What of the limit is taken (rupiah): all purchases that are not on a paid bill."""
    paid = [state.bill.pk for state in bills(card.owner) if state.is_paid]
    open_ones = card.transactions.exclude(bill__in=paid)
    return open_ones.aggregate(total=Sum("amount"))["total"] or Decimal(0)


@transaction.atomic
def issue_bill(
    *, owner: str, due_date: date | None = None, until: date | None = None, number: str = "", at: datetime
) -> CardBill:
    """Bill the purchases of the agency's cards that no bill has yet, up to and with the day ``until``.

    Raises CardError where there is none.
    """
    # The cards are the lock: a purchase locks its own card before it is added.
    mine = list(Card.objects.select_for_update().filter(owner=owner).order_by("pk"))
    due = CardTransaction.objects.filter(card__in=mine, bill=None).select_related("card")
    if until:
        due = due.filter(transaction_date__lte=until)
    rows = list(due.order_by("transaction_date", "pk"))
    if not rows:
        raise CardError("Belum ada belanja kartu yang belum ditagih. Tidak ada tagihan yang terbit.")
    number = number or f"TGH{timezone.localdate(at):%Y%m%d}{secrets.randbelow(10**6):06}"
    due_date = due_date or timezone.localdate(at) + _DUE_AFTER
    bill = CardBill.objects.create(
        number=number,
        owner=owner,
        made_at=at,
        due_date=due_date,
        total=sum((row.amount for row in rows), Decimal(0)),
        content=bill_text(number, due_date, rows),
    )
    due.update(bill=bill)
    return bill


def bill_text(number: str, due_date: date, rows: list[CardTransaction]) -> str:
    lines = [
        (
            number,
            row.card.masked,
            row.card.holder,
            row.transaction_date.isoformat(),
            row.posting_date.isoformat(),
            row.merchant,
            row.mcc,
            row.way,
            row.rrn,
            row.authorization_code,
            f"{row.amount:.2f}",
            due_date.isoformat(),
        )
        for row in rows
    ]
    total = sum((row.amount for row in rows), Decimal(0))
    return files.text([HEADER, *lines, ("JUMLAH", len(rows), f"{total:.2f}")], ";")


def bills(owner: str = "") -> list[BillState]:
    """Bills, newest first, of one agency or of all."""
    found = CardBill.objects.filter(owner=owner) if owner else CardBill.objects.all()
    arrived = Transfer.objects.filter(target__number=BILL_ACCOUNT, state=Transfer.State.SUCCESS)
    sums = dict(
        arrived.values_list("customer_reference").annotate(total=Sum("amount")).order_by("customer_reference")
    )
    return [BillState(bill, sums.get(bill.number, Decimal(0))) for bill in found]
