"""One writer of matches at a time; whoever comes second waits, then finds the work done.

Its statements work on whole files: they get memory to sort in, and statistics of what was just stored, for
without them the planner believes that a new file has one line.
"""

from __future__ import annotations

from django.db import connection
from psycopg.sql import SQL, Identifier

_MATCHING = 7_402_000_001
_MANY = 1_000
"""Rows from which on statistics pay."""
XID = "SELECT pg_current_xact_id()::text::bigint + ledger_xid_offset()"
"""The running transaction as the ledger counts; as a subquery it is asked once for a whole set."""
_ANALYZE = SQL("ANALYZE {}")


def take_turn() -> None:
    """Hold the room's lock until the running transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', '64MB', true), pg_advisory_xact_lock(%s)", [_MATCHING])


def learn(table: str, *, rows: int) -> None:
    """Let the planner know of ``rows`` that were just stored in ``table``."""
    if rows >= _MANY:
        with connection.cursor() as cursor:
            cursor.execute(_ANALYZE.format(Identifier(table)))
