"""From bytes to a table: what the file is, where its header stands, and what it may weigh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO

from opd.office.tabular import commas, workbook
from opd.office.tabular.errors import TabularError
from opd.office.tabular.table import Cell, Row, Table, fold, shown

MOST_BYTES = 20 * 1024 * 1024
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
    data, sought = _bounded(content), [*columns, *likely]
    if workbook.is_one(data):
        used, lines = workbook.lines(data, sheet=sheet, columns=sought)
    else:
        used, lines = None, commas.lines(data, columns=sought)
    table = _table(lines, name, used, most_rows, sought, amounts)
    table.need(columns)
    return table


def sheets(content: IO[bytes]) -> list[str]:
    """The names of a workbook's sheets; empty for a CSV. Raises TabularError."""
    data = _bounded(content)
    return workbook.names(data) if workbook.is_one(data) else []


def _bounded(content: IO[bytes]) -> bytes:
    content.seek(0)
    data = content.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TabularError(None, "", "Berkas lebih besar dari 20 MB. Bagi menjadi beberapa berkas.")
    if not data.strip():
        raise TabularError(None, "", "Berkas ini kosong.")
    return data


def _table(
    lines: Iterator[Line],
    name: str,
    sheet: str | None,
    most_rows: int,
    columns: Sequence[str],
    amounts: Sequence[str],
) -> Table:
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
    _fill(table, iter(head[place + 1 :]), most_rows)
    _fill(table, lines, most_rows)
    return table


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


def _fill(table: Table, lines: Iterator[Line], most_rows: int) -> None:
    width = len(table.header)
    for number, cells in lines:
        if all(cell == "" for cell in cells):
            continue
        if any(cell != "" for cell in cells[width:]):
            raise TabularError(
                number, "", f"ada isi di kanan kolom terakhir ({width} kolom). Periksa tanda pemisah kolom."
            )
        if len(table.rows) >= most_rows:
            raise TabularError(number, "", f"lebih dari {most_rows} baris. Bagi menjadi beberapa berkas.")
        table.rows.append(Row(table, number, cells[:width] + ("",) * (width - len(cells))))
