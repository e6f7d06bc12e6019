"""Keeps the roll-ups: one set-based statement that may run at any time, as often as one likes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection

from opd.office.calendar import bounds
from payments.reconciliation.services import hours

FACTS = """
    SELECT (hour AT TIME ZONE 'Asia/Jakarta')::date AS day, receiving_account_id, opd_id,
           sum(payments) AS payments, sum(paid) AS paid, sum(settled) AS settled, sum(credited) AS credited,
           sum(booked) AS booked
    FROM reconciliation_hoursum
"""
"""The sums by hour as a row for each day and receiving account; WHERE and GROUP BY follow."""

_REFRESH = (
    "INSERT INTO tp2dd_takingsday AS t (day, receiving_account_id, opd_id, payments, paid, settled, credited,"
    " booked, refreshed_at) SELECT facts.*, %s FROM (" + FACTS + "WHERE hour >= %s GROUP BY 1, 2, 3) AS facts"
    " ON CONFLICT (day, receiving_account_id) DO UPDATE SET opd_id = excluded.opd_id,"
    " payments = excluded.payments, paid = excluded.paid, settled = excluded.settled,"
    " credited = excluded.credited, booked = excluded.booked, refreshed_at = excluded.refreshed_at"
)


def refresh(*, since: date, at: datetime) -> int:
    """Count the takings of all WIB days from ``since`` on anew. Returns the number of rows written.

    Paid never becomes unpaid, so rows are replaced and none is removed.
    """
    hours.roll()
    start, _ = bounds(since)
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [at, start])
        return int(cursor.rowcount)
