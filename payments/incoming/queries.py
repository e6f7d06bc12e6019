"""Read models of incoming money: one request, lists by day and agency, takings, exceptions, the event stream.

Days are WIB and inclusive; amounts are rupiah. Every list is bounded or paged by a key, never by an offset.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q

from opd.access import Scope
from opd.models import AuditEvent
from opd.office.calendar import day_of
from payments.incoming.listing import (
    PAGE,
    PaymentFilter,
    PaymentPage,
    PaymentRow,
    Sums,
    Taking,
    every_payment,
    payment_row,
    payments_of,
    sums,
    takings,
)
from payments.incoming.models import MoneyException, Payment, PaymentEvent, PaymentRequest
from payments.incoming.rules import LIVE, Kind, State
from payments.incoming.texts import KIND_LABELS, STATE_LABELS, TroubleText
from payments.incoming.va.queries import VaView, va_of

__all__ = [
    "Cursor",
    "Event",
    "ExceptionRow",
    "PaymentFilter",
    "PaymentLine",
    "PaymentPage",
    "PaymentRow",
    "RequestState",
    "RequestView",
    "Sums",
    "Taking",
    "VaView",
    "events",
    "every_payment",
    "exceptions",
    "horizon",
    "latest_request",
    "open_exceptions",
    "payment_row",
    "payments_for",
    "payments_of",
    "request_state",
    "request_view",
    "sums",
    "takings",
    "va_of",
]


@dataclass(frozen=True)
class PaymentLine:
    """A payment as its payer or a treasurer reads it."""

    id: UUID
    kind: str
    amount: Decimal
    liability_amount: Decimal
    paid_at: datetime
    rrn: str
    fulfilment: str

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[Kind(self.kind)]


@dataclass(frozen=True)
class RequestView:
    """A request with its payments, oldest first, for the payment page."""

    id: UUID
    payable_kind: str
    payable_key: str
    state: str
    message: str
    amount: Decimal
    description: str
    qr_content: str
    merchant_name: str
    nmid: str
    account_name: str
    partner_reference_no: str
    created_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    last_asked_at: datetime | None
    payments: tuple[PaymentLine, ...]

    @property
    def state_label(self) -> str:
        return STATE_LABELS[State(self.state)]

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_paid(self) -> bool:
        return self.state == State.PAID

    def of_kind(self, *kinds: Kind) -> tuple[PaymentLine, ...]:
        return tuple(line for line in self.payments if line.kind in kinds)


@dataclass(frozen=True)
class RequestState:
    """What polling needs: changes exactly when something about the request or its payments does."""

    id: UUID
    state: str
    qr_ready: bool
    expires_at: datetime
    payments: int
    fulfilled: int

    @property
    def tag(self) -> str:
        """For an ETag."""
        moment = int(self.expires_at.timestamp())
        return f"{self.id.hex}-{self.state}-{int(self.qr_ready)}-{moment}-{self.payments}-{self.fulfilled}"


def request_view(request_id: UUID) -> RequestView:
    """Two queries. Raises PaymentRequest.DoesNotExist."""
    row = PaymentRequest.objects.select_related("receiving_account").get(pk=request_id)
    account = row.receiving_account
    return RequestView(
        id=row.pk,
        payable_kind=row.payable_kind,
        payable_key=row.payable_key,
        state=row.state,
        message=row.message,
        amount=row.amount,
        description=row.description,
        qr_content=row.qr_content,
        merchant_name=account.merchant_name,
        nmid=account.nmid,
        account_name=account.name,
        partner_reference_no=row.partner_reference_no,
        created_at=row.created_at,
        expires_at=row.expires_at,
        closed_at=row.closed_at,
        last_asked_at=row.last_asked_at,
        payments=tuple(_line(payment) for payment in row.payments.order_by("paid_at", "pk")),
    )


def _line(payment: Payment) -> PaymentLine:
    return PaymentLine(
        payment.pk,
        payment.kind,
        payment.amount,
        payment.liability_amount,
        payment.paid_at,
        payment.rrn,
        payment.fulfilment,
    )


def request_state(request_id: UUID) -> RequestState:
    """One indexed query. Raises PaymentRequest.DoesNotExist."""
    row = (
        PaymentRequest.objects.annotate(
            n=Count("payments"),
            done=Count("payments", filter=Q(payments__fulfilment=Payment.Fulfilment.DONE)),
        )
        .values_list("state", "qr_content", "expires_at", "n", "done")
        .filter(pk=request_id)
        .first()
    )
    if row is None:
        raise PaymentRequest.DoesNotExist
    return RequestState(request_id, row[0], bool(row[1]), *row[2:])


def latest_request(kind: str, key: str) -> UUID | None:
    """The request that counts for a thing: the paid one, else the live one, else the newest."""
    rows = PaymentRequest.objects.filter(payable_kind=kind, payable_key=key).order_by("-created_at", "-pk")
    ids = list(rows.values_list("pk", "state")[:20])
    paid = [pk for pk, state in ids if state == State.PAID]
    live = [pk for pk, state in ids if state in LIVE]
    return next(iter(paid or live or [pk for pk, _ in ids]), None)


def payments_for(kind: str, key: str) -> tuple[PaymentLine, ...]:
    """Every payment for a thing, over all its requests, oldest first; for its page and receipt."""
    rows = Payment.objects.filter(request__payable_kind=kind, request__payable_key=key)
    return tuple(_line(payment) for payment in rows.order_by("paid_at", "pk")[:100])


def notice_of(payment_id: UUID) -> int | None:
    """The row of the inbox that a payment was booked from; None where no notice told of it."""
    booked = AuditEvent.objects.filter(
        subject_type="incoming.payment", subject_id=str(payment_id), action="payment.record"
    )
    return booked.values_list("after__inbox_id", flat=True).first()


@dataclass(frozen=True)
class ExceptionRow:
    """Something odd about money, with what it means and what to do."""

    id: int
    kind: str
    text: TroubleText
    state: str
    at: datetime
    day: date
    amount: Decimal | None
    expected_amount: Decimal | None
    rrn: str
    reference_no: str
    partner_reference_no: str
    nmid: str
    terminal_id: str
    detail: str
    request_id: UUID | None
    payment_id: UUID | None
    opd_id: int | None
    explanation: str


def exceptions(
    scope: Scope, *, state: str = "open", before: int | None = None, size: int = PAGE
) -> list[ExceptionRow]:
    """Newest first; ``before`` is the id of the last row shown. Those of no agency: province only."""
    found = scope.filter(MoneyException.objects.filter(state=state))
    if before is not None:
        found = found.filter(pk__lt=before)
    return [_exception(row) for row in found.order_by("-pk")[:size]]


def open_exceptions(scope: Scope) -> int:
    """How many wait for an explanation."""
    return scope.filter(MoneyException.objects.filter(state=MoneyException.Standing.OPEN)).count()


def _exception(row: MoneyException) -> ExceptionRow:
    return ExceptionRow(
        id=row.pk,
        kind=row.kind,
        text=row.text,
        state=row.state,
        at=row.at,
        day=day_of(row.at),
        amount=row.amount,
        expected_amount=row.expected_amount,
        rrn=row.rrn,
        reference_no=row.reference_no,
        partner_reference_no=row.partner_reference_no,
        nmid=row.nmid,
        terminal_id=row.terminal_id,
        detail=row.detail,
        request_id=row.request_id,
        payment_id=row.payment_id,
        opd_id=row.opd_id,
        explanation=row.explanation,
    )


@dataclass(frozen=True, order=True)
class Cursor:
    """A place in the event stream. Keep the last event's and ask for what comes after it."""

    xid: int = 0
    id: int = 0


@dataclass(frozen=True)
class Event:
    cursor: Cursor
    kind: str
    request_id: UUID | None
    payment_id: UUID | None
    at: datetime


def horizon() -> int:
    """The oldest running transaction, as the ledger counts them: what is older has all been seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + ledger_xid_offset()")
        return int(cursor.fetchone()[0])


def events(after: Cursor, *, limit: int = 500) -> list[Event]:
    """Events behind ``after``, of transactions older than the oldest running one, so that none is skipped."""
    oldest = horizon()
    rows = PaymentEvent.objects.filter(
        Q(xid__gt=after.xid) | Q(xid=after.xid, pk__gt=after.id), xid__lt=oldest
    ).order_by("xid", "pk")
    values = rows.values_list(F("xid"), "pk", "kind", "request_id", "payment_id", "at")
    return [Event(Cursor(row[0], row[1]), *row[2:]) for row in values[:limit]]
