"""Which report belongs to which line of the bill: a rule that never guesses (pure).

First by RRN; then by card, amount and date within some days, where exactly one candidate stands on each side.
What stays open is a person's to decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Side:
    """A bill line or a report: ``rrn`` is empty where unknown, ``amount`` in rupiah."""

    id: str
    card: int
    rrn: str
    amount: Decimal
    day: date


@dataclass(frozen=True)
class Pair:
    bill: str
    report: str
    rule: str


def match(bills: Sequence[Side], reports: Sequence[Side], *, days: int) -> list[Pair]:
    """Pairs, each id at most once; the same pairs for any order of the input."""
    pairs = _by_rrn(bills, reports)
    done = {pair.bill for pair in pairs} | {pair.report for pair in pairs}
    left = [side for side in bills if side.id not in done]
    right = [side for side in reports if side.id not in done]
    return sorted([*pairs, *_by_details(left, right, days)], key=lambda pair: pair.bill)


def _by_rrn(bills: Sequence[Side], reports: Sequence[Side]) -> list[Pair]:
    known = {(side.card, side.rrn): side.id for side in reports if side.rrn}
    found = [(side, known.get((side.card, side.rrn))) for side in bills if side.rrn]
    return [Pair(side.id, report, "rrn") for side, report in found if report is not None]


def _by_details(bills: Sequence[Side], reports: Sequence[Side], days: int) -> list[Pair]:
    of_bill: dict[str, list[str]] = defaultdict(list)
    of_report: dict[str, list[str]] = defaultdict(list)
    for bill in bills:
        for report in reports:
            if fits(bill, report, days):
                of_bill[bill.id].append(report.id)
                of_report[report.id].append(bill.id)
    return [
        Pair(bill, candidates[0], "details")
        for bill, candidates in of_bill.items()
        if len(candidates) == 1 and len(of_report[candidates[0]]) == 1
    ]


def fits(bill: Side, report: Side, days: int) -> bool:
    """Same card and amount, near in time, and no two RRN that differ."""
    if bill.rrn and report.rrn and bill.rrn != report.rrn:
        return False
    near = abs((bill.day - report.day).days) <= days
    return near and (bill.card, bill.amount) == (report.card, report.amount)
