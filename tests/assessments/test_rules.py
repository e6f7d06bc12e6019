"""Late interest, instalments, reductions and shares, by examples and properties; no database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opd.office.calendar import add_months
from retribusi.assessments import rules
from retribusi.assessments.rules import InterestRule

ONE_PERCENT = InterestRule(Decimal(1), 24, None, Decimal(1))
THIRTY_DAYS = InterestRule(Decimal(1), 24, 30, Decimal(1))
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
AMOUNTS = st.integers(1, 10**12).map(Decimal)
SEN = st.integers(1, 10**13).map(lambda sen: Decimal(sen).scaleb(-2))


@pytest.mark.parametrize(
    ("due", "on", "months"),
    [
        ("2026-01-31", "2026-01-31", 0),
        ("2026-01-31", "2026-02-01", 1),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-03-01", 2),
        ("2026-01-15", "2026-02-15", 1),
        ("2026-01-15", "2026-02-16", 2),
        ("2026-12-15", "2027-01-10", 1),
        ("2026-01-15", "2028-01-15", 24),
        ("2026-01-15", "2030-01-15", 24),
    ],
)
def test_a_begun_month_counts_whole_and_24_is_the_end(due: str, on: str, months: int) -> None:
    assert rules.late_months(date.fromisoformat(due), date.fromisoformat(on), ONE_PERCENT) == months


def test_months_of_thirty_days_are_a_setting() -> None:
    due = date(2026, 1, 1)
    assert rules.late_months(due, due + timedelta(days=30), THIRTY_DAYS) == 1
    assert rules.late_months(due, due + timedelta(days=31), THIRTY_DAYS) == 2


def test_interest_is_rounded_down_to_whole_rupiah() -> None:
    due = date(2026, 1, 1)
    assert rules.interest(Decimal("150050"), due, date(2026, 1, 2), ONE_PERCENT) == Decimal("1500.00")


@given(AMOUNTS, DAYS, DAYS, st.sampled_from([ONE_PERCENT, THIRTY_DAYS]))
def test_interest_never_passes_the_cap_and_never_falls(
    amount: Decimal, due: date, on: date, rule: InterestRule
) -> None:
    now = rules.interest(amount, due, on, rule)
    later = rules.interest(amount, due, on + timedelta(days=1), rule)
    assert 0 <= now <= later <= amount * rule.percent * rule.most_months / 100
    assert (now > 0) <= (on > due)
    assert now == now.to_integral_value()


@given(DAYS, st.integers(1, 23))
def test_the_day_after_so_many_months_begins_the_next(due: date, months: int) -> None:
    last = add_months(due, months)
    assert rules.late_months(due, last, ONE_PERCENT) == months
    assert rules.late_months(due, last + timedelta(days=1), ONE_PERCENT) == months + 1


@given(SEN, st.integers(2, rules.MOST_INSTALMENTS), DAYS)
def test_instalments_are_the_bill(total: Decimal, number: int, first: date) -> None:
    if total < number:
        with pytest.raises(ValueError, match="terlalu kecil"):
            rules.instalments(total, number, first)
        return
    parts = rules.instalments(total, number, first)
    assert sum(part.amount for part in parts) == total
    assert all(part.amount > 0 for part in parts)
    assert all(part.amount == part.amount.to_integral_value() for part in parts[1:])
    assert [part.due_on for part in parts] == sorted({part.due_on for part in parts})


@pytest.mark.parametrize("number", [0, 1, 25])
def test_too_few_or_many_instalments_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="angsuran"):
        rules.instalments(Decimal(100), number, date(2026, 1, 1))


@given(st.lists(AMOUNTS, min_size=1, max_size=24), st.integers(-5, 10**13).map(Decimal))
def test_a_reduction_never_goes_below_zero(amounts: list[Decimal], reduction: Decimal) -> None:
    if not 0 < reduction <= sum(amounts):
        with pytest.raises(ValueError, match="keringanan"):
            rules.spread_reduction(amounts, reduction)
        return
    left = rules.spread_reduction(amounts, reduction)
    assert sum(left) == sum(amounts) - reduction
    assert all(0 <= rest <= amount for rest, amount in zip(left, amounts, strict=True))


@given(SEN, st.lists(SEN, min_size=1, max_size=12))
def test_shares_are_the_amount_to_the_sen(amount: Decimal, weights: list[Decimal]) -> None:
    parts = rules.divide(amount, weights)
    assert sum(parts) == amount
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert part >= 0
        assert abs(part - amount * weight / whole) < Decimal("0.01")
