"""What each database role may do. Run by the owner after every migration; it grants anew from nothing.

The application reads and writes everything but the books, which it only reads and posts to through its
functions, and append-only tables, which it only adds to; it may gather statistics there. A line of a bank's
file stops counting through a function too. The auditor reads everything but secrets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

FUNCTIONS = (
    "ledger_post(jsonb)",
    "ledger_roll_up(timestamptz)",
    "ledger_decide_period(date, text, bigint, timestamptz, text)",
    "reconciliation_withdraw(bigint)",
)
SECRET_TABLES = frozenset({"django_session", "mfa_authenticator"})
SECRET_COLUMN = re.compile(r"password|secret|token|private_key|session_key|passphrase")
"""Columns an auditor has no use for: who reads them could act as somebody else."""


@dataclass
class Granted:
    """``hidden`` names what the auditor does not see: tables, or ``table.column``."""

    tables: int = 0
    append_only: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


def grant(cursor: Any, *, app: str, auditor: str | None) -> Granted:
    """Grant the rights of ``app`` and, where there is one, ``auditor`` (role names) in the schema public."""
    tables = _columns_by_table(cursor)
    granted = Granted(tables=len(tables), append_only=_append_only(cursor))
    _revoke_everything(cursor, [role for role in (app, auditor) if role])
    _grant_app(cursor, app, tables, granted.append_only)
    if auditor:
        granted.hidden = _grant_auditor(cursor, auditor, tables)
    return granted


def _run(cursor: Any, statement: str, **names: str | Sequence[str]) -> None:
    words = {
        name: sql.Identifier(value)
        if isinstance(value, str)
        else sql.SQL(", ").join(map(sql.Identifier, value))
        for name, value in names.items()
    }
    cursor.execute(sql.SQL(statement).format(**words))


def _columns_by_table(cursor: Any) -> dict[str, list[str]]:
    cursor.execute(
        "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')"
        " GROUP BY 1 ORDER BY 1"
    )
    return dict(cursor.fetchall())


def _append_only(cursor: Any) -> list[str]:
    """Tables that a trigger called …append_only guards; the ledger's own are not among them."""
    cursor.execute(
        "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE t.tgname LIKE '%append\\_only' AND c.relnamespace = 'public'::regnamespace"
        " AND c.relname NOT LIKE 'ledger\\_%' ORDER BY 1"
    )
    return [name for (name,) in cursor.fetchall()]


def _revoke_everything(cursor: Any, roles: Sequence[str]) -> None:
    cursor.execute("SELECT current_database()")
    database = cursor.fetchone()[0]
    _run(cursor, "REVOKE ALL ON DATABASE {database} FROM PUBLIC", database=database)
    _run(cursor, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    for role in roles:
        _run(cursor, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}", role=role)
        _run(cursor, "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}", role=role)
        _run(cursor, "GRANT CONNECT ON DATABASE {database} TO {role}", database=database, role=role)
        _run(cursor, "GRANT USAGE ON SCHEMA public TO {role}", role=role)


def _grant_app(cursor: Any, app: str, tables: dict[str, list[str]], append_only: Sequence[str]) -> None:
    _run(cursor, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {app}", app=app)
    _run(cursor, "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}", app=app)
    for table in tables:
        if table in append_only:
            _run(cursor, "GRANT INSERT, MAINTAIN ON {table} TO {app}", table=table, app=app)
        elif not table.startswith("ledger_") and table != "django_migrations":
            _run(cursor, "GRANT INSERT, UPDATE, DELETE, MAINTAIN ON {table} TO {app}", table=table, app=app)
    for function in FUNCTIONS:
        cursor.execute(
            sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(function), sql.Identifier(app))
        )


def _grant_auditor(cursor: Any, auditor: str, tables: dict[str, list[str]]) -> list[str]:
    hidden: list[str] = []
    for table, columns in tables.items():
        if table in SECRET_TABLES:
            hidden.append(table)
            continue
        secret = [column for column in columns if SECRET_COLUMN.search(column)]
        hidden += [f"{table}.{column}" for column in secret]
        open_ones = [column for column in columns if column not in secret]
        if secret:
            _run(cursor, "GRANT SELECT ({columns}) ON {table} TO {auditor}", columns=open_ones, table=table,
                 auditor=auditor)  # fmt: skip
        else:
            _run(cursor, "GRANT SELECT ON {table} TO {auditor}", table=table, auditor=auditor)
    return hidden
