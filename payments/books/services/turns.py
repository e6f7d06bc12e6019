"""Payments share an agency's books; a closing has them alone until it commits."""

from __future__ import annotations

from django.db import connection

_KEY = "hashtextextended('books|' || %s::text, 0)"


def share(opd_id: int) -> None:
    """For whoever posts: waits while a closing runs, then sees what it closed."""
    _lock(f"SELECT pg_advisory_xact_lock_shared({_KEY})", opd_id)


def take(opd_id: int) -> None:
    """For whoever closes, or spends what a balance allows: waits until nobody posts."""
    _lock(f"SELECT pg_advisory_xact_lock({_KEY})", opd_id)


def _lock(statement: str, opd_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [opd_id])
