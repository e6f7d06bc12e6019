"""Lines of an XLSX: values as Excel kept them, numbers exact, formulas only with their result."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice, repeat
from typing import Any

from opd.office.tabular.errors import TabularError
from opd.office.tabular.table import Broken, Cell, fold, shown

_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MOST_UNPACKED = 300 * 1024 * 1024
_MOST_PARTS = 2000
_MOST_COLUMNS = 256
_MOST_LINES = 200_000
_EXACT = 2**53
"""Beyond it a binary number of Excel may already have lost its last digits."""
_LOOKED_AT = 40
_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
NOT_CALCULATED = Broken("rumus ini belum dihitung. Buka di Excel, simpan, lalu unggah lagi.")


def is_one(data: bytes) -> bool:
    """Whether the bytes are a workbook. Raises TabularError for one that is old or locked."""
    if data.startswith(_OLD):
        raise TabularError(
            None, "", "Berkas Excel lama (.xls) atau terkunci kata sandi. Simpan sebagai .xlsx tanpa sandi."
        )
    return data.startswith(_ZIP)


def names(data: bytes) -> list[str]:
    return list(_open(data).sheetnames)


def lines(
    data: bytes, *, sheet: str | None, columns: Sequence[str]
) -> tuple[str, Iterator[tuple[int, tuple[Cell, ...]]]]:
    """The sheet that is read, and its lines. Without ``sheet``: the first that has the wanted columns."""
    book = _open(data)
    if sheet is None:
        sheet = _suitable(book, columns)
    elif sheet not in book.sheetnames:
        raise TabularError(None, "", f"Lembar “{sheet}” tidak ada. Yang ada: {', '.join(book.sheetnames)}.")
    formulas = _open(data, results=False) if _has_formulas(data) else None
    return sheet, _lines(book[sheet], formulas[sheet] if formulas else None)


def _open(data: bytes, *, results: bool = True) -> Any:
    import openpyxl  # 18 MB, for who reads a workbook alone
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _weigh(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that we don't read
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=results)
    except TabularError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise TabularError(None, "", "Berkas XLSX ini rusak atau bukan buku kerja Excel.") from error
    if not book.worksheets:
        raise TabularError(None, "", "Berkas XLSX ini tidak berisi lembar.")
    return book


def _weigh(data: bytes) -> None:
    """Refuse what unpacks to far more than it weighs, before anything is unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        listed = parts.infolist()
    if len(listed) > _MOST_PARTS or sum(part.file_size for part in listed) > _MOST_UNPACKED:
        raise TabularError(
            None, "", "Isi berkas XLSX ini terlalu besar setelah dibuka. Bagi menjadi beberapa."
        )


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for part in parts.infolist():
            if part.filename.startswith("xl/worksheets/"):
                with parts.open(part) as content:
                    tail = b""
                    while chunk := content.read(1 << 20):
                        if b"<f>" in (seen := tail + chunk) or b"<f " in seen or b"<f/" in seen:
                            return True
                        tail = chunk[-3:]
    return False


def _suitable(book: Any, columns: Sequence[str]) -> str:
    wanted = {fold(column) for column in columns}
    best, most = str(book.worksheets[0].title), 0
    for sheet in book.worksheets:
        head = islice(_lines(sheet, None), _LOOKED_AT)
        score = max((len({fold(shown(cell)) for cell in cells} & wanted) for _, cells in head), default=0)
        if score > most:
            best, most = str(sheet.title), score
    return best


def _lines(sheet: Any, formulas: Any) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    values = _rows(sheet, values_only=True)
    written = _rows(formulas, values_only=True) if formulas is not None else repeat(())
    for number, (row, written_row) in enumerate(zip(values, written, strict=False), 1):
        if number > _MOST_LINES:
            raise TabularError(number, "", "lembar ini terlalu panjang. Hapus baris kosong di bawah tabel.")
        yield number, _cells(row, written_row)


def _rows(sheet: Any, *, values_only: bool) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what the file says about its size is not believed
    try:
        yield from sheet.iter_rows(values_only=values_only, max_col=_MOST_COLUMNS)
    except (KeyError, ValueError, TypeError, SyntaxError, zipfile.BadZipFile) as error:
        raise TabularError(None, "", "Lembar di berkas XLSX ini rusak. Simpan ulang di Excel.") from error


def _cells(row: tuple[Any, ...], written: tuple[Any, ...]) -> tuple[Cell, ...]:
    cells = [_cell(value) for value in row]
    for place, formula in enumerate(written[: len(cells)]):
        if cells[place] == "" and isinstance(formula, str) and formula.startswith("="):
            cells[place] = NOT_CALCULATED
    while cells and cells[-1] == "":
        cells.pop()
    return tuple(cells)


def _cell(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case bool() | datetime() | date():
            return value
        case int():
            return Decimal(value)
        case float():
            return _number(value)
        case time():
            return value.isoformat()
    text = str(value).strip()
    return Broken(f"sel ini berisi kesalahan Excel {text}.") if text in _ERRORS else text


def _number(value: float) -> Cell:
    """Exactly what Excel shows in full: the shortest decimal that gives this binary number."""
    if value != value or abs(value) >= _EXACT:
        return Broken("angka ini terlalu besar untuk Excel simpan dengan tepat.")
    exact = Decimal(repr(value))
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact


_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


@dataclass(frozen=True)
class Area:
    """Cells that are merged: as the spreadsheet names them, and the lines they cover."""

    name: str
    lines: range


def merged(data: bytes, *, sheet: str) -> list[Area]:
    """The merged cells of a sheet, top to bottom; read-only books do not tell, so the sheet's own part does.

    Raises TabularError where the file is no workbook.
    """
    path = _open(data)[sheet]._worksheet_path.lstrip("/")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        xml = parts.read(path)
    found = [
        Area(f"{left.decode()}{top.decode()}:{right.decode()}{foot.decode()}", range(int(top), int(foot) + 1))
        for left, top, right, foot in _MERGED.findall(xml)
    ]
    return sorted(found, key=lambda area: area.lines.start)
