"""From bytes to cells: UTF-8 with or without BOM, any line end, quotes; and the small types in a cell."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import IO

from payments.reconciliation.parsers.rows import ParseError

_MAX_LINE = 8192
_BOM = b"\xef\xbb\xbf"
_NOT_TEXT = {
    b"PK\x03\x04": "buku kerja Excel atau arsip ZIP",
    b"\xd0\xcf\x11\xe0": "buku kerja Excel lama (.xls)",
    b"%PDF": "PDF",
    b"\x1f\x8b": "arsip gzip",
    b"Rar!": "arsip RAR",
    b"7z\xbc\xaf": "arsip 7z",
    b"\xff\xfe": "teks UTF-16",
    b"\xfe\xff": "teks UTF-16",
}
_PLAIN = re.compile(r"\d{1,16}\.\d{2}", re.ASCII)
_INDONESIAN = re.compile(r"-?(\d{1,3}(\.\d{3}){1,5}|\d{1,16}),\d{2}", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


def lines(content: IO[bytes]) -> Iterator[tuple[int, str]]:
    """Each physical line with its number from 1, without its line end; never more than one in memory.

    Raises ParseError (``not_text``, ``line_too_long``) with the line it stumbled over.
    """
    number = 0
    while raw := content.readline(_MAX_LINE + 1):
        number += 1
        if len(raw) > _MAX_LINE:
            raise ParseError(number, "line_too_long", f"baris lebih panjang dari {_MAX_LINE} byte.")
        yield number, _text(number, raw.removeprefix(_BOM) if number == 1 else raw)


def _text(number: int, raw: bytes) -> str:
    if number == 1:
        refuse_other_kinds(raw)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ParseError(number, "not_text", f"ada huruf yang bukan UTF-8{_windows(raw)}.") from error
    if "\0" in text:
        raise ParseError(number, "not_text", "ada byte nol; berkas ini bukan teks.")
    return text.rstrip("\r\n")


def refuse_other_kinds(head: bytes) -> None:
    """Raises ParseError (``not_text``) that names what a file is, where its first bytes tell."""
    for sign, name in _NOT_TEXT.items():
        if head.startswith(sign):
            message = f"Berkas ini {name}; yang dibaca hanya CSV, MT940 atau camt.053 dalam teks UTF-8."
            raise ParseError(0, "not_text", message)


def is_markup(head: bytes) -> bool:
    """Whether a file begins as XML or HTML does."""
    return head.removeprefix(_BOM).lstrip().startswith(b"<")


def _windows(raw: bytes) -> str:
    """A remark where the bytes make sense as Windows-1252; never decoded so: it fits nearly everything."""
    try:
        text = raw.decode("cp1252").rstrip("\r\n")
    except UnicodeDecodeError:
        return ""
    odd = next(letter for letter in text if not letter.isascii())
    return (
        f" (“{odd}” dalam Windows-1252?); minta bank menyimpannya sebagai UTF-8" if text.isprintable() else ""
    )


def cells(line_no: int, text: str, delimiter: str, *, count: int | None = None) -> list[str]:
    """The cells of one line, without blanks around them. Raises ParseError for broken quotes or ``count``."""
    found = [cell.strip() for cell in _split(line_no, text, delimiter)]
    if count is not None and len(found) != count:
        raise ParseError(line_no, "column_count", f"ada {len(found)} kolom, seharusnya {count}.")
    return found


def _split(line_no: int, text: str, delimiter: str) -> list[str]:
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ParseError(line_no, "broken_quotes", "tanda kutip tidak berpasangan.") from error


def check_header(line: tuple[int, str] | None, expected: Sequence[str], delimiter: str, label: str) -> None:
    """Raises ParseError (``empty``, ``wrong_header``) naming the first column that is not as it should be."""
    if line is None or not line[1].strip():
        raise ParseError(0, "empty", "Berkas ini kosong.")
    number, text = line
    difference = header_difference(cells(number, text, delimiter), expected)
    if difference:
        raise ParseError(number, "wrong_header", f"bukan berkas {label}: {difference}.")


def header_difference(found: Sequence[str], expected: Sequence[str]) -> str:
    """What is wrong with a header, in words; empty where it is right. Capitals do not count."""
    have, want = [name.casefold() for name in found], [name.casefold() for name in expected]
    missing = [name for name in expected if name.casefold() not in have]
    if missing:
        return f"kolom {_names(missing)} tidak ada"
    extra = [name for name in found if name.casefold() not in want]
    if extra:
        return f"kolom {_names(extra)} tidak dikenal"
    if have != want:
        place = next((i for i, (a, b) in enumerate(zip(have, want, strict=False)) if a != b), len(want) - 1)
        return f"kolom ke-{place + 1} seharusnya “{expected[place]}”"
    return ""


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name[:40]}”" for name in names[:3])
    return f"{shown} dan {len(names) - 3} lainnya" if len(names) > 3 else shown


def plain_amount(line_no: int, column: str, text: str) -> Decimal:
    """ "5000.00" as rupiah: two places, no sign, no grouping. Anything else is an error, never zero."""
    if not _PLAIN.fullmatch(text):
        raise ParseError(line_no, "amount", f"{column} “{text[:40]}” bukan jumlah uang seperti 5000.00.")
    return Decimal(text)


def indonesian_amount(line_no: int, column: str, text: str) -> Decimal:
    """ "1.234.567,89" as rupiah: comma and two places, dots (if any) in threes."""
    if not _INDONESIAN.fullmatch(text):
        raise ParseError(line_no, "amount", f"{column} “{text[:40]}” bukan jumlah uang seperti 1.234.567,89.")
    amount = Decimal(text.replace(".", "").replace(",", "."))
    if abs(amount) >= Decimal(10) ** 16:
        raise ParseError(line_no, "amount", f"{column} “{text[:40]}” terlalu besar.")
    return amount


def day_first(line_no: int, column: str, text: str) -> date:
    """ "24/11/2026" as a day."""
    found = _DAY_FIRST.fullmatch(text)
    parts = (found[3], found[2], found[1]) if found else None
    return _day(line_no, column, text, parts, "hh/bb/tttt seperti 24/11/2026")


def iso_day(line_no: int, column: str, text: str) -> date:
    """ "2026-11-24" as a day."""
    found = _ISO_DAY.fullmatch(text)
    parts = (found[1], found[2], found[3]) if found else None
    return _day(line_no, column, text, parts, "tttt-bb-hh seperti 2026-11-24")


def _day(line_no: int, column: str, text: str, parts: tuple[str, str, str] | None, form: str) -> date:
    day = _calendar_day(*parts) if parts else None
    if day is None:
        raise ParseError(line_no, "date", f"{column} “{text[:40]}” bukan tanggal {form}.")
    return day


@lru_cache(maxsize=1024)
def _calendar_day(year: str, month: str, day: str) -> date | None:
    """Kept, since a file names few days on many lines."""
    try:
        return date(int(year), int(month), int(day)) if "2000" <= year <= "2099" else None
    except ValueError:
        return None
