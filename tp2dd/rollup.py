"""Keeps the roll-ups: one set-based statement that may run at any time, as often as one likes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection

from opd.office.calendar import bounds

FACTS = """
    SELECT (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date AS day, p.receiving_account_id, a.opd_id,
           count(*) AS payments,
           sum(p.amount) AS paid,
           coalesce(sum(p.amount) FILTER (WHERE m.agrees OR d.id IS NOT NULL), 0) AS settled,
           coalesce(sum(p.amount) FILTER (
               WHERE coalesce(m.credited_on, d.credited_on) IS NOT NULL), 0) AS credited,
           coalesce(sum(p.revenue_amount + coalesce(g.amount, 0)) FILTER (
               WHERE coalesce(m.revenue_journal, d.revenue_journal) IS NOT NULL), 0) AS booked
    FROM incoming_payment AS p
    JOIN incoming_receivingaccount AS a ON a.id = p.receiving_account_id
    LEFT JOIN reconciliation_match AS m ON m.payment_id = p.id
    LEFT JOIN reconciliation_directcredit AS d ON d.payment_id = p.id
    LEFT JOIN incoming_recognition AS g ON g.payment_id = p.id AND g.undone_at IS NULL
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
