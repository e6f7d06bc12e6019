"""Which SIPD row reports which of our holds (pure). What is not sure stays for a person.

A row that is matched is never counted; a wrong match would hide a spend outside the application. So only two
rules match by themselves: the same document number, line and amount; or the same line and amount within some
days where nothing else could be meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

BY_DOCUMENT = "Nomor dokumen, baris, dan nilai sama"
BY_AMOUNT = "Baris dan nilai sama, tanggal berdekatan, tidak ada calon lain"


@dataclass(frozen=True)
class Reported:
    """A SIPD row; ``numbers`` are all document numbers that it shows."""

    id: int
    line_id: int
    amount: Decimal
    day: date
    numbers: frozenset[str]


@dataclass(frozen=True)
class Promised:
    """A hold; ``number`` is "" where its document has no number yet."""

    id: str
    line_id: int
    amount: Decimal
    day: date
    number: str = ""


@dataclass(frozen=True)
class Pair:
    row: int
    hold: str
    why: str


def match(rows: Sequence[Reported], holds: Sequence[Promised], *, within_days: int) -> list[Pair]:
    """Pairs that are sure; each row and each hold in at most one. Only positive amounts are matched."""
    rows = [row for row in rows if row.amount > 0]
    sure = _by_document(rows, holds)
    taken_rows, taken_holds = {pair.row for pair in sure}, {pair.hold for pair in sure}
    left_rows = [row for row in rows if row.id not in taken_rows]
    left_holds = [hold for hold in holds if hold.id not in taken_holds]
    return sure + _by_amount(left_rows, left_holds, within_days)


def _by_document(rows: Sequence[Reported], holds: Sequence[Promised]) -> list[Pair]:
    """The n-th row of a document, line and amount is the n-th hold of them (twins are alike)."""
    waiting: dict[Hashable, list[Promised]] = defaultdict(list)
    for hold in sorted(holds, key=lambda one: (one.day, one.id), reverse=True):
        if hold.number:
            waiting[hold.number, hold.line_id, hold.amount].append(hold)
    pairs: list[Pair] = []
    for row in sorted(rows, key=lambda one: (one.day, one.id)):
        for number in sorted(row.numbers):
            queue = waiting.get((number, row.line_id, row.amount))
            if queue:
                pairs.append(Pair(row.id, queue.pop().id, BY_DOCUMENT))
                break
    return pairs


def _by_amount(rows: Sequence[Reported], holds: Sequence[Promised], within_days: int) -> list[Pair]:
    by_row: dict[int, frozenset[str]] = {}
    by_hold: dict[str, set[int]] = defaultdict(set)
    groups: dict[Hashable, list[Promised]] = _grouped(holds)
    for row in rows:
        near = [
            hold for hold in groups.get((row.line_id, row.amount), []) if _could_be(row, hold, within_days)
        ]
        by_row[row.id] = frozenset(hold.id for hold in near)
        for hold in near:
            by_hold[hold.id].add(row.id)
    twins = _twins(rows, by_row)
    pairs: list[Pair] = []
    known = {hold.id: hold for hold in holds}
    for alike, candidates in twins:
        ids = {row.id for row in alike}
        closed = all(by_hold[hold] == ids for hold in candidates)
        if candidates and closed and len(candidates) == len(alike):
            ordered = sorted((known[hold] for hold in candidates), key=lambda one: (one.day, one.id))
            pairs += [Pair(row.id, hold.id, BY_AMOUNT) for row, hold in zip(alike, ordered, strict=True)]
    return pairs


def _twins(
    rows: Iterable[Reported], by_row: dict[int, frozenset[str]]
) -> list[tuple[list[Reported], frozenset[str]]]:
    """Rows of one line, amount and day that have the same candidates: as good as one another."""
    found: dict[Hashable, list[Reported]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: (one.day, one.id)):
        found[row.line_id, row.amount, row.day, by_row[row.id]].append(row)
    return [(alike, by_row[alike[0].id]) for alike in found.values()]


def _grouped(holds: Iterable[Promised]) -> dict[Hashable, list[Promised]]:
    groups: dict[Hashable, list[Promised]] = defaultdict(list)
    for hold in holds:
        groups[hold.line_id, hold.amount].append(hold)
    return groups


def _could_be(row: Reported, hold: Promised, within_days: int) -> bool:
    """Near in time, and not known under another number."""
    if hold.number and hold.number not in row.numbers:
        return False
    return abs((row.day - hold.day).days) <= within_days
