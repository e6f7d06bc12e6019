"""Archives: tables streamed from the database into one ZIP, with a manifest that lets anyone check them.

The same rows give the same bytes: nothing in an archive tells when or by whom it was made, except where rows
show how things stood when they were read; then the manifest says when that was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db.backends.base.base import BaseDatabaseWrapper

from opd.office.exports.reading import Reader, header, snapshot
from opd.office.exports.shapes import Contents, Dialect, Table, Text

FORMAT = "nontunai-ekspor/1"
MANIFEST = "manifest.json"
DICTIONARY = "kamus.csv"
_AGES_AGO = (1980, 1, 1, 0, 0, 0)
_REPORT_EVERY = 5_000
_HEX = 64

Report = Callable[[int, int], None]
"""Hears how many rows were written so far, and how many there are."""


def write(
    target: IO[bytes],
    contents: Contents,
    dialect: Dialect,
    report: Report,
    source: BaseDatabaseWrapper | None = None,
) -> dict[str, Any]:
    """Write the ZIP; its manifest. All tables are read at one moment of the database behind ``source``, the
    primary where none is given."""
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=6) as archive, snapshot(source) as reader:
        counted = [reader.counted(table) for table in contents.tables]
        total = sum(rows for rows, _ in counted)
        tables: list[dict[str, Any]] = []
        for table, (rows, sums) in zip(contents.tables, counted, strict=True):
            before = sum(told["rows"] for told in tables)
            told = _table(archive, reader, table, dialect, _after(before, total, report))
            if told["rows"] != rows:
                raise RuntimeError(f"{table.file}: {told['rows']} rows written, {rows} counted")
            tables.append({**told, "sums": sums})
        texts = [*contents.texts, Text(DICTIONARY, lambda: [_dictionary(contents.tables, dialect)])]
        if dialect.workbook:
            from opd.office.exports import workbook

            sheets = [
                workbook.Sheet(table, *told) for table, told in zip(contents.tables, counted, strict=True)
            ]
            texts.append(Text(workbook.FILE, lambda: workbook.pieces(contents.title, sheets, reader)))
        manifest = {
            "format": FORMAT, "title": contents.title, "dialect": dialect.code, **contents.facts,
            **_read_at(contents, reader),
            "tables": tables, "files": [_file(archive, text) for text in texts],
        }  # fmt: skip
        archive.writestr(_entry(MANIFEST), json.dumps(manifest, indent=1, ensure_ascii=False))
    return manifest


def _read_at(contents: Contents, reader: Reader) -> dict[str, str]:
    """When the rows were read, for those that may look otherwise later."""
    if all(table.steady for table in contents.tables):
        return {}
    return {"read_at": reader.moment().isoformat()}


def _after(before: int, total: int, report: Report) -> Callable[[int], None]:
    return lambda done: report(before + done, total)


class _Writer:
    """Counts and fingerprints what goes through it."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self._size = 0

    def put(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self._size += len(data)

    def told(self, file: str) -> dict[str, Any]:
        return {"file": file, "bytes": self._size, "sha256": self._digest.hexdigest()}


def _table(
    archive: ZipFile, reader: Reader, table: Table, dialect: Dialect, report: Callable[[int], None]
) -> dict[str, Any]:
    rows = 0
    values = hashlib.sha256()
    with archive.open(_entry(table.file), "w", force_zip64=True) as out:
        writer = _Writer(out)
        writer.put(dialect.bom + dialect.delimiter.join(header(table)).encode() + b"\r\n")
        for line in reader.lines(table, dialect):
            row = line[:-1]
            writer.put(row + b"\r\n")
            if table.digested:
                values.update(row[-_HEX:])
            rows += 1
            if rows % _REPORT_EVERY == 0:
                report(rows)
    columns = [{"name": column.name, "kind": column.kind} for column in table.told_columns]
    told = {**writer.told(table.file), "rows": rows, "steady": table.steady, "columns": columns}
    return {**told, "values_sha256": values.hexdigest()} if table.digested else told


def _file(archive: ZipFile, text: Text) -> dict[str, Any]:
    with archive.open(_entry(text.file), "w", force_zip64=True) as out:
        writer = _Writer(out)
        for piece in text.pieces():
            writer.put(piece)
    return writer.told(text.file)


def _dictionary(tables: Sequence[Table], dialect: Dialect) -> bytes:
    """One line for each column: file, name, kind and meaning."""
    lines = [("berkas", "kolom", "jenis", "arti")]
    lines += [(table.file, c.name, c.kind, c.meaning) for table in tables for c in table.told_columns]
    quoted = (dialect.delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    return dialect.bom + "".join(f"{line}\r\n" for line in quoted).encode()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _AGES_AGO)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
