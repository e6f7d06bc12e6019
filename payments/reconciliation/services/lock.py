"""One writer of matches at a time; whoever comes second waits, then finds the work done."""

from __future__ import annotations

from django.db import connection

_MATCHING = 7_402_000_001


def take_turn() -> None:
    """Hold the room's lock until the running transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MATCHING])
