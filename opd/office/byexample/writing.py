"""How one file writes days and amounts: judged over all of it before a cell is read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from opd.office import tabular
from opd.office.byexample import cells
from opd.office.byexample.errors import ParseError
from opd.office.byexample.headers import Question, folded
from opd.office.byexample.moments import day_part
from opd.office.tabular.numbers import Style, infer
from opd.office.tabular.table import Broken, Cell, Row, Table, shown

_TOTAL = re.compile(r"(grand |sub ?)?(total|jumlah|trailer|footer|rekap)\b", re.IGNORECASE)
_QUOTED = re.compile(r"""="(.*)"|'(.*)""", re.DOTALL)
_SCIENTIFIC = re.compile(r"\d+[.,]?\d*E[+-]?\d+", re.IGNORECASE | re.ASCII)


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

    @property
    def questions(self) -> frozenset[Question]:
        """What these cells leave undecided."""
        asked = {Question.DATES: self.order is None, Question.NUMBERS: self.style is Style.UNCLEAR}
        return frozenset(question for question, is_open in asked.items() if is_open)


def surveyed(rows: Iterable[Row], days: Sequence[int], money: Sequence[int]) -> Writing:
    """How the columns at these places are written in all rows."""
    found = Writing()
    for row in rows:
        found.take((row.values[place] for place in days), (row.values[place] for place in money))
    return found


def decided_order(found: str | None, kept: str) -> str:
    """The order of slashed days where the file shows ``found`` and the layout keeps ``kept`` ("" asks)."""
    if found is None and not kept:
        message = "tanggal seperti 03/04/2026 dapat berarti dua hari; pilih urutannya."
        raise ParseError(0, "ambiguous_dates", message)
    if found and kept and found != kept:
        raise ParseError(0, "date", "urutan hari dan bulan di berkas ini lain daripada di contohnya.")
    return found or kept


def decided_style(found: Style, kept: str) -> Style:
    """The style of amounts, likewise; ``kept`` is "", "indonesian" or "english"."""
    if found is Style.UNCLEAR and not kept:
        message = "jumlah seperti 1.234 dapat berarti dua nilai; pilih cara menulisnya."
        raise ParseError(0, "ambiguous_numbers", message)
    if found in {Style.UNCLEAR, Style.PLAIN}:
        return Style[kept.upper()] if kept else found
    if kept and found is not Style[kept.upper()]:
        message = f"jumlah ditulis {found.value}, di contohnya {Style[kept.upper()].value}."
        raise ParseError(0, "amount", message)
    return found


def kept_style(style: Style, kept: str) -> str:
    """How a layout keeps a style that a file decided; else what it kept before."""
    return {Style.INDONESIAN: "indonesian", Style.ENGLISH: "english"}.get(style, kept)


def words(text: str) -> Sequence[str]:
    """A title as a whole, and what follows its colon."""
    return [text.strip(), text.partition(":")[2].strip()]


def is_total(row: Row) -> bool:
    """Whether the first words of a row name it a total."""
    said = next((cell for cell in row.values if isinstance(cell, str) and cell), "")
    return bool(_TOTAL.match(said.strip()))


def cell_at(row: Row, place: int | None, name: str) -> Cell:
    """The cell at a place, "" without one. Raises ParseError, with the column's name, where it is broken."""
    if place is None:
        return ""
    cell = row.values[place]
    if isinstance(cell, Broken):
        raise ParseError(row.line_no, "cell", f"kolom “{name}”: {cell.why}")
    return cell


def unquoted(cell: Cell) -> str:
    """A cell's text with single spaces, without the quotes that keep Excel from taking it for a number."""
    text = " ".join(shown(cell).replace("\u00a0", " ").split())
    found = _QUOTED.fullmatch(text)
    return (found[1] or found[2] or "") if found else text


def require_digits_kept(line_no: int, text: str) -> None:
    """Raises ParseError where Excel has rounded a code to a number like 4,09E+11."""
    if _SCIENTIFIC.fullmatch(text):
        message = f"“{text[:40]}” sudah diubah Excel menjadi angka; minta berkas aslinya."
        raise ParseError(line_no, "characters", message)


def require_header(table: Table, header: tuple[str, ...]) -> None:
    """Raises ParseError where a file no longer has the header that its layout was taught on."""
    if folded(table.header) != header:
        message = "judul kolomnya bukan lagi seperti contohnya."
        raise ParseError(table.header_line, "wrong_header", message)


def opened(
    content: IO[bytes], *, columns: Sequence[str] = (), likely: Sequence[str] = ()
) -> tuple[Table, Iterator[Row]]:
    """The table of a file, by columns that must be there, else by likely names. Raises ParseError."""
    try:
        table, rows = tabular.stream(content, columns=columns, likely=likely)
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
