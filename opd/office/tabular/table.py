"""A table in memory: header, rows, and how the file writes its amounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from opd.office.tabular.errors import TabularError
from opd.office.tabular.numbers import Style, infer


@dataclass(frozen=True)
class Broken:
    """A cell whose value the file does not hold: a formula never calculated, or an Excel error."""

    why: str


Cell = str | Decimal | date | datetime | bool | Broken
"""An empty cell is ""."""


def fold(name: str) -> str:
    """How header names are compared: without case and with single spaces."""
    return " ".join(name.replace("\u00a0", " ").split()).casefold()


def shown(cell: Cell) -> str:
    """A cell as text: ISO days, decimals with a dot."""
    match cell:
        case str():
            return cell
        case bool():
            return "ya" if cell else "tidak"
        case Decimal():
            return f"{cell:f}"
        case Broken():
            return ""
    return cell.isoformat()


@dataclass
class Table:
    """``rows`` come in the file's order; ``header`` as written, ``header_line`` the line it stands on.

    ``above`` are the lines before the header: titles, and often the account.
    """

    name: str
    sheet: str | None
    header: list[str]
    header_line: int
    is_workbook: bool
    amounts: set[str] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)
    above: list[tuple[Cell, ...]] = field(default_factory=list)
    _style: Style | None = None

    def __post_init__(self) -> None:
        self._places: dict[str, int] = {}
        self._doubled: set[str] = set()
        for place, name in enumerate(map(fold, self.header)):
            if name in self._places:
                self._doubled.add(name)
            elif name:
                self._places[name] = place
        self.amounts = {fold(name) for name in self.amounts}

    def place(self, column: str) -> int:
        """Where a column stands. Raises TabularError where it is missing or stands twice."""
        name = fold(column)
        if name not in self._places:
            raise TabularError(
                self.header_line, column, "kolom ini tidak ada. Periksa judul kolom, lalu unggah lagi."
            )
        if name in self._doubled:
            raise TabularError(self.header_line, column, "judul kolom ini muncul lebih dari sekali.")
        return self._places[name]

    def has(self, column: str) -> bool:
        return fold(column) in self._places

    def need(self, columns: Sequence[str]) -> None:
        """Raises TabularError for the first column that is missing or doubled."""
        for column in columns:
            self.place(column)

    def column(self, column: str) -> Iterator[Cell]:
        place = self.place(column)
        return (row.values[place] for row in self.rows)

    def style(self, column: str) -> Style:
        """How this file writes amounts, judged over all amount columns together."""
        if fold(column) not in self.amounts:
            self.amounts.add(fold(column))
            self._style = None
        if self._style is None:
            named = [name for name in self.amounts if name in self._places]
            self._style = infer(cell for name in named for cell in self.column(name) if isinstance(cell, str))
        return self._style

    def numeric(self, column: str) -> bool:
        """Whether the workbook holds real numbers in this column."""
        if not hasattr(self, "_numeric"):
            self._numeric: dict[int, bool] = {}
        place = self.place(column)
        if place not in self._numeric:
            self._numeric[place] = any(isinstance(row.values[place], Decimal) for row in self.rows)
        return self._numeric[place]


@dataclass(frozen=True)
class Row:
    """One line of the file; ``line_no`` is what a spreadsheet shows at its left."""

    table: Table
    line_no: int
    values: tuple[Cell, ...]

    @property
    def cells(self) -> dict[str, str]:
        """All cells as text, by the header as it is written."""
        pairs = zip(self.table.header, self.values, strict=True)
        return {name: shown(cell) for name, cell in pairs if name}

    def cell(self, column: str) -> Cell:
        """Raises TabularError where the column is missing or its value could not be read."""
        found = self.values[self.table.place(column)]
        if isinstance(found, Broken):
            raise TabularError(self.line_no, column, found.why)
        return found

    def fault(self, column: str, message: str) -> TabularError:
        """An error of the caller's own about this cell."""
        return TabularError(self.line_no, column, message)
