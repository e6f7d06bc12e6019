"""What follows money: an order turns paid once, and its tickets are issued once. Called inside a
transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.db.models import F

from opd import audit
from opd.models import User
from retribusi import tickets
from retribusi.models import Order, OrderLine, Ticket
from retribusi.receipts import new_number
from retribusi.services.keys import signing_key

_TRIES = 5


class FulfilmentError(Exception):
    """The tickets could not be issued now; the money stays booked and this is tried again."""


@transaction.atomic
def mark_paid(order: Order, *, payment_id: UUID | None, at: datetime) -> Order:
    """Paid, with its tickets and its receipt number; a second call changes nothing.

    ``payment_id`` is None for an order of zero rupiah. Paid never becomes unpaid.
    """
    row = Order.objects.select_for_update(of=("self",)).select_related("point").get(pk=order.pk)
    if row.is_paid:
        return row
    row.state, row.paid_at, row.receipt_number = Order.State.PAID, at, new_number()
    row.payment_id = payment_id
    row.version += 1
    row.save(update_fields=["state", "paid_at", "receipt_number", "payment", "version"])
    issued = issue_tickets(row, at=at)
    audit.record(
        "order.paid",
        row,
        by=None,
        at=at,
        before={"state": Order.State.OPEN},
        after={"state": row.state, "receipt": row.receipt_number, "tickets": len(issued)},
    )
    return row


@transaction.atomic
def void_order(order: Order, *, reason: str, by: User, at: datetime) -> Order:
    """Take back an order that was paid by mistake, with its tickets; its payment is free for another.

    Raises FulfilmentError where a ticket was used, or the order is not paid; nothing changes then.
    """
    row = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if not row.is_paid:
        raise FulfilmentError("Pesanan ini tidak sedang lunas. Tidak ada yang berubah.")
    tickets_of = Ticket.objects.filter(line__order=row)
    voided = tickets_of.filter(state=Ticket.State.VALID).update(state=Ticket.State.VOID)
    if voided != tickets_of.count():
        raise FulfilmentError("Tiketnya sudah dipakai masuk, jadi tidak dapat dibatalkan.")
    row.state, row.payment = Order.State.VOID, None
    row.version += 1
    row.save(update_fields=["state", "payment", "version"])
    audit.record(
        "order.void", row, by=by, at=at, before={"state": Order.State.PAID},
        after={"state": row.state, "tickets": voided}, reason=reason,
    )  # fmt: skip
    return row


def touch(order_key: str) -> None:
    """Something about the order's money changed: its page looks again."""
    Order.objects.filter(key=order_key).update(version=F("version") + 1)


def used_tickets(order: Order) -> int:
    """How many of an order's tickets have let somebody in: what the gate knows, by the ticket's state."""
    return Ticket.objects.filter(line__order=order, state=Ticket.State.USED).count()


@transaction.atomic
def void_unused(order: Order, *, at: datetime) -> int:
    """The order's money went back: its tickets open no gate any more. Returns how many were unused."""
    rows = Ticket.objects.filter(line__order=order, state=Ticket.State.VALID)
    gone = rows.update(state=Ticket.State.VOID)
    if gone:
        after = {"void": gone}
        audit.record("order.refunded", order, by=None, at=at, after=after, reason="uangnya dikembalikan")
    return gone


def issue_tickets(order: Order, *, at: datetime) -> list[Ticket]:
    """One signed ticket for each admission of the order, codes unique for the point and day."""
    if Ticket.objects.filter(line__order=order).exists():
        raise FulfilmentError("tiket pesanan ini sudah ada")
    lines = list(order.lines.select_related("tariff"))
    admissions = [line for line in lines for _ in range(line.quantity)]
    codes = _free_codes(order, len(admissions))
    key_id, private_key = signing_key(at=at)
    made = [
        _ticket(order, line, code, key_id, private_key, at)
        for line, code in zip(admissions, codes, strict=True)
    ]
    return Ticket.objects.bulk_create(made)


def _ticket(
    order: Order, line: OrderLine, code: str, key_id: int, private_key: Ed25519PrivateKey, at: datetime
) -> Ticket:
    facts = tickets.TicketFacts(
        key_id=key_id,
        point_id=order.point_id,
        valid_date=order.visit_date,
        category=line.tariff.category,
        serial=tickets.new_serial(),
    )
    return Ticket(
        line=line,
        point_id=order.point_id,
        valid_date=order.visit_date,
        serial=facts.serial,
        code=code,
        token=tickets.sign(facts, private_key),
        issued_at=at,
    )


def _free_codes(order: Order, number: int) -> list[str]:
    """Spoken codes that nobody else holds at this point on this day."""
    codes: set[str] = set()
    for _ in range(_TRIES):
        codes |= {tickets.spoken_code() for _ in range(number - len(codes))}
        taken = Ticket.objects.filter(point_id=order.point_id, valid_date=order.visit_date, code__in=codes)
        codes -= set(taken.values_list("code", flat=True))
        if len(codes) == number:
            return sorted(codes)
    raise FulfilmentError("kode lisan untuk hari ini hampir habis")
