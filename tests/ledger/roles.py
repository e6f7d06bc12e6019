"""Database roles for tests, made inside the test's transaction and gone with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from psycopg import sql

from payments.ledger.grants import Granted, grant


def make_roles() -> tuple[str, str, Granted]:
    """An application's and an auditor's role with their rights; names differ by database (xdist)."""
    name = str(connection.settings_dict["NAME"])
    app, auditor = f"{name}_app", f"{name}_auditor"
    with connection.cursor() as cursor:
        for role in (app, auditor):
            cursor.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if cursor.fetchone() == (False,):
                cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))
        return app, auditor, grant(cursor, app=app, auditor=auditor)


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Statements inside run with the rights of ``role``; a failed one is undone alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        yield
        cursor.execute("RESET ROLE")
