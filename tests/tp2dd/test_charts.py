from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tp2dd.charts import FLOOR, TOP, WIDTH, Day, bars, short
from tp2dd.periods import LONGEST, Period, chosen

START = date(2026, 11, 1)
MONEY = st.decimals(min_value=0, max_value=10**12, places=2)


def days(amounts: list[tuple[Decimal, Decimal]]) -> list[Day]:
    return [
        Day(START + timedelta(days=n), paid, min(paid, booked)) for n, (paid, booked) in enumerate(amounts)
    ]


@given(st.lists(st.tuples(MONEY, MONEY), min_size=1, max_size=366))
def test_bars_stand_on_the_floor_inside_the_drawing_and_in_proportion(
    amounts: list[tuple[Decimal, Decimal]],
) -> None:
    drawn = bars(days(amounts))
    tallest = max(paid for paid, _ in amounts)
    if not tallest:
        assert drawn == []
        return
    assert max(bar.height for bar in drawn) == FLOOR - TOP
    for bar in drawn:
        assert bar.y + bar.height == bar.booked_y + bar.booked_height == FLOOR
        assert 0 <= bar.booked_height <= bar.height
        assert bar.x >= 0
        assert bar.x + bar.width <= WIDTH + 2
        assert abs(bar.height - (FLOOR - TOP) * bar.paid / tallest) <= 1


def test_only_the_tallest_and_the_last_day_are_labelled() -> None:
    drawn = bars(days([(Decimal(n), Decimal(0)) for n in (5000, 90000, 30000, 8000)]))
    assert [bar.label for bar in drawn] == ["", "90\u00a0rb", "", "8\u00a0rb"]


def test_a_long_span_has_few_ticks() -> None:
    drawn = bars(days([(Decimal(1), Decimal(0))] * 90))
    assert sum(bool(bar.tick) for bar in drawn) <= 10


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "0"), (950, "950"), (1000, "1 rb"), (85_000, "85 rb"), (1_250_000, "1,2 jt"),
        (13_000_000, "13 jt"),
        (2_500_000_000, "2,5 M"), (999_999, "999 rb"), (10**12, "1 T"),
    ],
)  # fmt: skip
def test_short_money_never_says_more_than_there_is(amount: int, words: str) -> None:
    assert short(Decimal(amount)).replace("\u00a0", " ") == words


def test_period_defaults_to_fourteen_days_and_mends_what_is_reversed() -> None:
    today = date(2026, 11, 24)
    assert chosen(None, None, today=today) == Period(date(2026, 11, 11), today)
    assert chosen(date(2026, 11, 5), date(2026, 11, 1), today=today) == Period(
        date(2026, 11, 1), date(2026, 11, 5)
    )
    assert len(chosen(date(2020, 1, 1), today, today=today)) == LONGEST


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_the_span_before_touches_and_is_as_long(first: date, more: int) -> None:
    period = Period(first, first + timedelta(days=more))
    before = period.before()
    assert len(before) == len(period) == len(period.days)
    assert before.last + timedelta(days=1) == period.first
