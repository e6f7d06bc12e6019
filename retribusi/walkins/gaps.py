"""Tiket – Uang – Kepala: what was ticketed, paid and counted at each place on each day, in one query.

Days are WIB: the day a ticket is for, the day money was paid, the day people were counted. Amounts are
rupiah. Heads are tickets sold by the person; a group ticket of one price says nothing about heads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from opd.access import Scope
from opd.office.calendar import bounds

_GAPS = """
    WITH place AS (
        SELECT c.id, c.name, c.opd_id, o.short_name AS opd, c.receiving_account_id
        FROM retribusi_collectionpoint AS c JOIN opd_opd AS o ON o.id = c.opd_id
        WHERE (%(opds)s::bigint[] IS NULL OR c.opd_id = ANY(%(opds)s))
          AND (%(point)s::bigint IS NULL OR c.id = %(point)s)
    ), ticketed AS (
        SELECT t.point_id AS id, t.valid_date AS day,
               count(*) FILTER (WHERE f.unit = 'orang') AS tickets, sum(l.unit_amount) AS worth
        FROM retribusi_ticket AS t
        JOIN retribusi_orderline AS l ON l.id = t.line_id
        JOIN retribusi_tariffitem AS f ON f.id = l.tariff_id
        WHERE t.point_id IN (SELECT id FROM place) AND t.valid_date BETWEEN %(first)s AND %(last)s
          AND t.state <> 'void'
        GROUP BY 1, 2
    ), paid AS (
        SELECT c.id, (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date AS day, sum(p.amount) AS arrived,
               coalesce(sum(p.amount) FILTER (WHERE m.agrees), 0) AS settled,
               coalesce(sum(p.amount) FILTER (WHERE p.request_id IS NULL AND g.id IS NULL), 0) AS unclaimed
        FROM incoming_payment AS p
        JOIN place AS c ON c.receiving_account_id = p.receiving_account_id
        LEFT JOIN incoming_recognition AS g ON g.payment_id = p.id AND g.undone_at IS NULL
        LEFT JOIN reconciliation_match AS m ON m.payment_id = p.id AND m.undone_at IS NULL
        WHERE p.paid_at >= %(start)s AND p.paid_at < %(end)s
        GROUP BY 1, 2
    ), counted AS (
        SELECT h.point_id AS id, h.day, sum(h.heads) AS heads
        FROM walkins_headcount AS h
        WHERE h.point_id IN (SELECT id FROM place) AND h.day BETWEEN %(first)s AND %(last)s
          AND NOT EXISTS (SELECT FROM walkins_headcount AS c WHERE c.corrects_id = h.id)
        GROUP BY 1, 2
    ), days AS (
        SELECT id, day FROM ticketed UNION SELECT id, day FROM paid UNION SELECT id, day FROM counted
    )
    SELECT d.day, c.id, c.name, c.opd, coalesce(t.tickets, 0), coalesce(t.worth, 0), coalesce(p.arrived, 0),
           coalesce(p.settled, 0), coalesce(p.unclaimed, 0), n.heads
    FROM days AS d JOIN place AS c ON c.id = d.id
    LEFT JOIN ticketed AS t ON (t.id, t.day) = (d.id, d.day)
    LEFT JOIN paid AS p ON (p.id, p.day) = (d.id, d.day)
    LEFT JOIN counted AS n ON (n.id, n.day) = (d.id, d.day)
    ORDER BY d.day DESC, c.name, c.id
"""
SPAN = timedelta(days=29)
"""Thirty days, the last one included."""


@dataclass(frozen=True)
class Gap:
    """One place on one day. ``heads`` is None where nobody counted."""

    day: date
    point_id: int
    point: str
    opd: str
    tickets: int
    worth: Decimal
    arrived: Decimal
    settled: Decimal
    unclaimed: Decimal
    heads: int | None

    @property
    def missing(self) -> int | None:
        """Heads without a ticket: above zero, people came in unpaid; below, tickets nobody came with."""
        return None if self.heads is None else self.heads - self.tickets


@dataclass(frozen=True)
class DayTrend:
    """All places of one day that were counted."""

    day: date
    tickets: int
    heads: int

    @property
    def missing(self) -> int:
        return self.heads - self.tickets


def gaps(reach: Scope, *, first: date, last: date, point_id: int | None = None) -> list[Gap]:
    """The newest day first; days without tickets, money or a count are left out. One query."""
    start, end = bounds(first, last)
    opds = None if reach.opd_ids is None else sorted(reach.opd_ids)
    values = {"opds": opds, "point": point_id, "first": first, "last": last, "start": start, "end": end}
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, values)
        return [Gap(*row) for row in cursor.fetchall()]


def total(rows: Sequence[Gap]) -> Gap | None:
    """The sum of the rows; heads and tickets in ``missing`` only of days that were counted. Pure."""
    if not rows:
        return None
    return Gap(
        day=rows[0].day, point_id=0, point="", opd="",
        tickets=sum(row.tickets for row in rows),
        worth=_sum(row.worth for row in rows),
        arrived=_sum(row.arrived for row in rows),
        settled=_sum(row.settled for row in rows),
        unclaimed=_sum(row.unclaimed for row in rows),
        heads=sum(row.heads or 0 for row in rows),
    )  # fmt: skip


def missing(rows: Iterable[Gap]) -> int:
    """Heads without a ticket over all counted places and days. Pure."""
    return sum(row.missing or 0 for row in rows)


def trend(rows: Iterable[Gap]) -> list[DayTrend]:
    """Counted days, the oldest first. Pure."""
    found: dict[date, DayTrend] = {}
    for row in rows:
        if row.heads is not None:
            have = found.get(row.day, DayTrend(row.day, 0, 0))
            found[row.day] = DayTrend(row.day, have.tickets + row.tickets, have.heads + row.heads)
    return [found[day] for day in sorted(found)]


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal("0.00"))
