"""Readers of one cell. Each raises TabularError with row and column."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from opd.office.tabular.errors import TabularError
from opd.office.tabular.numbers import NotAnAmount, plain
from opd.office.tabular.table import Cell, Row, shown
from payments.money import MoneyError, rupiah

_MONTHS = (
    *("januari", "februari", "maret", "april", "mei", "juni"),
    *("juli", "agustus", "september", "oktober", "november", "desember"),
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: \d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?")
_WORDED = re.compile(r"(\d{1,2}) ([a-z]+) (\d{4})", re.IGNORECASE)
_EMPTY = "kosong. Isi dahulu, lalu unggah lagi."


def amount(row: Row, column: str, *, negative: bool = False, empty: Decimal | None = None) -> Decimal:
    """Rupiah with two places. A negative one is a fault unless ``negative``; an empty cell is a fault unless
    ``empty`` says what it stands for. Raises TabularError."""
    cell = row.cell(column)
    if cell == "":
        if empty is None:
            raise row.fault(column, _EMPTY)
        return empty
    value = _exact(row, column, cell)
    if value < 0 and not negative:
        raise row.fault(column, f"jumlah tidak boleh negatif ({shown(cell)}).")
    return value


def _exact(row: Row, column: str, cell: Cell) -> Decimal:
    try:
        if isinstance(cell, Decimal):
            return rupiah(cell)
        if not isinstance(cell, str):
            raise row.fault(column, f"“{shown(cell)[:40]}” bukan jumlah uang.")
        if row.table.is_workbook and row.table.numeric(column):
            raise row.fault(
                column, f"“{cell[:40]}” adalah teks, padahal sel lain di kolom ini angka. Ubah menjadi angka."
            )
        return rupiah(plain(cell, row.table.style(column)))
    except NotAnAmount as error:
        raise row.fault(column, str(error)) from error
    except MoneyError as error:
        raise row.fault(
            column, f"“{shown(cell)[:40]}” bukan jumlah uang: paling banyak dua angka di belakang koma."
        ) from error


def whole(row: Row, column: str, *, least: int = 0, most: int = 10**9) -> int:
    """A whole number between ``least`` and ``most``. Raises TabularError."""
    cell = row.cell(column)
    if cell == "":
        raise row.fault(column, _EMPTY)
    bare = shown(cell)
    exact = isinstance(cell, Decimal) and cell == cell.to_integral_value()
    if not exact and not (isinstance(cell, str) and re.fullmatch(r"-?\d{1,12}", bare)):
        raise row.fault(column, f"“{bare[:40]}” bukan bilangan bulat.")
    number = int(Decimal(bare))
    if not least <= number <= most:
        raise row.fault(column, f"{number} di luar batas {least} sampai {most}.")
    return number


def day(row: Row, column: str) -> date:
    """A day: ISO, dd/mm/yyyy, "2 Januari 2026" or a date cell. Raises TabularError."""
    found = day_or_none(row, column)
    if found is None:
        raise row.fault(column, _EMPTY)
    return found


def day_or_none(row: Row, column: str) -> date | None:
    cell = row.cell(column)
    match cell:
        case "":
            return None
        case datetime():
            return cell.date()
        case date():
            return cell
        case str():
            return _day(row, column, cell)
    raise row.fault(column, f"“{shown(cell)[:40]}” bukan tanggal. Beri format tanggal pada sel ini.")


def _day(row: Row, column: str, text: str) -> date:
    bare = " ".join(text.split())
    try:
        if found := _ISO.fullmatch(bare):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _SLASHED.fullmatch(bare):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if (found := _WORDED.fullmatch(bare)) and found[2].lower() in _MONTHS:
            return date(int(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1]))
    except ValueError:
        raise row.fault(column, f"tanggal “{text[:40]}” tidak ada di kalender.") from None
    raise row.fault(column, f"“{text[:40]}” bukan tanggal. Tulis seperti 31/12/2026.")


def text(row: Row, column: str, *, most: int = 300, needed: bool = True) -> str:
    """Words with single spaces, at most ``most`` characters. Raises TabularError."""
    value = " ".join(shown(row.cell(column)).replace("\u00a0", " ").split())
    if not value and needed:
        raise row.fault(column, _EMPTY)
    if len(value) > most:
        raise row.fault(column, f"{len(value)} karakter; paling banyak {most}.")
    if "\x00" in value:
        raise row.fault(column, "berisi karakter yang tidak dapat dibaca.")
    return value


def code(row: Row, column: str, pattern: str, *, needed: bool = True) -> str:
    """A code that fits ``pattern`` (the whole of it) once spaces are gone. Raises TabularError."""
    value = "".join(text(row, column, needed=needed).split())
    if value and not re.fullmatch(pattern, value):
        raise TabularError(row.line_no, column, f"kode “{value[:60]}” tidak dikenal bentuknya.")
    return value
