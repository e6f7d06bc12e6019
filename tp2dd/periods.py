"""Spans of WIB days that a dashboard shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

LONGEST = 366


@dataclass(frozen=True)
class Period:
    """Days ``first`` to ``last``, both inclusive."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("hari terakhir mendahului hari pertama")

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(len(self))]

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """The span of the same length that ends the day before this one starts."""
        return Period(self.first - timedelta(days=len(self)), self.first - timedelta(days=1))


def chosen(first: date | None, last: date | None, *, today: date) -> Period:
    """What the filter asks for, made sensible: a year at most, never reversed; 14 days by default."""
    end = last or today
    start = first or end - timedelta(days=13)
    if start > end:
        start, end = end, start
    return Period(max(start, end - timedelta(days=LONGEST - 1)), end)
