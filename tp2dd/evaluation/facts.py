"""The values that the system knows by itself: a registry that this room's sources fill.

A source counts in sets for all subjects at once and never guesses: where an indicator does not apply to a
subject, the fact has no value and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tp2dd.periods import Period

FOURTH = Decimal("0.0001")
TEAM = None
"""The key of the team itself beside agencies' ids."""
Subject = int | None


@dataclass(frozen=True)
class Asked:
    """Subjects of a period that are measured: agencies' ids, and the team, which stands for the province."""

    year: int
    half: int
    period: Period
    opd_ids: frozenset[int]
    at: datetime


@dataclass(frozen=True)
class Fact:
    """A value (None: does not apply), what was counted, in words, and where to look at it (a path)."""

    value: Decimal | None
    words: str
    url: str = ""


@dataclass(frozen=True)
class Source:
    code: str
    label: str
    compute: Callable[[Asked], Mapping[Subject, Fact]]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a source known; the same code again replaces it."""
    _sources[source.code] = source


def labels() -> dict[str, str]:
    """Known sources by code, for screens and for judging a rubric."""
    return {code: source.label for code, source in _sources.items()}


def collect(asked: Asked, codes: Iterable[str]) -> dict[tuple[str, Subject], Fact]:
    """What the named sources say, by source and subject, to four decimals."""
    found: dict[tuple[str, Subject], Fact] = {}
    for code in dict.fromkeys(codes):
        for subject, fact in _sources[code].compute(asked).items():
            found[code, subject] = _trimmed(fact)
    return found


def _trimmed(fact: Fact) -> Fact:
    value = None if fact.value is None else fact.value.quantize(FOURTH)
    return Fact(value, fact.words[:300], fact.url[:300])
