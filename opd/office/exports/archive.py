"""Archives: tables streamed from the database into one ZIP, with a manifest that lets anyone check them.

The same tables give the same bytes: nothing in an archive tells when or by whom it was made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db import connection
from psycopg import sql

FORMAT = "nontunai-ekspor/1"
MANIFEST = "manifest.json"
DICTIONARY = "kamus.csv"
_AGES_AGO = (1980, 1, 1, 0, 0, 0)
_REPORT_EVERY = 5_000

CellKind = Literal["text", "number", "amount", "day", "instant", "hash"]
Report = Callable[[int, int], None]
"""Hears how many rows were written so far, and how many there are."""


@dataclass(frozen=True)
class Dialect:
    """How a CSV is written. Amounts are rupiah with two places, instants UTC, days ISO in every dialect."""

    code: str
    label: str
    delimiter: str = ","
    decimal: str = "."
    bom: bytes = b""


PLAIN = Dialect("csv", "CSV: koma, titik desimal (RFC 4180)")
EXCEL = Dialect("excel", "Excel Indonesia: titik koma, koma desimal", ";", ",", b"\xef\xbb\xbf")
DIALECTS = {dialect.code: dialect for dialect in (PLAIN, EXCEL)}


@dataclass(frozen=True)
class Column:
    """``expression`` is SQL of ours; ``meaning`` stands in the dictionary. Amounts are added up."""

    name: str
    kind: CellKind
    meaning: str
    expression: str


@dataclass(frozen=True)
class Table:
    """``source`` is what follows SELECT (FROM … WHERE …), with ``%(name)s`` for each of ``params``."""

    name: str
    columns: tuple[Column, ...]
    source: str
    order: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


@dataclass(frozen=True)
class Text:
    """A file of another form; ``pieces`` gives it in parts."""

    file: str
    pieces: Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class Contents:
    """What an archive holds; ``facts`` go into its manifest (what was asked, the seal it is pinned to)."""

    title: str
    tables: Sequence[Table]
    texts: Sequence[Text] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def write(target: IO[bytes], contents: Contents, dialect: Dialect, report: Report) -> dict[str, Any]:
    """Write the ZIP; its manifest.

    Tables are read one after the other: they must not change meanwhile (rows below a seal), or the caller
    holds a snapshot.
    """
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        counted = [_counted(table) for table in contents.tables]
        total = sum(rows for rows, _ in counted)
        tables: list[dict[str, Any]] = []
        for table, (rows, sums) in zip(contents.tables, counted, strict=True):
            before = sum(told["rows"] for told in tables)
            told = _table(archive, table, dialect, _after(before, total, report))
            if told["rows"] != rows:
                raise RuntimeError(f"{table.file}: {told['rows']} rows written, {rows} counted")
            tables.append({**told, "sums": sums})
        texts = [*contents.texts, Text(DICTIONARY, lambda: [_dictionary(contents.tables, dialect)])]
        manifest = {
            "format": FORMAT, "title": contents.title, "dialect": dialect.code, **contents.facts,
            "tables": tables, "files": [_file(archive, text) for text in texts],
        }  # fmt: skip
        archive.writestr(_entry(MANIFEST), json.dumps(manifest, indent=1, ensure_ascii=False))
    return manifest


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


def _table(archive: ZipFile, table: Table, dialect: Dialect, report: Callable[[int], None]) -> dict[str, Any]:
    rows = 0
    with archive.open(_entry(table.file), "w", force_zip64=True) as out, connection.cursor() as cursor:
        writer = _Writer(out)
        header = dialect.delimiter.join(column.name for column in table.columns)
        writer.put(dialect.bom + header.encode() + b"\r\n")
        with cursor.copy(copy_statement(table, dialect), table.params or None) as lines:
            for line in lines:  # a row each, whatever line ends its cells hold
                writer.put(bytes(line)[:-1] + b"\r\n")
                rows += 1
                if rows % _REPORT_EVERY == 0:
                    report(rows)
    columns = [{"name": column.name, "kind": column.kind} for column in table.columns]
    return {**writer.told(table.file), "rows": rows, "columns": columns}


def copy_statement(table: Table, dialect: Dialect) -> sql.Composed:
    """The COPY that streams a table, each row with a line feed behind it."""
    cells = sql.SQL(", ").join(_cell(column, dialect) for column in table.columns)
    return sql.SQL("COPY (SELECT {} {} ORDER BY {}) TO STDOUT (FORMAT csv, DELIMITER {})").format(
        cells, sql.SQL(table.source), sql.SQL(table.order), dialect.delimiter
    )


_GUARDED = (
    r"""CASE WHEN left({0}, 1) IN ('=', '+', '-', '@', E'\t', E'\r', '''') THEN '''' || {0} ELSE {0} END"""
)
_INSTANT = """to_char(({}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def _cell(column: Column, dialect: Dialect) -> sql.Composable:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it, and so does text that
    begins with one; numbers never."""
    value = sql.SQL(column.expression)
    match column.kind:
        case "text":
            return sql.SQL(_GUARDED).format(value)
        case "amount":
            return sql.SQL("replace(({})::numeric(20, 2)::text, '.', {})").format(value, dialect.decimal)
        case "day":
            return sql.SQL("to_char({}, 'YYYY-MM-DD')").format(value)
        case "instant":
            return sql.SQL(_INSTANT).format(value)
        case "hash":
            return sql.SQL("encode({}, 'hex')").format(value)
        case "number":
            return value


def _counted(table: Table) -> tuple[int, dict[str, str]]:
    added = [column for column in table.columns if column.kind == "amount"]
    sums = [
        sql.SQL("coalesce(sum({}), 0)::numeric(24, 2)::text").format(sql.SQL(column.expression))
        for column in added
    ]
    asked = sql.SQL("SELECT {} {}").format(
        sql.SQL(", ").join([sql.SQL("count(*)"), *sums]), sql.SQL(table.source)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, table.params or None)
        rows, *values = cursor.fetchone()
    return int(rows), {column.name: value for column, value in zip(added, values, strict=True)}


def _file(archive: ZipFile, text: Text) -> dict[str, Any]:
    with archive.open(_entry(text.file), "w", force_zip64=True) as out:
        writer = _Writer(out)
        for piece in text.pieces():
            writer.put(piece)
    return writer.told(text.file)


def _dictionary(tables: Sequence[Table], dialect: Dialect) -> bytes:
    """One line for each column: file, name, kind and meaning."""
    lines = [("berkas", "kolom", "jenis", "arti")]
    lines += [(table.file, c.name, c.kind, c.meaning) for table in tables for c in table.columns]
    quoted = (dialect.delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    return dialect.bom + "".join(f"{line}\r\n" for line in quoted).encode()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _AGES_AGO)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
