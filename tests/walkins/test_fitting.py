"""Which tickets an amount may have been."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retribusi.walkins.fitting import MOST_OF_ONE, fits, total

ADULT, CHILD, BUS = 1, 2, 3
PRICES = {ADULT: Decimal(5000), CHILD: Decimal(3000)}


@pytest.mark.parametrize(
    ("amount", "first"),
    [
        (5000, {ADULT: 1}),
        (3000, {CHILD: 1}),
        (15000, {ADULT: 3}),
        (13000, {ADULT: 2, CHILD: 1}),
        (8000, {ADULT: 1, CHILD: 1}),
    ],
)
def test_the_likeliest_choice_comes_first(amount: int, first: dict[int, int]) -> None:
    assert fits(Decimal(amount), PRICES)[0] == first


@pytest.mark.parametrize("amount", [0, -5000, 1000, 7000, 5001])
def test_nothing_fits_what_no_tickets_make(amount: int) -> None:
    assert fits(Decimal(amount), PRICES) == []


def test_a_free_tariff_takes_no_part() -> None:
    assert fits(Decimal(5000), {ADULT: Decimal(5000), CHILD: Decimal(0)}) == [{ADULT: 1}]


def test_half_rupiah_stay_exact() -> None:
    assert fits(Decimal("7500.50"), {1: Decimal("2500.50"), 2: Decimal("5000.00")}) == [{1: 1, 2: 1}]


prices = st.dictionaries(st.integers(1, 12), st.integers(0, 40).map(lambda n: Decimal(n * 500)), max_size=6)


@given(prices, st.integers(1, 400).map(lambda n: Decimal(n * 500)))
def test_every_choice_is_the_amount_to_the_rupiah_and_said_once(
    tariffs: dict[int, Decimal], amount: Decimal
) -> None:
    found = fits(amount, tariffs)
    assert len(found) <= 5
    assert all(total(choice, tariffs) == amount for choice in found)
    assert all(1 <= number <= MOST_OF_ONE for choice in found for number in choice.values())
    assert len({tuple(sorted(choice.items())) for choice in found}) == len(found)


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=3, unique=True),
    st.lists(st.integers(0, 8), min_size=3, max_size=3),
)
def test_what_was_sold_of_up_to_three_tariffs_is_found_in_some_way(
    units: list[int], numbers: list[int]
) -> None:
    tariffs = {key: Decimal(unit * 500) for key, unit in enumerate(units)}
    sold = {key: number for key, number in zip(tariffs, numbers, strict=False) if number}
    amount = total(sold, tariffs)
    found = fits(amount, tariffs, most=10_000)
    assert (sold in found) is bool(sold)
