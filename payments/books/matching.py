"""Which bank line proves which journal. Pure; a wrong pair is worse than an open line.

In order: a reference of ours on the line; the same amount on the same day, as many there as here (twins are
counted, not dropped); the same amount within some days where only one fits on each side.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

SHORTEST_KEY = 6
"""A shorter reference says too little to prove anything."""
_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z./-]*")


@dataclass(frozen=True)
class Line:
    """A movement at the bank; ``amount`` is positive where money came in."""

    id: int
    day: date
    amount: Decimal
    reference: str = ""
    description: str = ""

    @property
    def words(self) -> set[str]:
        return {word.upper() for word in _WORD.findall(f"{self.reference} {self.description}")}


@dataclass(frozen=True)
class Item:
    """A journal of ours on the bank account; ``keys`` are references by which the bank may name it."""

    journal: int
    day: date
    amount: Decimal
    keys: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Pair:
    line: int
    journal: int
    rule: str


Side = TypeVar("Side", Line, Item)


def pairs(lines: Sequence[Line], items: Sequence[Item], *, days: int) -> list[Pair]:
    """Each line and each item in at most one pair; amounts of a pair are always equal."""
    found: list[Pair] = []
    for rule, step in (("reference", by_reference), ("same_day", by_day), ("near_day", by_near_day)):
        taken_lines, taken_items = {pair.line for pair in found}, {pair.journal for pair in found}
        rest = [line for line in lines if line.id not in taken_lines]
        left = [item for item in items if item.journal not in taken_items]
        found += [Pair(line.id, item.journal, rule) for line, item in step(rest, left, days)]
    return found


def by_reference(lines: Sequence[Line], items: Sequence[Item], days: int) -> Iterator[tuple[Line, Item]]:
    """One line and one item that share a reference and an amount; shared by more, it proves nothing."""
    by_word: dict[tuple[str, Decimal], set[int]] = defaultdict(set)
    for line in lines:
        for word in line.words:
            by_word[word, line.amount].add(line.id)
    of_item = {
        item.journal: {one for key in _strong(item.keys) for one in by_word.get((key, item.amount), ())}
        for item in items
    }
    of_line: dict[int, set[int]] = defaultdict(set)
    for journal, held in of_item.items():
        for one in held:
            of_line[one].add(journal)
    known = {line.id: line for line in lines}
    for item in items:
        held = of_item[item.journal]
        if len(held) == 1 and len(of_line[next(iter(held))]) == 1:
            yield known[next(iter(held))], item


def _strong(keys: Iterable[str]) -> set[str]:
    return {key.upper() for key in keys if len(key) >= SHORTEST_KEY}


def by_day(lines: Sequence[Line], items: Sequence[Item], days: int) -> Iterator[tuple[Line, Item]]:
    """Twins pair in order where both sides hold as many of one amount on one day."""
    grouped = _grouped(lines)
    for key, held in _grouped(items).items():
        if len(grouped.get(key, ())) == len(held):
            yield from zip(grouped[key], held, strict=True)


def _grouped(rows: Sequence[Side]) -> dict[tuple[Decimal, date], list[Side]]:
    groups: dict[tuple[Decimal, date], list[Side]] = defaultdict(list)
    for row in rows:
        groups[row.amount, row.day].append(row)
    return groups


def by_near_day(lines: Sequence[Line], items: Sequence[Item], days: int) -> Iterator[tuple[Line, Item]]:
    """The only line and the only item of an amount within ``days`` of each other."""
    reach = timedelta(days=days)
    for line in lines:
        near = [one for one in items if one.amount == line.amount and abs(one.day - line.day) <= reach]
        if len(near) != 1:
            continue
        rivals = [one for one in lines if one.amount == line.amount and abs(one.day - near[0].day) <= reach]
        if len(rivals) == 1:
            yield line, near[0]
