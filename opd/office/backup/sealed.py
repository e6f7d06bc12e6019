"""Values that are encrypted at rest, wherever they lie, and whether the keys at hand open them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from opd.office import crypto

_TOKEN = re.compile(rb"gAAAAA[A-Za-z0-9_-]{60,}={0,2}")
"""Fernet (version 0x80, a time before the year 2106), alone or inside JSON."""
_LOOKS_SEALED = {
    "bytea": "substr({column}, 1, 6) = 'gAAAAA'::bytea",
    "text": "{column} LIKE 'gAAAAA%'",
    "character varying": "{column} LIKE 'gAAAAA%'",
    "jsonb": "{column}::text LIKE '%gAAAAA%'",
}
_CHUNK = 500


@dataclass
class Opened:
    """How many sealed values were tried, and those that no key opens, by ``table.column``."""

    tried: int = 0
    closed: Counter[str] = field(default_factory=Counter)


def fingerprints() -> list[str]:
    """The keys in FIELD_KEYS, newest first, each told by the start of its SHA-256 alone."""
    return [hashlib.sha256(key.encode()).hexdigest()[:16] for key in settings.FIELD_KEYS]


def try_all() -> Opened:
    """Open every sealed value in the database."""
    found = Opened()
    for table, column, kind in _columns():
        for token in _tokens(table, column, kind):
            found.tried += 1
            try:
                crypto.decrypt(token)
            except crypto.DecryptionError:
                found.closed[f"{table}.{column}"] += 1
    return found


def _columns() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type = ANY (%s)"
            " ORDER BY table_name, ordinal_position",
            [list(_LOOKS_SEALED)],
        )
        return [(table, column, kind) for table, column, kind in cursor.fetchall()]


def _tokens(table: str, column: str, kind: str) -> Iterator[bytes]:
    name = sql.Identifier(column)
    value = sql.SQL("{}::text" if kind == "jsonb" else "{}").format(name)
    query = sql.SQL("SELECT {} FROM {} WHERE ").format(value, sql.Identifier("public", table))
    query += sql.SQL(_LOOKS_SEALED[kind]).format(column=name)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(_CHUNK):
            for (text,) in rows:
                yield from _TOKEN.findall(text.encode() if isinstance(text, str) else bytes(text))
