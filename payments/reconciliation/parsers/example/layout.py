"""A layout: which column of a bank's table is what, guessed from an example, confirmed by a person. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from opd.office import tabular
from opd.office.byexample import Question, cells, folded
from opd.office.byexample.headers import is_doubled
from opd.office.byexample.layouts import TaughtLayout
from opd.office.byexample.writing import not_a_table
from opd.office.tabular.numbers import Style, infer
from opd.office.tabular.table import Cell, Table, fold, shown
from payments.reconciliation.parsers.example.columns import MONEY, NAMES, Column

MOST_ROWS = 50_000
LIKELY = tuple(name for names in NAMES.values() for name in names)


@dataclass(frozen=True)
class Layout(TaughtLayout[Column]):
    """A statement's columns."""

    COLUMN = Column


@dataclass(frozen=True)
class Guess:
    """What a file seems to be: its layout as its header tells, its first rows, and what must be asked."""

    layout: Layout
    header: list[str]
    rows: list[list[str]]
    questions: frozenset[Question]


def guess(content: IO[bytes]) -> Guess:
    """Look at a file: the columns by their names, the first rows, what is ambiguous.

    Raises ParseError where it is no table.
    """
    table = table_of(content)
    layout = Layout(folded(table.header), _columns(table.header))
    questions = {
        Question.DATES if cells.order(dates(table, layout)) is None else None,
        Question.NUMBERS if style(table, layout) is Style.UNCLEAR else None,
    }
    rows = [[shown(cell) for cell in row.values] for row in table.rows[:8]]
    return Guess(layout, table.header, rows, frozenset(one for one in questions if one))


def problem(layout: Layout) -> str:
    """Why a layout cannot be read by, in words; empty where it can."""
    have = layout.columns
    if Column.POST_DATE not in have:
        return "Pilih kolom tanggal buku."
    if Column.AMOUNT in have and (Column.DEBIT in have or Column.CREDIT in have):
        return "Pilih satu kolom jumlah, atau kolom debit dan kredit; tidak keduanya."
    if Column.AMOUNT not in have and not (Column.DEBIT in have and Column.CREDIT in have):
        return "Pilih kolom debit dan kredit, atau satu kolom jumlah."
    if Column.BALANCE in have and Column.BALANCE_BEFORE in have:
        return "Pilih satu kolom saldo: sebelum atau sesudah mutasi."
    return "Satu kolom dipilih untuk dua hal." if is_doubled(have) else ""


def table_of(content: IO[bytes], layout: Layout | None = None) -> Table:
    """The table of a file: by the columns of a layout, which must be there, else by likely names."""
    return _read(content, columns=list(layout.columns.values())) if layout else _read(content, likely=LIKELY)


def _read(content: IO[bytes], *, columns: Sequence[str] = (), likely: Sequence[str] = ()) -> Table:
    try:
        return tabular.read(content, name="", most_rows=MOST_ROWS, columns=columns, likely=likely)
    except tabular.TabularError as error:
        raise not_a_table(error) from error


def _columns(header: Sequence[str]) -> dict[Column, str]:
    """Each column whose name is known, the likelier name first; none stands for two things."""
    by_name = {fold(name): name for name in reversed(header) if name}
    found: dict[Column, str] = {}
    for column, names in NAMES.items():
        name = next(
            (by_name[one] for one in names if one in by_name and by_name[one] not in found.values()), None
        )
        if name:
            found[column] = name
    if Column.DEBIT in found and Column.CREDIT in found:
        found.pop(Column.AMOUNT, None)
        found.pop(Column.DIRECTION, None)
    else:
        found.pop(Column.DEBIT, None)
        found.pop(Column.CREDIT, None)
    if Column.BALANCE in found:
        found.pop(Column.BALANCE_BEFORE, None)
    return found


def dates(table: Table, layout: Layout) -> list[Cell]:
    name = layout.columns.get(Column.POST_DATE)
    return list(table.column(name)) if name else []


def style(table: Table, layout: Layout) -> Style:
    """How the file writes amounts, judged over all its amount columns."""
    names = [layout.columns[column] for column in MONEY if column in layout.columns]
    return infer(
        cells.bare(cell)[0] for name in names for cell in table.column(name) if isinstance(cell, str)
    )
