"""From bytes to a table: what the file is, where its header stands, and what it may weigh."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import SEEK_END
from itertools import chain, islice
from typing import IO

from opd.office.tabular import commas, workbook
from opd.office.tabular.errors import TabularError
from opd.office.tabular.table import Cell, Row, Table, fold, shown

MOST_BYTES = 20 * 1024 * 1024
MOST_STREAMED_BYTES = 200 * 1024 * 1024
"""Of a CSV; a workbook unpacks to many times its size and may weigh MOST_BYTES."""
MOST_STREAMED_ROWS = 1_000_000
SEARCHED_FOR_HEADER = 40
"""Lines among which the header is looked for: exports put titles above it."""
Line = tuple[int, tuple[Cell, ...]]


def read(
    content: IO[bytes],
    *,
    name: str,
    sheet: str | None = None,
    most_rows: int = 50_000,
    columns: Sequence[str] = (),
    likely: Sequence[str] = (),
    amounts: Sequence[str] = (),
) -> Table:
    """The table in a CSV (UTF-8, UTF-16 or Windows-1252; semicolon, comma or tab) or XLSX file.

    ``columns`` must all stand in the header, which is then found below any titles; without them it is the
    first line that is not empty. ``likely`` are names by which a header is found too, and none of which must
    be there. ``amounts`` names the columns that show how the file writes amounts. Raises
    TabularError, with the line where there is one.
    """
    sought = [*columns, *likely]
    used, lines = _lines(content, sheet, sought, MOST_BYTES)
    table, rows = _table(lines, name, used, most_rows, sought, amounts)
    table.rows.extend(rows)
    table.need(columns)
    return table


def stream(
    content: IO[bytes],
    *,
    columns: Sequence[str] = (),
    likely: Sequence[str] = (),
    most_rows: int = MOST_STREAMED_ROWS,
) -> tuple[Table, Iterator[Row]]:
    """As ``read``, for files too large for memory: the table without its rows, and the rows as they are asked
    for. Begin anew to read them again; do not read one file twice at the same time. Raises TabularError.
    """
    sought = [*columns, *likely]
    used, lines = _lines(content, None, sought, MOST_STREAMED_BYTES)
    table, rows = _table(lines, "", used, most_rows, sought, ())
    table.need(columns)
    return table, rows


def sheets(content: IO[bytes]) -> list[str]:
    """The names of a workbook's sheets; empty for a CSV. Raises TabularError."""
    head = _head(content, MOST_BYTES)
    return workbook.names(_whole(content)) if workbook.is_one(head) else []


def merged(content: IO[bytes], *, sheet: str | None) -> list[workbook.Area]:
    """The merged cells of a workbook's sheet, top to bottom; none in a CSV (``sheet`` None)."""
    return [] if sheet is None else workbook.merged(_whole(content), sheet=sheet)


def _lines(
    content: IO[bytes], sheet: str | None, sought: Sequence[str], most: int
) -> tuple[str | None, Iterator[Line]]:
    """The sheet that is read, if the file has sheets, and the lines."""
    if workbook.is_one(_head(content, most)):
        return workbook.lines(_whole(content), sheet=sheet, columns=sought)
    return None, commas.lines(content, columns=sought)


def _head(content: IO[bytes], most: int) -> bytes:
    """The first kilobytes. Raises TabularError for a file that is empty or too large, unread."""
    if content.seek(0, SEEK_END) > most:
        raise TabularError(
            None, "", f"Berkas lebih besar dari {most >> 20} MB. Bagi menjadi beberapa berkas."
        )
    content.seek(0)
    head = content.read(4096)
    while head and not head.strip() and (more := content.read(4096)):
        head = more
    if not head.strip():
        raise TabularError(None, "", "Berkas ini kosong.")
    return head


def _whole(content: IO[bytes]) -> bytes:
    content.seek(0)
    data = content.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TabularError(None, "", "Berkas lebih besar dari 20 MB. Bagi menjadi beberapa berkas.")
    return data


def _table(
    lines: Iterator[Line],
    name: str,
    sheet: str | None,
    most_rows: int,
    columns: Sequence[str],
    amounts: Sequence[str],
) -> tuple[Table, Iterator[Row]]:
    head = list(islice(lines, SEARCHED_FOR_HEADER))
    place = header_among([line for _, line in head], columns)
    if place is None:
        raise TabularError(None, "", "Berkas ini tidak berisi tabel.")
    at, cells = head[place]
    header = [shown(cell).strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    above = [cells for _, cells in head[:place]]
    table = Table(name, sheet, header, at, sheet is not None, set(amounts), above=above)
    return table, _rows(table, chain(head[place + 1 :], lines), most_rows)


def header_among(lines: Sequence[tuple[Cell, ...]], columns: Sequence[str]) -> int | None:
    """The line that holds most of the names, the first of equals; None where no line holds anything."""
    wanted = {fold(column) for column in columns}
    best, most = None, 0
    for place, line in enumerate(lines):
        names = {fold(shown(cell)) for cell in line} - {""}
        score = len(names & wanted) if wanted else int(bool(names))
        if score > most:
            best, most = place, score
    if best is None and wanted:
        return next((place for place, line in enumerate(lines) if any(cell != "" for cell in line)), None)
    return best


def _rows(table: Table, lines: Iterable[Line], most_rows: int) -> Iterator[Row]:
    width = len(table.header)
    count = 0
    for number, cells in lines:
        if all(cell == "" for cell in cells):
            continue
        if any(cell != "" for cell in cells[width:]):
            raise TabularError(
                number, "", f"ada isi di kanan kolom terakhir ({width} kolom). Periksa tanda pemisah kolom."
            )
        count += 1
        if count > most_rows:
            raise TabularError(number, "", f"lebih dari {most_rows} baris. Bagi menjadi beberapa berkas.")
        yield Row(table, number, cells[:width] + ("",) * (width - len(cells)))
