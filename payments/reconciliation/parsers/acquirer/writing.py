"""How one settlement file writes days and amounts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from opd.office.byexample import cells, writing
from opd.office.byexample.moments import day_part
from opd.office.byexample.writing import Writing, surveyed, words
from opd.office.tabular.table import Row, Table, shown
from payments.reconciliation.parsers.acquirer.columns import DAYS, LIKELY, MONEY
from payments.reconciliation.parsers.acquirer.layout import ABOVE, Layout


def survey(table: Table, rows: Iterable[Row], layout: Layout) -> Writing:
    """How these rows, and the settlement day above their header, are written."""
    days, money = (
        [table.place(layout.columns[one]) for one in columns if one in layout.columns]
        for columns in (DAYS, MONEY)
    )
    found = surveyed(rows, days, money)
    if layout.settled == ABOVE:
        above = [day_part(part) for line in table.above for cell in line for part in words(shown(cell))]
        found.orders.add(cells.order(above))
    return found


def opened(content: IO[bytes], layout: Layout | None = None) -> tuple[Table, Iterator[Row]]:
    """The table of a file, by the columns of a layout, else by likely names. Raises ParseError."""
    if layout is None:
        return writing.opened(content, likely=LIKELY)
    return writing.opened(content, columns=list(layout.columns.values()))
