"""Keeps the roll-ups: one set-based statement that may run at any time, as often as one likes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection

from opd.office.calendar import bounds
from payments.reconciliation.queries.standing import PAYMENTS, SUMS

FACTS = f"""
    SELECT (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date AS day, p.receiving_account_id, a.opd_id, {SUMS}
    FROM {PAYMENTS}
    JOIN incoming_receivingaccount AS a ON a.id = p.receiving_account_id
"""
"""Payments with their lights, a row for each day and receiving account; WHERE and GROUP BY follow."""

_REFRESH = (
    "INSERT INTO tp2dd_takingsday AS t (day, receiving_account_id, opd_id, payments, paid, settled, credited,"
    " booked, refreshed_at) SELECT facts.*, %s FROM ("
    + FACTS
    + "WHERE p.paid_at >= %s GROUP BY 1, 2, 3) AS facts"
    " ON CONFLICT (day, receiving_account_id) DO UPDATE SET opd_id = excluded.opd_id,"
    " payments = excluded.payments, paid = excluded.paid, settled = excluded.settled,"
    " credited = excluded.credited, booked = excluded.booked, refreshed_at = excluded.refreshed_at"
)


def refresh(*, since: date, at: datetime) -> int:
    """Count the takings of all WIB days from ``since`` on anew. Returns the number of rows written.

    Money only ever comes further (paid never becomes unpaid), so rows are replaced and none is removed.
    """
    start, _ = bounds(since)
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [at, start])
        return int(cursor.rowcount)
