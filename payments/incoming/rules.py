"""What money that arrives means, decided without a database (pure).

Source: house.md, "Requests and payments", "Query-back"; SNAP latestTransactionStatus; days and instants are
aware. Amounts are rupiah as ``Decimal``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

ZERO = Decimal("0.00")


class State(StrEnum):
    """A payment request. Paid, cancelled and failed are final.

    Expired means: the bank said "unpaid" after the expiry. Only the bank's own later proof that it was paid
    in time moves it on, to paid.
    """

    REQUESTING = "requesting"
    OPEN = "open"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Method(StrEnum):
    """How a payer pays: which messages of the bank tell of it, and which questions it can be asked."""

    QRIS = "qris"
    VA = "va"


LIVE = frozenset({State.REQUESTING, State.OPEN})

NEXT_STATES: dict[State, frozenset[State]] = {
    State.REQUESTING: frozenset({State.OPEN, State.PAID, State.EXPIRED, State.CANCELLED, State.FAILED}),
    State.OPEN: frozenset({State.REQUESTING, State.PAID, State.EXPIRED, State.CANCELLED}),
    State.EXPIRED: frozenset({State.PAID}),
    State.PAID: frozenset(),
    State.CANCELLED: frozenset(),
    State.FAILED: frozenset(),
}
"""The same table stands in the database's trigger; a test compares the two."""


class Kind(StrEnum):
    """What a payment is to its request."""

    EXACT = "exact"
    EXCESS = "excess"
    SHORT = "short"
    LATE = "late"
    DOUBLE = "double"
    UNEXPECTED = "unexpected"


SETTLING = frozenset({Kind.EXACT, Kind.EXCESS})
"""Kinds that make their request paid."""


class Sibling(StrEnum):
    """The other requests for the same thing: none that counts, one still live, or one already paid."""

    NONE = "none"
    LIVE = "live"
    PAID = "paid"


@dataclass(frozen=True)
class Expected:
    """What a request asked for, and where it stands."""

    state: State
    amount: Decimal
    expires_at: datetime
    sibling: Sibling = Sibling.NONE


@dataclass(frozen=True)
class Verdict:
    """The kind of a payment and how its amount is split: levy to come, and liability to give back."""

    kind: Kind
    revenue: Decimal
    liability: Decimal


def classify(expected: Expected | None, *, amount: Decimal, paid_at: datetime) -> Verdict:
    """Judge one payment of ``amount`` > 0 that the bank took at ``paid_at``.

    Late is judged by the bank's paid time, never by when we hear of it. Raises ValueError for an amount
    that is not positive.
    """
    if amount <= 0:
        raise ValueError("pembayaran harus lebih dari nol")
    kind = _kind(expected, amount, paid_at)
    revenue = min(amount, expected.amount) if expected and kind in SETTLING else ZERO
    return Verdict(kind, revenue, amount - revenue)


def _kind(expected: Expected | None, amount: Decimal, paid_at: datetime) -> Kind:
    if expected is None:
        return Kind.UNEXPECTED
    if expected.state is State.PAID or expected.sibling is Sibling.PAID:
        return Kind.DOUBLE
    if expected.state in {State.CANCELLED, State.FAILED}:
        return Kind.UNEXPECTED
    if paid_at > expected.expires_at:
        return Kind.LATE
    if expected.state is State.EXPIRED and expected.sibling is Sibling.LIVE:
        return Kind.UNEXPECTED
    if amount < expected.amount:
        return Kind.SHORT
    return Kind.EXACT if amount == expected.amount else Kind.EXCESS


@dataclass(frozen=True)
class Known:
    """A payment already booked for one reference of the bank."""

    id: UUID
    rrn: str


@dataclass(frozen=True)
class Identity:
    """Which booked payment a sighting is (None: a new one), and whether that one takes over the RRN."""

    payment: UUID | None
    adopts_rrn: bool = False


def identify(known: Sequence[Known], *, rrn: str, one_per_reference: bool = False) -> Identity:
    """Recognise a sighting among the payments of its reference, oldest first.

    Without RRN it is the first one. With an RRN it is the one that has it, else the one that has none yet
    (which adopts it), else a new payment. ``one_per_reference`` is the profile of a bank without RRN.
    """
    if not known:
        return Identity(None)
    if not rrn:
        return Identity(known[0].id)
    for payment in known:
        if payment.rrn == rrn:
            return Identity(payment.id)
    for payment in known:
        if not payment.rrn:
            return Identity(payment.id, adopts_rrn=True)
    return Identity(known[0].id) if one_per_reference else Identity(None)


class Answer(StrEnum):
    """What the bank says of one reference."""

    PAID = "paid"
    UNPAID = "unpaid"
    PENDING = "pending"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    FAILED = "failed"
    NOT_FOUND = "not_found"
    UNCLEAR = "unclear"


_STATUS = {
    "00": Answer.PAID,
    "01": Answer.UNPAID,
    "02": Answer.PENDING,
    "03": Answer.PENDING,
    "04": Answer.REFUNDED,
    "05": Answer.CANCELLED,
    "06": Answer.FAILED,
    "07": Answer.NOT_FOUND,
}
_REFUSAL = {
    "40400": Answer.UNCLEAR,
    "40401": Answer.NOT_FOUND,
    "40404": Answer.CANCELLED,
    "40300": Answer.UNPAID,
}
DEFINITELY_UNPAID = frozenset(
    {Answer.UNPAID, Answer.CANCELLED, Answer.FAILED, Answer.NOT_FOUND, Answer.REFUNDED}
)
"""Answers after which an expired request may be closed. "Paying" and "pending" are not among them."""


def answer_of_status(code: object) -> Answer:
    """Total map of SNAP latestTransactionStatus; anything unknown is unclear, never unpaid."""
    return _STATUS.get(code, Answer.UNCLEAR) if isinstance(code, str) else Answer.UNCLEAR


def answer_of_refusal(response_code: str) -> Answer:
    """Total map of the responseCode of a refused query (HTTP status + service + case)."""
    if len(response_code) != 7:
        return Answer.UNCLEAR
    return _REFUSAL.get(response_code[:3] + response_code[5:], Answer.UNCLEAR)


GRACE = timedelta(seconds=10)
"""How long after the expiry a last payment may still travel from the payer's bank to ours."""


def after_answer(state: State, answer: Answer, *, expires_at: datetime, at: datetime) -> State | None:
    """The state a request moves to after an answer that brought no money; None: it stays.

    A cancellation by the bank closes it at once; everything else definite only past expiry and grace.
    """
    if state not in LIVE:
        return None
    if state is State.OPEN and answer is Answer.CANCELLED:
        return State.CANCELLED
    if answer in DEFINITELY_UNPAID and at >= expires_at + GRACE:
        return State.EXPIRED
    return None


_BEFORE_EXPIRY = (timedelta(seconds=40), timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=10))
_AFTER_EXPIRY = (
    GRACE,
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=36),
)
_NEAR_EXPIRY = timedelta(seconds=30)
_RETRY = timedelta(seconds=20)
_LONGEST_RETRY = timedelta(hours=1)


def ask_times(created_at: datetime, expires_at: datetime) -> Iterable[datetime]:
    """When the bank is asked about an unpaid request: early, near expiry, then until settlement covers it."""
    for delay in _BEFORE_EXPIRY:
        if created_at + delay < expires_at - _NEAR_EXPIRY:
            yield created_at + delay
    yield max(created_at, expires_at - _NEAR_EXPIRY)
    for delay in _AFTER_EXPIRY:
        yield expires_at + delay


def next_ask(created_at: datetime, expires_at: datetime, *, at: datetime, unanswered: int) -> datetime | None:
    """The next time to ask after ``at``. Silence (``unanswered`` times) is retried with growing pauses."""
    planned = next((moment for moment in ask_times(created_at, expires_at) if moment > at), None)
    if not unanswered:
        return planned
    retry = at + backoff(unanswered)
    if planned is None:
        return retry if retry <= expires_at + 2 * _AFTER_EXPIRY[-1] else None
    return min(retry, planned)


def backoff(tries: int) -> timedelta:
    """20 s, 40 s, 80 s … at most an hour."""
    return min(_RETRY * (1 << min(max(tries, 1) - 1, 12)), _LONGEST_RETRY)


class QueryBack(StrEnum):
    """When a notice is checked with the bank: every one, those above an amount, or only by the sweep."""

    ALWAYS = "always"
    ABOVE = "above"
    SWEEP = "sweep"


def needs_query(policy: QueryBack, *, amount: Decimal | None, above: Decimal | None) -> bool:
    """Whether a signed notice waits for the bank's own answer before it is booked."""
    if policy is not QueryBack.ABOVE or amount is None or above is None:
        return True
    return amount > above
