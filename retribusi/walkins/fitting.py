"""Which tickets an amount may have been: tariff × quantity that make it to the rupiah. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations

MOST_OF_ONE = 300
"""Tickets of one tariff in one claim: a school's outing."""
MOST_OF_THREE = 20
"""Of each tariff where three are mixed: more is nobody's guess, and the officer types it."""

Choice = dict[int, int]
"""Tariff id to number, each above zero."""


def fits(amount: Decimal, tariffs: Mapping[int, Decimal], *, most: int = 5) -> list[Choice]:
    """At most ``most`` choices whose sum is ``amount`` exactly, the likeliest first.

    Likeliest is: of the fewest tariffs, then the fewest tickets. Up to three tariffs are mixed. Tariffs of
    zero rupiah take no part. Nothing fits an amount that is not above zero.
    """
    priced = sorted((price, key) for key, price in tariffs.items() if price > 0)
    if amount <= 0:
        return []
    found: list[Choice] = []
    for size, bound in ((1, MOST_OF_ONE), (2, MOST_OF_ONE), (3, MOST_OF_THREE)):
        mixes = [mix for group in combinations(priced, size) for mix in _mixes(amount, group, bound)]
        found += sorted(mixes, key=lambda mix: (sum(mix.values()), sorted(mix.items())))[: most - len(found)]
    return found


def total(choice: Mapping[int, int], tariffs: Mapping[int, Decimal]) -> Decimal:
    """What a choice costs. Raises KeyError for a tariff that is not offered."""
    return sum((tariffs[key] * number for key, number in choice.items()), Decimal("0.00"))


def _mixes(amount: Decimal, group: Sequence[tuple[Decimal, int]], bound: int) -> Iterator[Choice]:
    """Every choice of all tariffs of ``group``, each from one to ``bound`` times."""
    (price, key), rest = group[0], group[1:]
    if not rest:
        times, left = divmod(amount, price)
        if not left and 1 <= times <= bound:
            yield {key: int(times)}
        return
    for number in range(1, bound + 1):
        if amount <= number * price:
            return
        for mix in _mixes(amount - number * price, rest, bound):
            yield {key: number, **mix}
