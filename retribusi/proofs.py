"""What a receipt's QR states, and what is true of it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from payments.reconciliation.queries import Lights, lights
from retribusi.models import CollectionPoint, Order
from retribusi.receipts import Printed, ReceiptFacts, sign
from retribusi.services.keys import signing_key


@dataclass(frozen=True)
class Proof:
    """A genuine receipt beside our books. ``order`` is None where no such number is ours; ``agrees`` says
    whether point, amount and instant are those of the order."""

    facts: ReceiptFacts
    point: CollectionPoint | None
    order: Order | None
    agrees: bool
    lights: Lights | None

    @property
    def state(self) -> Printed | None:
        """How far the money is now."""
        return reached(self.lights) if self.order else None


def reached(lit: Lights | None) -> Printed:
    """The last light that is on, unless levy went back; FREE for an order without a payment. Pure."""
    if lit is None:
        return Printed.FREE
    if lit.levy_refunded:
        return Printed.REFUNDED if lit.all_refunded else Printed.PARTLY_REFUNDED
    steps = ((lit.booked, Printed.BOOKED), (lit.credited, Printed.CREDITED), (lit.settled, Printed.SETTLED))
    return next((state for done, state in steps if done), Printed.PAID)


def paid_at(order: Order) -> datetime:
    """When the money was paid by the bank's clock; for a free order, when it was given."""
    instant = order.payment.paid_at if order.payment else order.paid_at
    if instant is None:
        raise ValueError("kuitansi hanya untuk pesanan yang lunas")
    return instant.replace(microsecond=0)


def facts_of(order: Order, lit: Lights | None, *, key_id: int, at: datetime) -> ReceiptFacts:
    """What the receipt of a paid order states when it is printed at ``at``, told to the minute. Pure.

    The minute is what the receipt shows, and one code a minute is drawn once, however often it is opened.
    """
    return ReceiptFacts(
        key_id=key_id,
        point_id=order.point_id,
        amount=order.total,
        paid_at=paid_at(order),
        printed_at=at.replace(second=0, microsecond=0),
        state=reached(lit),
        number=order.receipt_number,
    )


def statement(order: Order, lit: Lights | None, *, at: datetime) -> str:
    """The signed text of a paid order's receipt. Raises DecryptionError without the key of FIELD_KEYS."""
    key_id, private_key = signing_key(at=at)
    return sign(facts_of(order, lit, key_id=key_id, at=at), private_key)


def proof_of(facts: ReceiptFacts) -> Proof:
    """Genuine facts beside what the books say now."""
    point = CollectionPoint.objects.select_related("opd").filter(pk=facts.point_id).first()
    order = Order.objects.select_related("payment").filter(receipt_number=facts.number).first()
    if order is None:
        return Proof(facts, point, None, agrees=False, lights=None)
    stated = (facts.point_id, facts.amount, facts.paid_at)
    ours: tuple[int, Decimal, datetime] = (order.point_id, order.total, paid_at(order))
    lit = lights([order.payment.pk])[order.payment.pk] if order.payment else None
    return Proof(facts, point, order, agrees=stated == ours, lights=lit)
