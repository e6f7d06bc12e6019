"""How one bill writes days and amounts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from opd.office.byexample import writing
from opd.office.byexample.writing import Writing
from opd.office.tabular.table import Row, Table
from payments.kkpd.example.columns import DAYS, LIKELY, Column
from payments.kkpd.example.layout import Layout


def survey(table: Table, rows: Iterable[Row], layout: Layout) -> Writing:
    """How these rows are written."""
    days, money = (
        [table.place(layout.columns[one]) for one in columns if one in layout.columns]
        for columns in (DAYS, (Column.AMOUNT,))
    )
    return writing.surveyed(rows, days, money)


def opened(content: IO[bytes], layout: Layout | None = None) -> tuple[Table, Iterator[Row]]:
    """The table of a file, by the columns of a layout, else by likely names. Raises ParseError."""
    if layout is None:
        return writing.opened(content, likely=LIKELY)
    return writing.opened(content, columns=list(layout.columns.values()))
