"""How one file writes days and amounts: judged over all of it before a cell is read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from opd.office import tabular
from opd.office.tabular.numbers import Style, infer
from opd.office.tabular.table import Cell, Row, Table, shown
from payments.reconciliation.parsers.acquirer.columns import DAYS, LIKELY, MONEY
from payments.reconciliation.parsers.acquirer.layout import ABOVE, Layout
from payments.reconciliation.parsers.acquirer.moments import day_part
from payments.reconciliation.parsers.example import cells
from payments.reconciliation.parsers.rows import ParseError


@dataclass
class Writing:
    """``orders`` of slashed days and ``styles`` of amounts that were seen; None stands for undecided."""

    orders: set[str | None] = field(default_factory=set)
    styles: set[Style] = field(default_factory=set)

    def take(self, days: Iterable[Cell], money: Iterable[Cell]) -> None:
        self.orders.add(cells.order(day_part(cell) for cell in days if isinstance(cell, str)))
        self.styles.add(infer(cells.bare(cell)[0] for cell in money if isinstance(cell, str)))

    @property
    def order(self) -> str | None:
        """As ``cells.order`` of all of them together."""
        decided = {found for found in self.orders if found}
        if len(decided) > 1:
            raise ParseError(0, "date", "berkas memakai dua urutan hari dan bulan.")
        return decided.pop() if decided else None if None in self.orders else ""

    @property
    def style(self) -> Style:
        decided = self.styles & {Style.INDONESIAN, Style.ENGLISH}
        if Style.MIXED in self.styles or len(decided) > 1:
            raise ParseError(0, "amount", "berkas memakai dua cara menulis angka (1.234,56 dan 1,234.56).")
        return decided.pop() if decided else Style.UNCLEAR if Style.UNCLEAR in self.styles else Style.PLAIN


def survey(table: Table, rows: Iterable[Row], layout: Layout) -> Writing:
    """How these rows, and the settlement day above their header, are written."""
    found = Writing()
    if layout.settled == ABOVE:
        above = [day_part(part) for line in table.above for cell in line for part in words(shown(cell))]
        found.orders.add(cells.order(above))
    days, money = (
        [table.place(layout.columns[one]) for one in columns if one in layout.columns]
        for columns in (DAYS, MONEY)
    )
    for row in rows:
        found.take((row.values[place] for place in days), (row.values[place] for place in money))
    return found


def words(text: str) -> Sequence[str]:
    """A title as a whole, and what follows its colon."""
    return [text.strip(), text.partition(":")[2].strip()]


def opened(content: IO[bytes], layout: Layout | None = None) -> tuple[Table, Iterator[Row]]:
    """The table of a file, by the columns of a layout, else by likely names. Raises ParseError."""
    try:
        if layout is None:
            table, rows = tabular.stream(content, likely=LIKELY)
        else:
            table, rows = tabular.stream(content, columns=list(layout.columns.values()))
    except tabular.TabularError as error:
        raise not_a_table(error) from error
    return table, _guarded(rows)


def _guarded(rows: Iterator[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except tabular.TabularError as error:
        raise not_a_table(error) from error


def not_a_table(error: tabular.TabularError) -> ParseError:
    message = f"kolom “{error.column}”: {error.message}" if error.column else error.message
    return ParseError(error.row or 0, "not_a_table", message)
