"""Pairs of bank lines and journals: equal amounts, each side once, and never a guess between two."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from payments.books.matching import Item, Line, pairs

DAY = date(2026, 6, 5)


def line(number: int, amount: int, *, day: int = 0, reference: str = "", text: str = "") -> Line:
    return Line(number, DAY + timedelta(days=day), Decimal(amount), reference, text)


def item(number: int, amount: int, *, day: int = 0, keys: tuple[str, ...] = ()) -> Item:
    return Item(number, DAY + timedelta(days=day), Decimal(amount), frozenset(keys))


def found(lines: list[Line], items: list[Item]) -> list[tuple[int, int, str]]:
    return [(pair.line, pair.journal, pair.rule) for pair in pairs(lines, items, days=3)]


def test_a_reference_pairs_across_many_days() -> None:
    lines = [line(1, -100, day=30, text="TRF CMS77000001 CV")]
    assert found(lines, [item(7, -100, keys=("CMS77000001",))]) == [(1, 7, "reference")]


def test_a_reference_with_another_amount_pairs_nothing() -> None:
    assert not found([line(1, -101, day=9, reference="CMS77000001")], [item(7, -100, keys=("CMS77000001",))])


def test_a_short_reference_proves_nothing() -> None:
    assert not found([line(1, -100, day=9, reference="12345")], [item(7, -100, keys=("12345",))])


def test_twins_of_one_day_pair_in_order() -> None:
    assert found([line(1, -100), line(2, -100)], [item(7, -100), item(8, -100)]) == [
        (1, 7, "same_day"),
        (2, 8, "same_day"),
    ]


def test_one_line_between_two_items_stays_open() -> None:
    assert not found([line(1, -100, day=1)], [item(7, -100), item(8, -100, day=2)])


def test_a_lone_amount_pairs_within_days() -> None:
    assert found([line(1, -100, day=2)], [item(7, -100)]) == [(1, 7, "near_day")]
    assert not found([line(1, -100, day=4)], [item(7, -100)])


AMOUNTS = st.sampled_from([-300, -200, -100, 100, 200])
KEYS = st.sampled_from(["", "CMS00001", "CMS00002", "CMS00003"])


@given(
    st.lists(st.tuples(AMOUNTS, st.integers(0, 6), KEYS), max_size=12),
    st.lists(st.tuples(AMOUNTS, st.integers(0, 6), KEYS), max_size=12),
)
def test_no_side_is_used_twice_and_amounts_are_equal(
    left: list[tuple[int, int, str]], right: list[tuple[int, int, str]]
) -> None:
    lines = [line(number, amount, day=day, reference=key) for number, (amount, day, key) in enumerate(left)]
    items = [item(number, amount, day=day, keys=(key,)) for number, (amount, day, key) in enumerate(right)]
    made = pairs(lines, items, days=3)
    assert len({pair.line for pair in made}) == len({pair.journal for pair in made}) == len(made)
    assert all(lines[pair.line].amount == items[pair.journal].amount for pair in made)
    assert made == pairs(lines, items, days=3)
