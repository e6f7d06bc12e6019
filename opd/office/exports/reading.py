"""Reads tables for archives: one moment of the database, rows by COPY, sums made where the rows are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from opd.office.exports.shapes import DIGEST, PLAIN, Column, Dialect, Table

_GUARDED = (
    r"""CASE WHEN left({0}, 1) IN ('=', '+', '-', '@', E'\t', E'\r', '''') THEN '''' || {0} ELSE {0} END"""
)
_INSTANT = """to_char(({}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_DIGEST = "encode(sha256(convert_to(json_build_array({})::text, 'UTF8')), 'hex')"


class Reader:
    """A connection of its own that sees one moment from first to last and never writes.

    So progress can be told meanwhile, and no seal waits for it.
    """

    def __init__(self, own: BaseDatabaseWrapper, as_of: datetime | None = None) -> None:
        self._own = own
        self._as_of = as_of

    def moment(self) -> datetime:
        """Of when the rows are: on a replica, of the last transaction that it had replayed by then."""
        if self._as_of:
            return self._as_of
        with self._own.cursor() as cursor:
            cursor.execute("SELECT transaction_timestamp()")
            at: datetime = cursor.fetchone()[0]
        return at

    def lines(self, table: Table, dialect: Dialect) -> Iterator[bytes]:
        """The rows as CSV, a row each whatever line ends its cells hold, with a line feed behind."""
        with self._own.cursor() as cursor, cursor.copy(copy_statement(table, dialect), table.params) as rows:
            for row in rows:
                yield bytes(row)

    def counted(self, table: Table) -> tuple[int, dict[str, str]]:
        """How many rows there are, and the sum of each column of amounts."""
        added = [column for column in table.columns if column.kind == "amount"]
        sums = [
            sql.SQL("coalesce(sum({}), 0)::numeric(24, 2)::text").format(sql.SQL(column.expression))
            for column in added
        ]
        asked = sql.SQL("SELECT {} {}").format(
            sql.SQL(", ").join([sql.SQL("count(*)"), *sums]), sql.SQL(table.source)
        )
        with self._own.cursor() as cursor:
            cursor.execute(asked, table.params)
            rows, *values = cursor.fetchone()
        return int(rows), {column.name: value for column, value in zip(added, values, strict=True)}


@contextmanager
def snapshot(source: BaseDatabaseWrapper | None = None) -> Iterator[Reader]:
    """A reader of the server behind ``source``, without one of the primary."""
    own: Any = (source or connection).copy()
    try:
        as_of = _replayed_until(own) if source else None
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield Reader(own, as_of)
    finally:
        own.close()


def _replayed_until(own: BaseDatabaseWrapper) -> datetime | None:
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_last_xact_replay_timestamp()")
        at: datetime | None = cursor.fetchone()[0]
    return at


def copy_statement(table: Table, dialect: Dialect) -> sql.Composed:
    """The COPY that streams a table, each row with a line feed behind it."""
    cells = [_cell(column, dialect) for column in table.columns]
    if table.digested:
        cells.append(sql.SQL(_DIGEST).format(sql.SQL(", ").join(map(_raw, table.columns))))
    return sql.SQL("COPY (SELECT {} {} ORDER BY {}) TO STDOUT (FORMAT csv, DELIMITER {})").format(
        sql.SQL(", ").join(cells), sql.SQL(table.source), sql.SQL(table.order), dialect.delimiter
    )


def header(table: Table) -> list[str]:
    return [column.name for column in table.columns] + ([DIGEST.name] if table.digested else [])


def _cell(column: Column, dialect: Dialect) -> sql.Composable:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it, and so does text that
    begins with one; numbers never."""
    value = sql.SQL(column.expression)
    match column.kind:
        case "text":
            return sql.SQL(_GUARDED).format(value)
        case "amount":
            return sql.SQL("replace(({})::numeric(20, 2)::text, '.', {})").format(value, dialect.decimal)
        case "decimal":
            return sql.SQL("replace(({})::text, '.', {})").format(value, dialect.decimal)
        case "day":
            return sql.SQL("to_char({}, 'YYYY-MM-DD')").format(value)
        case "instant":
            return sql.SQL(_INSTANT).format(value)
        case "hash":
            return sql.SQL("encode({}, 'hex')").format(value)
        case "number":
            return value


def _raw(column: Column) -> sql.Composable:
    """The value as text whatever the dialect, without a guard; empty where there is none."""
    value = sql.SQL(column.expression) if column.kind == "text" else _cell(column, PLAIN)
    return sql.SQL("coalesce(({})::text, '')").format(value)
