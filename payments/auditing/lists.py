"""The lists auditors ask for, each one set of rows chosen in SQL by dated rules. Days are WIB and inclusive.

Every list gives the key of the page it opens first, then its columns; one of them is ``amount``, rupiah. Its
SQL knows ``first``, ``last`` (days), ``start``, ``end``, ``now`` (instants), ``opd`` and ``before`` (days).
Rooms above register theirs in ``apps.ready``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from opd.office import documents, rules
from opd.office.calendar import bounds
from payments.auditing.rules import SPLIT_DAYS


@dataclass(frozen=True)
class Period:
    """The days looked at, and one agency or all."""

    first: date
    last: date
    opd_id: int | None = None


@dataclass(frozen=True)
class Column:
    """``name`` heads the CSV; ``label`` the screen, where there is one. ``kind`` is text, day, moment, money
    or document."""

    name: str
    label: str
    kind: str = "text"


@dataclass(frozen=True)
class Measure:
    """A dated rule that a list stands on; ``says`` puts its value into words."""

    key: str
    says: Callable[[Any], str]


@dataclass(frozen=True)
class Basis:
    """A measure as it is on a day, and where it comes from."""

    text: str
    legal_basis: str
    confirmed: bool


@dataclass(frozen=True)
class Report:
    """One list. ``view`` opens a row by its key, where rows have a page. Rows of one that ``adds`` hold no
    rupiah twice."""

    slug: str
    title: str
    text: str
    view: str
    columns: tuple[Column, ...]
    measures: tuple[Measure, ...]
    sql: str
    adds: bool = True

    @property
    def shown(self) -> list[Column]:
        """The columns that the screen has room for."""
        return [column for column in self.columns if column.label]

    def url(self, key: str) -> str:
        return reverse(self.view, args=[key]) if self.view else ""


@dataclass(frozen=True)
class Cell:
    """One value of a row as the screen takes it; ``kind`` as its column's."""

    column: Column
    value: Any


@dataclass(frozen=True)
class Row:
    url: str
    cells: list[Cell]


@dataclass(frozen=True)
class Found:
    """The rows of a list in a period: counted and added up, read a page at a time or streamed."""

    report: Report
    period: Period
    rows: int
    total: Decimal | None

    def count(self) -> int:
        return self.rows

    def __len__(self) -> int:
        return self.rows

    def __getitem__(self, part: slice) -> list[Row]:
        start, stop = part.start or 0, self.rows if part.stop is None else part.stop
        with connection.cursor() as cursor:
            page = {**_given(self.period), "limit": stop - start, "offset": start}
            cursor.execute(f"{self.report.sql} LIMIT %(limit)s OFFSET %(offset)s", page)
            return [_row(self.report, values) for values in cursor.fetchall()]

    def lines(self) -> Iterator[tuple[Any, ...]]:
        """All rows as CSV has them, streamed."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(self.report.sql, _given(self.period))
            for values in cursor:
                yield tuple(_spoken(*pair) for pair in zip(self.report.columns, values[1:], strict=True))


def find(report: Report, period: Period) -> Found:
    """Raises RuleMissing where a rule of the list is not set for the last day."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.replace("{body}", report.sql), _given(period))
        rows, total = cursor.fetchone()
    return Found(report, period, rows, total if report.adds else None)


def basis(report: Report, on: date) -> list[Basis]:
    """What a list measures by on a day. Raises RuleMissing."""
    found = [(measure, rules.in_force(measure.key, on)) for measure in report.measures]
    return [Basis(one.says(rule.value), rule.legal_basis, rule.confirmed) for one, rule in found]


_reports: dict[str, Report] = {}


def register(report: Report) -> None:
    """Called from a room's AppConfig.ready; the same slug again replaces it."""
    _reports[report.slug] = report


def reports() -> list[Report]:
    """Every list, in the order of the rooms."""
    return list(_reports.values())


def report(slug: str) -> Report | None:
    return _reports.get(slug)


def _given(period: Period) -> dict[str, Any]:
    start, end = bounds(period.first, period.last)
    days = int(rules.value(SPLIT_DAYS, period.last))
    return {
        "first": period.first, "last": period.last, "start": start, "end": end, "opd": period.opd_id,
        "before": days - 1, "now": timezone.now(),
    }  # fmt: skip


def _row(of: Report, values: tuple[Any, ...]) -> Row:
    pairs = zip(of.columns, values[1:], strict=True)
    shown = [Cell(column, _spoken(column, value)) for column, value in pairs if column.label]
    return Row(of.url(values[0]), shown)


def _spoken(column: Column, value: Any) -> Any:
    if column.kind != "document":
        return value
    return next((kind.label for kind in documents.kinds() if kind.code == value), value)


_SUMS = "SELECT count(*), coalesce(sum(amount), 0) FROM ({body}) rows"
