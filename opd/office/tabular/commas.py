"""Lines of a CSV: its encoding and its separator are found out, its quoting is held to the letter."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import IO, Any

from opd.office.tabular.errors import TabularError
from opd.office.tabular.table import Cell, fold

_SEPARATORS = (";", ",", "\t", "|")
_LOOKED_AT = 40
_MOST_CHARACTERS = 100_000
"""Of one line; a longer one is no line of a table."""
_CHUNK = 1 << 16


def lines(content: IO[bytes], *, columns: Sequence[str]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Each line with the number of its first row, read as it is asked for. Raises TabularError."""
    encoding = _encoding(content)
    return _lines(content, encoding, _separator(content, encoding, columns))


def _encoding(content: IO[bytes]) -> str:
    content.seek(0)
    marked = content.read(2) in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        if _is_written_in(encoding, content):
            return encoding
    raise TabularError(
        None, "", "Berkas ini bukan CSV atau XLSX yang dapat dibaca. Simpan ulang sebagai XLSX."
    )


def _is_written_in(encoding: str, content: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    content.seek(0)
    try:
        while chunk := content.read(_CHUNK):
            if "\x00" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(content: IO[bytes], encoding: str, columns: Sequence[str]) -> str:
    """The separator under which the wanted names appear; of equals, the one that cuts the header most."""
    wanted = {fold(column) for column in columns}

    def score(separator: str) -> tuple[int, int]:
        best = (0, 0)
        with suppress(TabularError):  # said again, with its line, once the separator is known
            for _, cells in islice(_lines(content, encoding, separator), _LOOKED_AT):
                names = {fold(str(cell)) for cell in cells} - {""}
                best = max(best, (len(names & wanted), len(cells) if names else 0))
                if names and not wanted:
                    break
        return best

    return max(_SEPARATORS, key=score)


def _lines(content: IO[bytes], encoding: str, separator: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    reader = csv.reader(_physical(content, encoding), delimiter=separator, strict=True)
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


def _physical(content: IO[bytes], encoding: str) -> Iterator[str]:
    """Lines with their ends, never more than one in memory."""
    content.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(_Borrowed(content)), encoding, newline="")
    number = 0
    while line := text.readline(_MOST_CHARACTERS + 1):
        number += 1
        if len(line) > _MOST_CHARACTERS:
            raise TabularError(number, "", "baris ini terlalu panjang untuk sebuah tabel.")
        yield line


class _Borrowed(io.RawIOBase):
    """Reads a file that stays open when its reader is done."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        found = self._content.read(len(view))
        view[: len(found)] = found
        return len(found)
