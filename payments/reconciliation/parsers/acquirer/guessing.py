"""What a settlement file seems to be: columns by their names, then by what they hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from itertools import islice, permutations
from typing import IO

from opd.office.byexample import Question, cells, folded, moments
from opd.office.byexample.headers import is_single, named
from opd.office.tabular.numbers import Style
from opd.office.tabular.table import Cell, Row, Table, shown
from payments.reconciliation.parsers.acquirer import above
from payments.reconciliation.parsers.acquirer.columns import MONEY, NAMES, Column
from payments.reconciliation.parsers.acquirer.layout import ABOVE, NMID, Layout
from payments.reconciliation.parsers.acquirer.writing import opened, survey

_LOOKED_AT = 200
_SHOWN = 8
_RRN = re.compile(r"\d{12}", re.ASCII)
_PROVED = (Column.GROSS, Column.MDR, Column.NET)
_TESTS: dict[Column, Callable[[Cell], bool]] = {
    Column.NMID: lambda cell: bool(NMID.fullmatch(shown(cell))),
    Column.RRN: lambda cell: bool(_RRN.fullmatch(shown(cell).lstrip("'"))),
    Column.TRX_TIME: lambda cell: isinstance(cell, str) and moments.moment(cell, "dmy") is not None,
}
Amounts = Sequence[Decimal | None]


@dataclass(frozen=True)
class Guess:
    """The layout that a file seems to have, its first rows, and what must be asked."""

    layout: Layout
    header: list[str]
    rows: list[list[str]]
    questions: frozenset[Question]

    @property
    def is_likely(self) -> bool:
        """Whether the file looks like a settlement at all: it names transactions by RRN, or a merchant."""
        return bool(self.layout.columns.keys() & {Column.RRN, Column.NMID})


def guess(content: IO[bytes]) -> Guess:
    """Look at a file. Raises ParseError where it is no table."""
    table, rows = opened(content)
    first = list(islice(rows, _LOOKED_AT))
    columns = _by_content(table, _full(first), named(table.header, NAMES))
    layout = Layout(
        folded(table.header),
        columns,
        settled=ABOVE if Column.SETTLEMENT_DATE not in columns and above.days(table, "dmy") else "",
        merchant=ABOVE if Column.NMID not in columns and len(above.nmids(table)) == 1 else "",
    )
    found = survey(*opened(content), layout)
    told = [[shown(cell) for cell in row.values] for row in first[:_SHOWN]]
    return Guess(layout, table.header, told, found.questions)


def _full(rows: Sequence[Row]) -> list[Row]:
    """Transactions fill most of their cells; totals and remarks do not."""
    filled = [sum(cell != "" for cell in row.values) for row in rows]
    return [row for row, count in zip(rows, filled, strict=True) if 3 * count > 2 * max(filled)]


def _by_content(table: Table, rows: Sequence[Row], found: dict[Column, str]) -> dict[Column, str]:
    """What the names left open, by what the cells hold, where exactly one column holds it."""
    if Column.CLOCK in found and Column.TRX_TIME not in found:
        found[Column.TRX_TIME] = found.pop(Column.CLOCK)
    for column, test in _TESTS.items():
        free = [name for name in table.header if name and name not in found.values()]
        holding = [name for name in free if is_single(table.header, name) and _holds(table, rows, name, test)]
        if column not in found and len(holding) == 1:
            found[column] = holding[0]
    if Column.CLOCK in found and Column.TRX_TIME in found and _has_clock(table, rows, found[Column.TRX_TIME]):
        del found[Column.CLOCK]
    if len(found.keys() & set(_PROVED)) < len(_PROVED):
        found |= _by_sums(table, rows, found)
    return found


def _holds(table: Table, rows: Sequence[Row], name: str, test: Callable[[Cell], bool]) -> bool:
    """Whether a column holds nothing but this, in most rows."""
    filled = [cell for cell in _column(table, rows, name) if cell != ""]
    return 2 * len(filled) > len(rows) and all(map(test, filled))


def _has_clock(table: Table, rows: Sequence[Row], name: str) -> bool:
    """A workbook's days are midnights; a text without a clock is no moment."""
    moments_there = [moments.moment(cell, "dmy") for cell in _column(table, rows, name)]
    return any(found is not None and found.time() != time() for found in moments_there)


def _by_sums(table: Table, rows: Sequence[Row], found: Mapping[Column, str]) -> dict[Column, str]:
    """Three columns of which the first less the second, smaller one is the third, where only one such is."""
    taken = {name for column, name in found.items() if column not in MONEY}
    names = [name for name in table.header if name and name not in taken and is_single(table.header, name)]
    known = {column: name for column, name in found.items() if column in _PROVED}
    for style in (Style.INDONESIAN, Style.ENGLISH):
        amounts = {name: [cells.amount(cell, style) for cell in _column(table, rows, name)] for name in names}
        full = [name for name in names if all(amount is not None for amount in amounts[name])]
        chosen = [
            dict(zip(_PROVED, three, strict=True))
            for three in permutations(full, 3)
            if _fits(*(amounts[name] for name in three))
        ]
        fitting = [one for one in chosen if known.items() <= one.items()]
        if len(fitting) == 1:
            return fitting[0]
    return {}


def _fits(gross: Amounts, fee: Amounts, net: Amounts) -> bool:
    rows = [(g, f, n) for g, f, n in zip(gross, fee, net, strict=True) if g and f and n]
    return bool(rows) and all(g - abs(f) == n and abs(f) < n for g, f, n in rows)


def _column(table: Table, rows: Sequence[Row], name: str) -> list[Cell]:
    return [row.values[table.place(name)] for row in rows]
