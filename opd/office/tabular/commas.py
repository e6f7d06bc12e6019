"""Lines of a CSV: its encoding and its separator are found out, its quoting is held to the letter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

from opd.office.tabular.errors import TabularError
from opd.office.tabular.table import Cell, fold

_SEPARATORS = (";", ",", "\t")
_LOOKED_AT = 40


def lines(data: bytes, *, columns: Sequence[str]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Each line with the number of its first row in the file. Raises TabularError."""
    text = _text(data)
    return _lines(text, _separator(text, columns))


def _text(data: bytes) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise TabularError(
        None, "", "Berkas ini bukan CSV atau XLSX yang dapat dibaca. Simpan ulang sebagai XLSX."
    )


def _separator(text: str, columns: Sequence[str]) -> str:
    """The separator under which the wanted names appear; of equals, the one that cuts the header most."""
    wanted = {fold(column) for column in columns}

    def score(separator: str) -> tuple[int, int]:
        best = (0, 0)
        with suppress(TabularError):  # said again, with its line, once the separator is known
            for _, cells in islice(_lines(text, separator), _LOOKED_AT):
                names = {fold(str(cell)) for cell in cells} - {""}
                best = max(best, (len(names & wanted), len(cells) if names else 0))
                if names and not wanted:
                    break
        return best

    return max(_SEPARATORS, key=score)


def _lines(text: str, separator: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TabularError(
                start, "", "tanda kutip di baris ini tidak tertutup atau salah tempat."
            ) from error
        yield start, tuple(cell.strip() for cell in cells)
        start = reader.line_num + 1
