"""The rows of an archive as an XLSX whose first sheet counts and adds them up again, by Excel's own formulas.

Text is guarded as in the CSV and never a formula; numbers that Excel would round stand as text. A table with
more rows than a sheet can hold is left out, and the first sheet says so.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from opd.office.exports.reading import Reader
from opd.office.exports.shapes import PLAIN, CellKind, Table

FILE = "buku-kerja.xlsx"
CHECKS = "Periksa"
MOST_ROWS = 1_048_575
"""Rows that a sheet holds below its heading."""
_PRECISE = 15
"""Digits that Excel keeps of a number."""
_LONGEST = 32_767
_CHUNK = 1 << 16
_AGES_AGO = (1980, 1, 1, 0, 0, 0)
_WHEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_BOLD = Font(bold=True)
csv.field_size_limit(1 << 24)


@dataclass(frozen=True)
class Sheet:
    """A table with what the database says of it: how many rows, and the sum of each column of amounts."""

    table: Table
    rows: int
    sums: dict[str, str]

    @property
    def fits(self) -> bool:
        return self.rows <= MOST_ROWS


def pieces(title: str, sheets: Sequence[Sheet], reader: Reader) -> Iterator[bytes]:
    """The workbook in parts. The same rows give the same bytes; rows pass through, none is kept."""
    book: Any = Workbook(write_only=True)
    checks = book.create_sheet(CHECKS)
    filled = {sheet.table.name: _fill(book, sheet, reader) for sheet in sheets if sheet.fits}
    for row in _checks(title, sheets, filled):
        checks.append([_checked(checks, value) for value in row])
    checks.column_dimensions["A"].width = 30
    with TemporaryFile() as made, TemporaryFile() as settled:
        book.save(made)
        _settle(made, settled)
        settled.seek(0)
        while chunk := settled.read(_CHUNK):
            yield chunk


def _fill(book: Any, sheet: Sheet, reader: Reader) -> list[int]:
    """Write the rows; how many cells of each column are not empty."""
    page = book.create_sheet(sheet.table.name[:31])
    page.freeze_panes = "A2"
    columns = sheet.table.told_columns
    page.append([_bold(page, column.name) for column in columns])
    filled = [0] * len(columns)
    lines = (line.decode() for line in reader.lines(sheet.table, PLAIN))
    for cells in csv.reader(lines):
        page.append([_cell(page, column.kind, cell) for column, cell in zip(columns, cells, strict=True)])
        filled = [count + bool(cell) for count, cell in zip(filled, cells, strict=True)]
    return filled


def _cell(page: Any, kind: CellKind, cell: str) -> Any:
    match kind:
        case _ if not cell:
            return None
        case "number" if len(cell.lstrip("-")) <= _PRECISE:
            return int(cell)
        case "amount" | "decimal":
            return Decimal(cell)
        case "day":
            return date.fromisoformat(cell)
        case _:
            return words(page, cell)


def words(page: Any, text: str) -> Any:
    """A cell that is text whatever it looks like; what XML can't hold stands as Excel writes it (_x0007_)."""
    cell: Any = WriteOnlyCell(page, value=_HIDDEN.sub(_as_excel, text)[:_LONGEST])
    cell.data_type = "s"
    return cell


def _as_excel(found: re.Match[str]) -> str:
    return f"_x{ord(found[0][0]):04X}_{found[0][1:]}"


def _bold(page: Any, text: str) -> Any:
    cell = words(page, text)
    cell.font = _BOLD
    return cell


def _checked(page: Any, value: Any) -> Any:
    """A cell of the first sheet: the formulas there are ours."""
    if isinstance(value, str) and not value.startswith("="):
        return words(page, value)
    return value


def _checks(title: str, sheets: Sequence[Sheet], filled: dict[str, list[int]]) -> Iterator[list[Any]]:
    """Sheet, column and what is counted; the figure of the database, Excel's own, and whether they agree."""
    yield [title]
    yield ["Kolom D dihitung oleh Excel dari lembar-lembar di sebelah; kolom C dari basis data saat dibuat."]
    yield ["Lembar", "Yang dihitung", "Menurut basis data", "Menurut Excel", "Hasil"]
    line = 3
    for sheet in sheets:
        if not sheet.fits:
            line += 1
            yield [sheet.table.name, "baris", sheet.rows, "–", f"lebih dari {MOST_ROWS} baris: lihat CSV-nya"]
            continue
        for label, figure, formula in _figures(sheet, filled[sheet.table.name]):
            line += 1
            verdict = f'=IF(ROUND(C{line}-D{line},2)=0,"cocok","BERBEDA")'
            yield [sheet.table.name, label, figure, formula, verdict]
    all_agree = f'=IF(D{line + 1}=0,"cocok","BERBEDA")'
    yield ["Semua", "yang berbeda", 0, f'=COUNTIF(E4:E{line},"BERBEDA")', all_agree]


def _figures(sheet: Sheet, filled: Sequence[int]) -> Iterator[tuple[str, Any, str]]:
    """Rows (the first column is never empty), sums, and the filled cells of every column."""
    name = sheet.table.name[:31]
    columns = sheet.table.told_columns
    letters = [get_column_letter(place) for place in range(1, len(columns) + 1)]
    spans = [f"'{name}'!{letter}2:{letter}{MOST_ROWS + 1}" for letter in letters]
    yield "baris", sheet.rows, f"=COUNTA({spans[0]})"
    for column, span, count in zip(columns, spans, filled, strict=True):
        if column.name in sheet.sums:
            yield f"jumlah {column.name}", Decimal(sheet.sums[column.name]), f"=SUM({span})"
        yield f"sel terisi {column.name}", count, f"=COUNTA({span})"


def _settle(made: IO[bytes], target: IO[bytes]) -> None:
    """The same workbook without the time of its making."""
    with ZipFile(made) as old, ZipFile(target, "w", ZIP_DEFLATED) as fresh:
        for name in sorted(old.namelist()):
            entry = ZipInfo(name, _AGES_AGO)
            entry.compress_type = ZIP_DEFLATED
            with old.open(name) as source, fresh.open(entry, "w", force_zip64=True) as out:
                if name == "docProps/core.xml":
                    out.write(_WHEN.sub(rb"\g<1>1980-01-01T00:00:00Z", source.read()))
                    continue
                while chunk := source.read(_CHUNK):
                    out.write(chunk)
