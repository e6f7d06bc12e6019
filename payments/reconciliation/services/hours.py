"""Counts the sums by hour anew where something changed. May run at any time, as often as one likes."""

from __future__ import annotations

from django.db import connection, transaction

from payments.reconciliation.queries.hours import NAMES, of_rows

_ROLLING = 7_402_000_002
_AT_ONCE = 24 * 31
_TURN = "SELECT set_config('work_mem', '64MB', true), pg_try_advisory_xact_lock(%s)"
_PORTION = "SELECT DISTINCT hour FROM reconciliation_hourchange ORDER BY hour DESC LIMIT %s"
_TAKEN = "DELETE FROM reconciliation_hourchange WHERE hour = ANY(%s)"
_OLD = "DELETE FROM reconciliation_hoursum WHERE hour = ANY(%s)"
_NEW = f"INSERT INTO reconciliation_hoursum ({NAMES}) {{rows}}"


def roll() -> int:
    """Count every hour that changed, the newest first. Returns how many; 0 where another is at it."""
    done = 0
    while counted := _portion():
        done += counted
    return done


def rebuild() -> int:
    """Forget all sums and count them from the rows; meanwhile whoever reads adds up rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ROLLING])
        cursor.execute("DELETE FROM reconciliation_hoursum")
        cursor.execute(
            "INSERT INTO reconciliation_hourchange (hour)"
            " SELECT DISTINCT date_trunc('hour', paid_at, 'UTC') FROM incoming_payment"
        )
    return roll()


@transaction.atomic
def _portion() -> int:
    """Changes are taken before the rows are read, each by a statement of its own: a change that commits in
    between is counted and stays noted, so it is only counted twice over, never missed."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [_ROLLING])
        if not cursor.fetchone()[1]:
            return 0
        cursor.execute(_PORTION, [_AT_ONCE])
        hours = [row[0] for row in cursor.fetchall()]
        if not hours:
            return 0
        cursor.execute(_TAKEN, [hours])
        cursor.execute(_OLD, [hours])
        rows, values = of_rows(hours)
        cursor.execute(_NEW.format(rows=rows), values)
    return len(hours)
