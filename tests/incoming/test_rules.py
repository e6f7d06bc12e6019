"""Tables and properties of the pure rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opd.office.calendar import WIB
from payments.incoming import rules
from payments.incoming.rules import Answer, Expected, Kind, Known, QueryBack, Sibling, State

AT = datetime(2026, 11, 24, 10, 0, tzinfo=WIB)
EXPIRES = AT + timedelta(minutes=15)
ASKED = Decimal("13000.00")
IN_TIME, TOO_LATE = EXPIRES, EXPIRES + timedelta(seconds=1)
ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("state", "sibling", "amount", "paid_at", "kind", "revenue"),
    [
        (State.OPEN, Sibling.NONE, "13000.00", IN_TIME, Kind.EXACT, "13000.00"),
        (State.REQUESTING, Sibling.NONE, "13000.00", IN_TIME, Kind.EXACT, "13000.00"),
        (State.OPEN, Sibling.NONE, "13000.01", IN_TIME, Kind.EXCESS, "13000.00"),
        (State.OPEN, Sibling.NONE, "12999.99", IN_TIME, Kind.SHORT, "0.00"),
        (State.OPEN, Sibling.NONE, "13000.00", TOO_LATE, Kind.LATE, "0.00"),
        (State.EXPIRED, Sibling.NONE, "13000.00", TOO_LATE, Kind.LATE, "0.00"),
        (State.EXPIRED, Sibling.NONE, "13000.00", IN_TIME, Kind.EXACT, "13000.00"),
        (State.EXPIRED, Sibling.LIVE, "13000.00", IN_TIME, Kind.UNEXPECTED, "0.00"),
        (State.EXPIRED, Sibling.LIVE, "13000.00", TOO_LATE, Kind.LATE, "0.00"),
        (State.EXPIRED, Sibling.PAID, "13000.00", TOO_LATE, Kind.DOUBLE, "0.00"),
        (State.PAID, Sibling.NONE, "13000.00", IN_TIME, Kind.DOUBLE, "0.00"),
        (State.PAID, Sibling.NONE, "13000.00", TOO_LATE, Kind.DOUBLE, "0.00"),
        (State.CANCELLED, Sibling.NONE, "13000.00", IN_TIME, Kind.UNEXPECTED, "0.00"),
        (State.CANCELLED, Sibling.PAID, "13000.00", IN_TIME, Kind.DOUBLE, "0.00"),
        (State.FAILED, Sibling.NONE, "13000.00", IN_TIME, Kind.UNEXPECTED, "0.00"),
    ],
)
def test_each_payment_has_one_kind(
    state: State, sibling: Sibling, amount: str, paid_at: datetime, kind: Kind, revenue: str
) -> None:
    verdict = rules.classify(
        Expected(state, ASKED, EXPIRES, sibling), amount=Decimal(amount), paid_at=paid_at
    )
    assert (verdict.kind, verdict.revenue) == (kind, Decimal(revenue))
    assert verdict.revenue + verdict.liability == Decimal(amount)


def test_money_without_a_request_is_a_liability() -> None:
    verdict = rules.classify(None, amount=ASKED, paid_at=AT)
    assert verdict == rules.Verdict(Kind.UNEXPECTED, rules.ZERO, ASKED)


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_an_amount_that_is_not_positive_is_no_payment(amount: str) -> None:
    with pytest.raises(ValueError, match="lebih dari nol"):
        rules.classify(None, amount=Decimal(amount), paid_at=AT)


@given(
    st.sampled_from(State),
    st.sampled_from(Sibling),
    st.decimals("0.01", "99999999.99", places=2),
    st.decimals("0.01", "99999999.99", places=2),
    st.timedeltas(timedelta(hours=-1), timedelta(hours=1)),
)
def test_a_payment_is_split_without_loss_and_settles_only_what_waits(
    state: State, sibling: Sibling, asked: Decimal, amount: Decimal, after: timedelta
) -> None:
    verdict = rules.classify(Expected(state, asked, EXPIRES, sibling), amount=amount, paid_at=EXPIRES + after)
    assert verdict.revenue + verdict.liability == amount
    assert verdict.revenue in (rules.ZERO, asked)
    if verdict.kind in rules.SETTLING:
        assert State.PAID in rules.NEXT_STATES[state]
        assert sibling is not Sibling.PAID
        assert after <= timedelta(0)
        assert verdict.revenue == asked
    else:
        assert verdict.revenue == 0


@pytest.mark.parametrize(
    ("known", "rrn", "one", "payment", "adopts"),
    [
        ([], "", False, None, False),
        ([], "A", False, None, False),
        ([""], "", False, ONE, False),
        ([""], "A", False, ONE, True),
        (["A"], "A", False, ONE, False),
        (["A"], "", False, ONE, False),
        (["A"], "B", False, None, False),
        (["A", "B"], "B", False, TWO, False),
        (["A", ""], "B", False, TWO, True),
        (["A", "B"], "", False, ONE, False),
        (["A"], "B", True, ONE, False),
        ([""], "B", True, ONE, True),
    ],
)
def test_only_another_rrn_is_a_second_payment(
    known: list[str], rrn: str, one: bool, payment: UUID | None, adopts: bool
) -> None:
    booked = [Known(UUID(int=place), text) for place, text in enumerate(known, 1)]
    assert rules.identify(booked, rrn=rrn, one_per_reference=one) == rules.Identity(payment, adopts)


@given(st.lists(st.sampled_from(["", "A", "B", "C"]), max_size=12))
def test_any_order_of_sightings_books_each_rrn_once(sightings: list[str]) -> None:
    booked: list[Known] = []
    for rrn in sightings:
        identity = rules.identify(booked, rrn=rrn)
        if identity.payment is None:
            booked.append(Known(UUID(int=len(booked) + 1), rrn))
        elif identity.adopts_rrn:
            booked = [Known(one.id, rrn if one.id == identity.payment else one.rrn) for one in booked]
    named = [one.rrn for one in booked if one.rrn]
    assert sorted(named) == sorted(set(sightings) - {""})
    assert len(booked) == max(len(named), 1 if sightings else 0)


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("00", Answer.PAID),
        ("01", Answer.UNPAID),
        ("02", Answer.PENDING),
        ("03", Answer.PENDING),
        ("04", Answer.REFUNDED),
        ("05", Answer.CANCELLED),
        ("06", Answer.FAILED),
        ("07", Answer.NOT_FOUND),
        ("08", Answer.UNCLEAR),
        ("", Answer.UNCLEAR),
        (None, Answer.UNCLEAR),
        (0, Answer.UNCLEAR),
    ],
)
def test_every_status_of_the_bank_has_a_meaning(code: object, answer: Answer) -> None:
    assert rules.answer_of_status(code) is answer


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("4045101", Answer.NOT_FOUND),
        ("4045104", Answer.CANCELLED),
        ("4035100", Answer.UNPAID),
        ("4045100", Answer.UNCLEAR),
        ("4015100", Answer.UNCLEAR),
        ("5005100", Answer.UNCLEAR),
        ("", Answer.UNCLEAR),
    ],
)
def test_every_refusal_of_a_query_has_a_meaning(code: str, answer: Answer) -> None:
    assert rules.answer_of_refusal(code) is answer


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("answer", Answer)
@pytest.mark.parametrize("at", [AT, EXPIRES, EXPIRES + rules.GRACE])
def test_an_answer_moves_only_what_is_live(state: State, answer: Answer, at: datetime) -> None:
    onward = rules.after_answer(state, answer, expires_at=EXPIRES, at=at)
    if onward is None:
        return
    assert onward in rules.NEXT_STATES[state]
    assert onward is not State.PAID, "only money makes a request paid"
    if onward is State.EXPIRED:
        assert at >= EXPIRES + rules.GRACE
        assert answer in rules.DEFINITELY_UNPAID


@pytest.mark.parametrize("answer", [Answer.PENDING, Answer.UNCLEAR])
def test_a_request_in_doubt_never_expires(answer: Answer) -> None:
    at = EXPIRES + timedelta(days=1)
    assert rules.after_answer(State.OPEN, answer, expires_at=EXPIRES, at=at) is None


def test_the_bank_is_asked_early_near_the_expiry_and_until_settlement() -> None:
    moments = list(rules.ask_times(AT, EXPIRES))
    assert moments == sorted(moments)
    assert moments[0] == AT + timedelta(seconds=40)
    assert any(EXPIRES - timedelta(minutes=1) < moment < EXPIRES for moment in moments)
    assert EXPIRES + rules.GRACE in moments
    assert moments[-1] == EXPIRES + timedelta(hours=36)


def test_asking_ends_after_settlement_covers_the_day() -> None:
    last = EXPIRES + timedelta(hours=36)
    assert rules.next_ask(AT, EXPIRES, at=last - timedelta(seconds=1), unanswered=0) == last
    assert rules.next_ask(AT, EXPIRES, at=last, unanswered=0) is None
    assert rules.next_ask(AT, EXPIRES, at=last, unanswered=3) is not None
    assert rules.next_ask(AT, EXPIRES, at=EXPIRES + timedelta(hours=72), unanswered=3) is None


@given(st.integers(0, 500), st.integers(0, 200_000))
def test_the_next_question_always_lies_ahead(unanswered: int, seconds: int) -> None:
    at = AT + timedelta(seconds=seconds)
    moment = rules.next_ask(AT, EXPIRES, at=at, unanswered=unanswered)
    assert moment is None or at < moment <= at + timedelta(hours=13)


def test_silence_is_retried_with_growing_pauses() -> None:
    pauses = [rules.backoff(tries).total_seconds() for tries in range(1, 12)]
    assert pauses[:4] == [20, 40, 80, 160]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 3600


@pytest.mark.parametrize(
    ("policy", "amount", "above", "asks"),
    [
        (QueryBack.ALWAYS, "1.00", None, True),
        (QueryBack.ABOVE, "100.00", "100.00", False),
        (QueryBack.ABOVE, "100.01", "100.00", True),
        (QueryBack.ABOVE, None, "100.00", True),
        (QueryBack.ABOVE, "1.00", None, True),
        (QueryBack.SWEEP, "1.00", None, True),
    ],
)
def test_the_partner_says_which_notices_are_checked(
    policy: QueryBack, amount: str | None, above: str | None, asks: bool
) -> None:
    money = Decimal(amount) if amount else None
    limit = Decimal(above) if above else None
    assert rules.needs_query(policy, amount=money, above=limit) is asks
