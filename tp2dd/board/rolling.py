"""Counts the dashboard's rows: the days and months that changed, whole and anew, one run at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from opd.office.calendar import add_months, bounds
from payments.reconciliation.services import hours
from payments.spending.models import SPENT
from tp2dd.board.models import DayChange
from tp2dd.rollout.share import LINES

What = DayChange.What

_TURN = "SELECT pg_advisory_xact_lock(hashtext('tp2dd.board'))"
CHANNELS = f"""
    SELECT day, opd_id, side, channel, type, sum(count)::int AS count, sum(value) AS value
    FROM (
        SELECT (hour AT TIME ZONE 'Asia/Jakarta')::date AS day, opd_id, 'revenue' AS side, method AS channel,
               kode_lra AS type, payments AS count, levy AS value
        FROM reconciliation_hoursum
        WHERE hour >= %(start)s AND hour < %(end)s AND kode_lra <> ''
        UNION ALL
        SELECT (o.paid_at AT TIME ZONE 'Asia/Jakarta')::date, c.opd_id, 'revenue', o.channel, t.kode_lra,
               count(DISTINCT o.id), sum(l.quantity * l.unit_amount)
        FROM retribusi_order AS o
        JOIN retribusi_collectionpoint AS c ON c.id = o.point_id
        JOIN retribusi_orderline AS l ON l.order_id = o.id
        JOIN retribusi_tariffitem AS t ON t.id = l.tariff_id
        WHERE o.state = 'paid' AND o.channel <> 'qris' AND o.total > 0
          AND o.paid_at >= %(start)s AND o.paid_at < %(end)s
        GROUP BY 1, 2, 4, 5
        UNION ALL
        SELECT day, opd_id, 'spending', channel, type, n, value FROM ({LINES}) AS s
        WHERE day BETWEEN %(first)s AND %(last)s
    ) AS one
    WHERE day = ANY(%(days)s)
    GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 constants alone
"""Every line of ``ChannelDay`` of some WIB days, from the rows it stands for."""
EFFORTS = """
    SELECT month, opd_id, sum(payments)::int AS payments, sum(sales)::int AS sales,
           sum(sale_seconds)::bigint AS sale_seconds, sum(credited)::int AS credited,
           sum(credit_days)::bigint AS credit_days, sum(corrections)::int AS corrections
    FROM (
        SELECT date_trunc('month', hour AT TIME ZONE 'Asia/Jakarta')::date AS month, opd_id, payments,
               0 AS sales, 0 AS sale_seconds, 0 AS credited, 0 AS credit_days, 0 AS corrections
        FROM reconciliation_hoursum WHERE hour >= %(start)s AND hour < %(end)s
        UNION ALL
        SELECT date_trunc('month', o.paid_at AT TIME ZONE 'Asia/Jakarta')::date, c.opd_id, 0, 1,
               round(extract(epoch FROM o.paid_at - o.created_at))::bigint, 0, 0, 0
        FROM retribusi_order AS o JOIN retribusi_collectionpoint AS c ON c.id = o.point_id
        WHERE o.state = 'paid' AND o.channel = 'qris' AND o.total > 0 AND o.paid_at > o.created_at
          AND o.paid_at >= %(start)s AND o.paid_at < %(end)s
        UNION ALL
        SELECT date_trunc('month', p.paid_at AT TIME ZONE 'Asia/Jakarta')::date, p.opd_id, 0, 0, 0, 1,
               k.credited_on - (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date, 0
        FROM incoming_payment AS p
        JOIN (
            SELECT payment_id, credited_on FROM reconciliation_match
            WHERE undone_at IS NULL AND credited_on IS NOT NULL
            UNION ALL
            SELECT payment_id, credited_on FROM reconciliation_directcredit
            WHERE undone_at IS NULL AND credited_on IS NOT NULL
        ) AS k ON k.payment_id = p.id
        WHERE p.paid_at >= %(start)s AND p.paid_at < %(end)s
        UNION ALL
        SELECT date_trunc('month', closed_at AT TIME ZONE 'Asia/Jakarta')::date, opd_id, 0, 0, 0, 0, 0, 1
        FROM incoming_refund WHERE state = 'done' AND closed_at >= %(start)s AND closed_at < %(end)s
        UNION ALL
        SELECT date_trunc('month', m.undone_at AT TIME ZONE 'Asia/Jakarta')::date, p.opd_id, 0, 0, 0, 0, 0, 1
        FROM reconciliation_match AS m JOIN incoming_payment AS p ON p.id = m.payment_id
        WHERE m.undone_at >= %(start)s AND m.undone_at < %(end)s
    ) AS one
    WHERE month = ANY(%(days)s)
    GROUP BY 1, 2
"""
"""Every line of ``EffortMonth`` of some months, named by their first days."""
_KEEP = {
    What.CHANNEL: (
        "DELETE FROM tp2dd_channelday WHERE day = ANY(%(days)s)",
        f"INSERT INTO tp2dd_channelday (day, opd_id, side, channel, type, count, value) {CHANNELS}",
    ),
    What.EFFORT: (
        "DELETE FROM tp2dd_effortmonth WHERE month = ANY(%(days)s)",
        "INSERT INTO tp2dd_effortmonth (month, opd_id, payments, sales, sale_seconds, credited, credit_days,"
        f" corrections) {EFFORTS}",
    ),
}
_CHANGED = (
    "WITH taken AS (DELETE FROM tp2dd_daychange WHERE what = %s RETURNING day)"
    " SELECT DISTINCT day FROM taken ORDER BY day"
)
NOTE_ALL = """
    INSERT INTO tp2dd_daychange (day, what)
    SELECT day, what FROM (
        SELECT (hour AT TIME ZONE 'Asia/Jakarta')::date AS day FROM reconciliation_hoursum
        UNION SELECT (paid_at AT TIME ZONE 'Asia/Jakarta')::date FROM retribusi_order
              WHERE paid_at IS NOT NULL
        UNION SELECT paid_date FROM spending_spend WHERE paid_date IS NOT NULL
        UNION SELECT document_date FROM planning_sipdrow
        UNION SELECT day FROM tp2dd_channelday
        UNION SELECT month FROM tp2dd_effortmonth
    ) AS days CROSS JOIN (VALUES ('channel'), ('effort')) AS counts (what)
"""


def values(days: Sequence[date], last: date) -> dict[str, Any]:
    """What ``CHANNELS`` and ``EFFORTS`` ask for: ``days`` (at least one, sorted), the latest of which ends on
    ``last``."""
    start, end = bounds(days[0], last)
    spent = [str(state) for state in SPENT]
    return {"days": list(days), "first": days[0], "last": last, "start": start, "end": end, "spent": spent}


def count_channels() -> int:
    """Count the days that changed. Returns how many."""
    hours.roll()
    with transaction.atomic():
        days = _changed(What.CHANNEL)
        if days:
            _keep(What.CHANNEL, values(days, days[-1]))
    return len(days)


def count_efforts(*, today: date) -> int:
    """Count the months of which a day changed, and this one and the one before, for corrections are of the
    day they were made on. Returns how many."""
    hours.roll()
    with transaction.atomic():
        this = today.replace(day=1)
        months = sorted({day.replace(day=1) for day in _changed(What.EFFORT)} | {this, add_months(this, -1)})
        _keep(What.EFFORT, values(months, add_months(months[-1], 1) - timedelta(days=1)))
    return len(months)


def rebuild(*, today: date) -> None:
    """Count everything from the rows, as if nothing had ever been counted."""
    hours.rebuild()
    with connection.cursor() as cursor:
        cursor.execute(NOTE_ALL)
    count_channels()
    count_efforts(today=today)


def _changed(what: What) -> list[date]:
    """The days that wait, taken; what commits after this look is counted and stays noted."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN)
        cursor.execute(_CHANGED, [str(what)])
        return [row[0] for row in cursor.fetchall()]


def _keep(what: What, asked: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for statement in _KEEP[what]:
            cursor.execute(statement, asked)
