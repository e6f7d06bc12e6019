"""What the visitor's payment page shows: one phase, and what became of money that did not settle the
order."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db import connection
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from opd.office.calendar import day_of
from payments.incoming.models import Compensation, Payment, PaymentRequest
from payments.incoming.refund_rules import Standing as RefundStanding
from payments.incoming.rules import Kind, State
from payments.reconciliation.queries import lights
from retribusi.models import Order, OrderLine
from retribusi.services.paying import KIND


class Phase(StrEnum):
    """What the visitor is told; each is a section of ``retribusi/bayar.html``."""

    PAID = "paid"
    WAITING = "waiting"
    TIMED_OUT = "timed_out"
    EXPIRED = "expired"
    PREPARING = "preparing"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    MISSING = "missing"
    VOID = "void"


@dataclass(frozen=True)
class Standing:
    """The few facts behind the phase: what polling reads, in one query."""

    phase: Phase
    tag: str


@dataclass(frozen=True)
class MoneyNote:
    """Money that did not turn into tickets; ``amount`` in rupiah came as titipan, ``returned`` went back,
    ``used`` paid another bill of theirs."""

    kind: str
    amount: Decimal
    paid_at: datetime
    reference: str
    returned: Decimal = Decimal(0)
    used: Decimal = Decimal(0)

    @property
    def is_back(self) -> bool:
        return self.returned >= self.amount

    @property
    def is_used(self) -> bool:
        """Gone, some of it for another bill of the payer."""
        return bool(self.used) and self.returned + self.used >= self.amount


@dataclass(frozen=True)
class PayPage:
    order: Order
    lines: list[OrderLine]
    request: PaymentRequest | None
    standing: Standing
    money: list[MoneyNote]
    day_is_over: bool

    @property
    def phase(self) -> Phase:
        return self.standing.phase

    @property
    def titipan(self) -> Decimal:
        return sum((note.amount - note.returned for note in self.money), Decimal(0))


def phase_of(order_state: str, request_state: str | None, expires_at: datetime | None, at: datetime) -> Phase:
    """The phase from the order's and its request's states. Pure; total."""
    if order_state == Order.State.PAID:
        return Phase.PAID
    if order_state == Order.State.VOID:
        return Phase.VOID
    if request_state is None or expires_at is None:
        return Phase.MISSING
    if request_state == State.OPEN:
        return Phase.WAITING if at < expires_at else Phase.TIMED_OUT
    return {
        State.REQUESTING: Phase.PREPARING if at < expires_at else Phase.TIMED_OUT,
        State.PAID: Phase.PREPARING,
        State.EXPIRED: Phase.EXPIRED,
        State.CANCELLED: Phase.CANCELLED,
        State.FAILED: Phase.REFUSED,
    }[State(request_state)]


def standing(token: str, *, at: datetime) -> Standing | None:
    """What polling asks, by one indexed query; None where there is no such order."""
    row = (
        Order.objects.filter(token=token)
        .values_list(
            "state",
            "version",
            "request__state",
            "request__expires_at",
            "request__partner_reference_no",
        )
        .first()
    )
    return _standing(*row, at) if row else None


def _standing(
    state: str,
    version: int,
    request_state: str | None,
    expires_at: datetime | None,
    reference: str | None,
    at: datetime,
) -> Standing:
    phase = phase_of(state, request_state, expires_at, at)
    facts = f"{state}|{version}|{request_state}|{reference}|{phase}"
    return Standing(phase, hashlib.sha256(facts.encode()).hexdigest()[:12])


def page(order: Order, *, at: datetime) -> PayPage:
    """Everything for the page; ``order`` comes with its point and request."""
    request = order.request
    return PayPage(
        order=order,
        lines=list(order.lines.select_related("tariff")),
        request=request,
        standing=_standing(
            order.state,
            order.version,
            request.state if request else None,
            request.expires_at if request else None,
            request.partner_reference_no if request else None,
            at,
        ),
        money=money_notes(order),
        day_is_over=order.visit_date < day_of(at),
    )


def is_returned(order: Order) -> bool:
    """Paid once, and all of it went back since; its tickets are void."""
    paid = order.payment_id
    return paid is not None and lights([paid])[paid].all_refunded


def money_notes(order: Order) -> list[MoneyNote]:
    """Payments for this order of which something is kept as titipan, oldest first."""
    return notes_for(KIND, [order.key]) if order.request_id else []


_HAS_KEPT = """
    SELECT EXISTS (
        SELECT FROM incoming_paymentrequest AS r JOIN incoming_payment AS p ON p.request_id = r.id
        WHERE r.payable_kind = %s AND r.payable_key = ANY(%s) AND p.liability_amount > 0
    )
"""


def _has_kept(kind: str, keys: Collection[str]) -> bool:
    """Asked at every opening of a payment page, and nearly always answered no: kept cheap."""
    with connection.cursor() as cursor:
        cursor.execute(_HAS_KEPT, [kind, list(keys)])
        return bool(cursor.fetchone()[0])


def notes_for(kind: str, keys: Collection[str]) -> list[MoneyNote]:
    """Payments for some things of which something was kept as titipan, with what of it went back."""
    if not _has_kept(kind, keys):
        return []
    rows = Payment.objects.filter(
        liability_amount__gt=0, request__payable_kind=kind, request__payable_key__in=keys
    ).order_by("paid_at", "pk")
    gone = Sum(
        "refunds__liability_amount", filter=Q(refunds__state=str(RefundStanding.DONE)), default=Decimal(0)
    )
    done = Compensation.objects.done().filter(payment=OuterRef("pk")).order_by().values("payment")
    used = Coalesce(Subquery(done.annotate(sum=Sum("amount")).values("sum")), Decimal(0))
    return [
        MoneyNote(
            Kind(row.kind), row.liability_amount, row.paid_at, row.rrn or row.reference_no, row.gone, row.used
        )
        for row in rows.annotate(gone=gone, used=used)
    ]
