"""Which way money may go back, and how much: the rules alone."""

from __future__ import annotations

import importlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opd.office.calendar import add_months
from payments.incoming.migrations import __name__ as migrations
from payments.incoming.refund_rules import (
    NEXT_STANDINGS,
    Judged,
    Parts,
    Path,
    Whereabouts,
    Why,
    choose,
    fill,
    judge,
    left_of,
    split,
)

DAY = date(2026, 11, 24)
SETTLED = Whereabouts(settled_on=DAY)
IN_RKUD = Whereabouts(settled_on=DAY, credited_on=DAY, booked=True)
ALL = Decimal("13000.00")


def chosen(where: Whereabouts, *, today: date = DAY, left: Decimal = ALL) -> tuple[Path | None, Why]:
    found = choose(where, left=left, paid_on=DAY, today=today, acquirer_days=30)
    return found.path, found.why


@pytest.mark.parametrize(
    ("where", "today", "path", "why"),
    [
        (Whereabouts(), DAY, Path.CANCEL, Why.WITH_ACQUIRER),
        (SETTLED, DAY, Path.ACQUIRER, Why.SETTLED),
        (SETTLED, DAY + timedelta(30), Path.ACQUIRER, Why.SETTLED),
        (SETTLED, DAY + timedelta(31), None, Why.WINDOW_OVER),
        (IN_RKUD, date(2026, 12, 31), Path.RESTITUTION, Why.IN_RKUD),
        (IN_RKUD, date(2027, 1, 1), Path.PRIOR_YEAR, Why.LAST_YEAR),
        (Whereabouts(DAY, DAY, booked=False), DAY, None, Why.NOT_BOOKED),
        (Whereabouts(DAY, DAY, booked=True, disputed=True), DAY, None, Why.DISPUTED),
    ],
)
def test_each_stage_of_the_law_has_its_path(
    where: Whereabouts, today: date, path: Path | None, why: Why
) -> None:
    assert chosen(where, today=today) == (path, why)


def test_nothing_left_has_no_path_at_any_stage() -> None:
    for where in (Whereabouts(), SETTLED, IN_RKUD):
        assert chosen(where, left=Decimal(0)) == (None, Why.NOTHING_LEFT)


def test_only_the_whole_can_be_undone_before_settlement() -> None:
    assert choose(Whereabouts(), left=ALL, paid_on=DAY, today=DAY, acquirer_days=30).whole
    assert not choose(SETTLED, left=ALL, paid_on=DAY, today=DAY, acquirer_days=30).whole


AMOUNTS = st.decimals(min_value=0, max_value=10_000_000, places=2)


@given(revenue=AMOUNTS, liability=AMOUNTS, wanted=st.lists(AMOUNTS, max_size=8))
def test_however_often_it_is_tried_no_more_goes_back_than_came(
    revenue: Decimal, liability: Decimal, wanted: list[Decimal]
) -> None:
    paid, gone = Parts(revenue, liability), list[Parts]()
    for amount in wanted:
        left = left_of(paid, gone)
        if 0 < amount <= left.amount:
            gone.append(split(amount, left))
            assert gone[-1].amount == amount
        else:
            with pytest.raises(ValueError, match="melebihi"):
                split(amount, left)
        now = left_of(paid, gone)
        assert now.revenue >= 0
        assert now.liability >= 0
        assert now.amount + sum(part.amount for part in gone) == paid.amount


@given(revenue=AMOUNTS, liability=AMOUNTS)
def test_what_was_never_levy_goes_back_first(revenue: Decimal, liability: Decimal) -> None:
    left = Parts(revenue, liability)
    if liability:
        assert split(liability, left) == Parts(Decimal(0), liability)


@given(shares=st.lists(AMOUNTS, min_size=1, max_size=5), cuts=st.lists(AMOUNTS, max_size=5))
def test_shares_of_a_levy_stay_exact_through_all_its_refunds(
    shares: list[Decimal], cuts: list[Decimal]
) -> None:
    total, before = sum(shares, Decimal(0)), list(shares)
    for cut in cuts:
        total -= min(cut, total)
        after = fill(shares, total)
        assert sum(after) == total
        assert all(0 <= new <= old for new, old in zip(after, before, strict=True))
        before = after


@pytest.mark.parametrize(
    ("path", "code", "first", "judged"),
    [
        (Path.ACQUIRER, "2007800", True, Judged.DONE),
        (Path.ACQUIRER, "", True, Judged.UNCLEAR),
        (Path.ACQUIRER, "2027800", True, Judged.UNCLEAR),
        (Path.ACQUIRER, "5047800", True, Judged.UNCLEAR),
        (Path.ACQUIRER, "4297800", True, Judged.UNCLEAR),
        (Path.ACQUIRER, "4097800", True, Judged.UNCLEAR),
        (Path.ACQUIRER, "4097801", False, Judged.DONE),
        (Path.ACQUIRER, "4047818", False, Judged.UNCLEAR),
        (Path.ACQUIRER, "4047813", True, Judged.REFUSED),
        (Path.ACQUIRER, "4047813", False, Judged.ASK),
        (Path.ACQUIRER, "4037815", True, Judged.REFUSED),
        (Path.CANCEL, "4047704", False, Judged.DONE),
        (Path.ACQUIRER, "4047804", False, Judged.ASK),
        (Path.ACQUIRER, "40478", True, Judged.UNCLEAR),
    ],
)
def test_an_answer_is_believed_no_more_than_it_says(
    path: Path, code: str, first: bool, judged: Judged
) -> None:
    assert judge(path, code, first=first) is judged


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 11, 24), 2, date(2027, 1, 24)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2027, 10, 31), 4, date(2028, 2, 29)),
    ],
)
def test_a_limit_in_months_ends_on_the_same_day_or_the_last(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_the_database_knows_the_same_states() -> None:
    guard = importlib.import_module(f"{migrations}.0012_refund_laws").FORWARD
    ours = {f"{state}>{after}" for state, onward in NEXT_STANDINGS.items() for after in onward}
    listed = guard.split("NOT IN (")[1].split(")")[0]
    assert {word.strip().strip("'") for word in listed.split(",")} == ours
