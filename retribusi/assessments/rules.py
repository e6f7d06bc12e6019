"""Late interest, instalments, reductions and shares, decided without a database (pure).

Amounts are rupiah as ``Decimal``; days are WIB. What the law fixes comes in as values of dated rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from opd.office.calendar import add_months

SEN = Decimal("0.01")
ZERO = Decimal("0.00")
MOST_INSTALMENTS = 24


@dataclass(frozen=True)
class InterestRule:
    """``percent`` a month on the unpaid amount, at most ``most_months``; a begun month counts as a whole one.

    ``month_days`` None counts calendar months from the due day, else months of so many days. The interest is
    rounded down to a multiple of ``round_to`` rupiah.
    """

    percent: Decimal
    most_months: int
    month_days: int | None
    round_to: Decimal


def late_months(due_on: date, on: date, rule: InterestRule) -> int:
    """Months of interest on ``on`` for what was due on ``due_on``: none through that day, then some."""
    if on <= due_on:
        return 0
    if rule.month_days:
        begun = -(-(on - due_on).days // rule.month_days)
    else:
        begun = (on.year - due_on.year) * 12 + on.month - due_on.month
        begun += on > add_months(due_on, begun)
    return min(max(1, begun), rule.most_months)


def interest(amount: Decimal, due_on: date, on: date, rule: InterestRule) -> Decimal:
    """The late interest on ``amount`` as of ``on``, on the amount alone: never interest on interest."""
    raw = amount * rule.percent * late_months(due_on, on, rule) / 100
    return (raw // rule.round_to * rule.round_to).quantize(SEN)


@dataclass(frozen=True)
class Part:
    """One part of a debt and its last day without interest."""

    amount: Decimal
    due_on: date


def instalments(total: Decimal, number: int, first_due: date) -> list[Part]:
    """``total`` in ``number`` monthly parts of whole rupiah; what is left over stands in the first.

    Raises ValueError for fewer than two or more than MOST_INSTALMENTS parts, and below one rupiah each.
    """
    if not 2 <= number <= MOST_INSTALMENTS:
        raise ValueError(f"angsuran paling sedikit 2 dan paling banyak {MOST_INSTALMENTS} kali")
    each = total // number
    if each < 1:
        raise ValueError("jumlahnya terlalu kecil untuk diangsur")
    first = total - each * (number - 1)
    return [
        Part((each if place else first).quantize(SEN), add_months(first_due, place))
        for place in range(number)
    ]


def spread_reduction(amounts: Sequence[Decimal], reduction: Decimal) -> list[Decimal]:
    """What is left of each amount once ``reduction`` is taken from the last ones first; never below zero.

    Raises ValueError where the reduction is not positive or larger than what is owed.
    """
    if not 0 < reduction <= sum(amounts):
        raise ValueError("keringanan harus lebih dari nol dan tidak melebihi sisa tagihan")
    left: list[Decimal] = []
    for amount in reversed(amounts):
        taken = min(amount, reduction)
        reduction -= taken
        left.append(amount - taken)
    return left[::-1]


def divide(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """``amount`` over ``weights`` (> 0), to the sen: largest remainders first, so that the sum is exact."""
    whole = sum(weights, ZERO)
    exact = [amount * weight / whole for weight in weights]
    parts = [value // SEN * SEN for value in exact]
    missing = int((amount - sum(parts, ZERO)) / SEN)
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[:missing]:
        parts[place] += SEN
    return parts


@dataclass(frozen=True)
class Age:
    """A class of the receivables' quality: from so many days after the due day, with its allowance."""

    over_days: int
    label: str
    percent: Decimal

    def allowance(self, amount: Decimal) -> Decimal:
        return (amount * self.percent / 100).quantize(SEN)
