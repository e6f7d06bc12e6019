"""What a receipt's QR states, and what is true of it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from payments.reconciliation.queries import Lights, lights
from retribusi.models import CollectionPoint, Order
from retribusi.receipts import Printed, ReceiptFacts, sign
from retribusi.services.keys import signing_key


@dataclass(frozen=True)
class Receipted:
    """What our books say of a receipt's number: rupiah, and an instant of whole seconds.

    ``stands`` is how far the money is where no payment's lights tell it.
    """

    number: str
    point_id: int
    amount: Decimal
    paid_at: datetime
    payment_id: UUID | None
    stands: Printed = Printed.FREE


Find = Callable[[str], Receipted | None]
_finds: list[Find] = []


def register(find: Find) -> None:
    """Called by each room whose money gets receipts, in its ``AppConfig.ready``."""
    if find not in _finds:
        _finds.append(find)


@dataclass(frozen=True)
class Proof:
    """A genuine receipt beside our books. ``receipted`` is None where no such number is ours; ``agrees`` says
    whether point, amount and instant are those of our books."""

    facts: ReceiptFacts
    point: CollectionPoint | None
    receipted: Receipted | None
    lights: Lights | None

    @property
    def agrees(self) -> bool:
        ours = self.receipted
        return ours is not None and (ours.point_id, ours.amount, ours.paid_at) == (
            self.facts.point_id, self.facts.amount, self.facts.paid_at
        )  # fmt: skip

    @property
    def state(self) -> Printed | None:
        """How far the money is now."""
        return reached(self.receipted, self.lights) if self.receipted else None


def reached(ours: Receipted, lit: Lights | None) -> Printed:
    """The last light that is on, unless levy went back. Pure."""
    if lit is None:
        return ours.stands
    if lit.levy_refunded:
        return Printed.REFUNDED if lit.all_refunded else Printed.PARTLY_REFUNDED
    steps = ((lit.booked, Printed.BOOKED), (lit.credited, Printed.CREDITED), (lit.settled, Printed.SETTLED))
    return next((state for done, state in steps if done), Printed.PAID)


def of_order(order: Order) -> Receipted:
    """A paid order's; free where it cost nothing. Raises ValueError for one that is not paid."""
    instant = order.payment.paid_at if order.payment else order.paid_at
    if instant is None:
        raise ValueError("kuitansi hanya untuk pesanan yang lunas")
    return Receipted(
        number=order.receipt_number,
        point_id=order.point_id,
        amount=order.total,
        paid_at=instant.replace(microsecond=0),
        payment_id=order.payment_id,
        stands=Printed.PAID if order.total else Printed.FREE,
    )


def facts_of(ours: Receipted, lit: Lights | None, *, key_id: int, at: datetime) -> ReceiptFacts:
    """What a receipt states when it is printed at ``at``, told to the minute. Pure.

    The minute is what the receipt shows, and one code a minute is drawn once, however often it is opened.
    """
    return ReceiptFacts(
        key_id=key_id,
        point_id=ours.point_id,
        amount=ours.amount,
        paid_at=ours.paid_at,
        printed_at=at.replace(second=0, microsecond=0),
        state=reached(ours, lit),
        number=ours.number,
    )


def statement(ours: Receipted, lit: Lights | None, *, at: datetime) -> str:
    """The signed text of a receipt. Raises DecryptionError without the key of FIELD_KEYS."""
    key_id, private_key = signing_key(at=at)
    return sign(facts_of(ours, lit, key_id=key_id, at=at), private_key)


def proof_of(facts: ReceiptFacts) -> Proof:
    """Genuine facts beside what the books say now."""
    point = CollectionPoint.objects.select_related("opd").filter(pk=facts.point_id).first()
    ours = next((found for find in _finds if (found := find(facts.number))), None)
    lit = lights([ours.payment_id]).get(ours.payment_id) if ours and ours.payment_id else None
    return Proof(facts, point, ours, lit)


def _find_order(number: str) -> Receipted | None:
    order = Order.objects.select_related("payment").filter(receipt_number=number).first()
    return of_order(order) if order else None


register(_find_order)
