"""Jam setor: from payment, or from cash in the drawer, to RKUD, against the dated rules. Days are WIB.

QRIS is counted in days, since banks tell the day of a credit only; cash in hours to the bank's counter.
Amounts are rupiah. Two queries for the figures, two for what is late now, two for rules and holidays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from opd.access import Scope
from opd.office import rules
from opd.office.calendar import bounds, day_of
from opd.office.models import Holiday
from payments.reconciliation.days import after_working_days
from retribusi.counter import queries as counter

RULE = "retribusi.deposit_working_days"
CASH_RULE = "retribusi.cash_deposit_hours"
LOOK_BACK = timedelta(days=91)
"""How far what is late now is looked for."""
_FURTHEST = timedelta(days=60)
_MONEY = """
    WITH due AS (
        SELECT * FROM unnest(%(days)s::date[], %(dues)s::date[]) AS d (day, due_on)
    ), money AS (
        SELECT p.receiving_account_id AS account, p.opd_id, p.amount, d.day, d.due_on, m.credited_on
        FROM incoming_payment AS p
        JOIN due AS d ON d.day = (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date
        LEFT JOIN reconciliation_match AS m ON m.payment_id = p.id AND m.undone_at IS NULL
        WHERE p.paid_at >= %(start)s AND p.paid_at < %(end)s
          AND (%(opds)s::bigint[] IS NULL OR p.opd_id = ANY(%(opds)s))
    )
"""
_PACE = (
    _MONEY  # noqa: S608 - two constants
    + """
    SELECT a.name, o.short_name, '', count(*), sum(m.amount), count(m.credited_on),
           count(*) FILTER (WHERE coalesce(m.credited_on, %(today)s) > m.due_on),
           (percentile_cont(0.5) WITHIN GROUP (ORDER BY m.credited_on - m.day))::numeric,
           max(m.credited_on - m.day)::numeric
    FROM money AS m JOIN incoming_receivingaccount AS a ON a.id = m.account
    JOIN opd_opd AS o ON o.id = m.opd_id
    GROUP BY a.id, o.id ORDER BY a.name, a.id
"""
)
_LATE = (
    _MONEY  # noqa: S608 - two constants
    + """
    SELECT a.name, o.short_name, m.day, m.due_on, count(*), sum(m.amount)
    FROM money AS m JOIN incoming_receivingaccount AS a ON a.id = m.account
    JOIN opd_opd AS o ON o.id = m.opd_id
    WHERE m.credited_on IS NULL AND m.due_on < %(today)s
    GROUP BY a.id, o.id, m.day, m.due_on ORDER BY m.due_on, a.name, a.id
"""
)
_CASH = """
    WITH due AS (
        SELECT * FROM unnest(%(days)s::date[], %(hours)s::int[]) AS d (day, hours)
    ), cash AS (
        SELECT h.point_id, h.officer_id, r.total AS amount, d.hours, t.deposited_at,
               extract(epoch FROM coalesce(t.deposited_at, %(now)s) - s.taken_at) / 3600 AS age
        FROM (SELECT *, coalesce(happened_at, made_at) AS taken_at FROM counter_sale) AS s
        JOIN retribusi_order AS r ON r.id = s.order_id AND r.channel = 'cash'
        JOIN counter_shift AS h ON h.id = s.shift_id
        JOIN due AS d ON d.day = (s.taken_at AT TIME ZONE 'Asia/Jakarta')::date
        LEFT JOIN counter_deposit AS t ON t.id = h.deposit_id
        WHERE s.taken_at >= %(start)s AND s.taken_at < %(end)s
    )
    SELECT c.name, o.short_name, u.name, count(*), sum(m.amount), count(m.deposited_at),
           count(*) FILTER (WHERE m.age > m.hours),
           (percentile_cont(0.5) WITHIN GROUP (ORDER BY m.age)
                FILTER (WHERE m.deposited_at IS NOT NULL))::numeric,
           max(m.age) FILTER (WHERE m.deposited_at IS NOT NULL)
    FROM cash AS m JOIN retribusi_collectionpoint AS c ON c.id = m.point_id
    JOIN opd_opd AS o ON o.id = c.opd_id JOIN opd_user AS u ON u.id = m.officer_id
    WHERE (%(opds)s::bigint[] IS NULL OR c.opd_id = ANY(%(opds)s))
    GROUP BY c.id, o.id, u.id ORDER BY c.name, u.name
"""


@dataclass(frozen=True)
class Pace:
    """One place (QRIS, in days), or one officer of a place (cash, in hours). ``late`` counts payments that
    came, or still wait, after their time; ``median`` and ``worst`` are of those that arrived."""

    place: str
    opd: str
    officer: str
    count: int
    amount: Decimal
    done: int
    late: int
    median: Decimal | None
    worst: Decimal | None

    @property
    def unit(self) -> str:
        return "jam" if self.officer else "hari"


@dataclass(frozen=True)
class Late:
    """Money that should be in RKUD, or at the bank, by now."""

    place: str
    opd: str
    what: str
    since: date
    due_on: date
    count: int
    amount: Decimal


@dataclass(frozen=True)
class OpdBreach:
    opd: str
    count: int
    late: int


def pace(reach: Scope, *, first: date, last: date, at: datetime) -> list[Pace]:
    """QRIS by place, then cash by place and officer, of payments made on the days."""
    values = _values(reach, first, last, at)
    return [Pace(*_plain(row)) for row in (*_rows(_PACE, values), *_rows(_CASH, values))]


def late_now(reach: Scope, *, at: datetime) -> list[Late]:
    """What is late at this moment, the oldest first; QRIS of the last three months, cash of any age."""
    today = day_of(at)
    rows = _rows(_LATE, _values(reach, today - LOOK_BACK, today, at))
    found = [Late(name, opd, "QRIS", *rest) for name, opd, *rest in rows]
    for held in counter.held(reach, at=at):
        if held.is_late:
            point = held.shift.point
            what = f"Tunai, {held.shift.officer.name}"
            days = day_of(held.since), day_of(held.due_at)
            found.append(Late(point.name, point.opd.short_name, what, *days, 1, held.amount))
    return sorted(found, key=lambda row: (row.due_on, row.place))


def breaches(rows: Iterable[Pace]) -> list[OpdBreach]:
    """Per agency, the most breaches first. Pure."""
    sums: dict[str, OpdBreach] = {}
    for row in rows:
        have = sums.get(row.opd, OpdBreach(row.opd, 0, 0))
        sums[row.opd] = OpdBreach(row.opd, have.count + row.count, have.late + row.late)
    return sorted(sums.values(), key=lambda one: (-one.late, one.opd))


def rule_texts(on: date) -> list[tuple[str, str, bool]]:
    """Both rules in force in words, with legal basis and whether they are confirmed. Raises RuleMissing."""
    working, hours = rules.in_force(RULE, on), rules.in_force(CASH_RULE, on)
    return [
        (f"QRIS: {working.value} hari kerja sampai RKUD", working.legal_basis, working.confirmed),
        (f"Tunai: {hours.value} jam sampai bank", hours.legal_basis, hours.confirmed),
    ]


def _values(reach: Scope, first: date, last: date, at: datetime) -> dict[str, Any]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    start, end = bounds(first, last)
    return {
        "opds": None if reach.opd_ids is None else sorted(reach.opd_ids), "days": days, "start": start,
        "dues": _dues(days), "hours": [int(value) for value in rules.values(CASH_RULE, days)], "end": end,
        "today": day_of(at), "now": at,
    }  # fmt: skip


def _dues(days: Sequence[date]) -> list[date]:
    """The last day in time for each day of payment: working days, national holidays left out."""
    closed = Holiday.objects.filter(day__gt=days[0], day__lte=days[-1] + _FURTHEST)
    holidays = set(closed.values_list("day", flat=True))
    counts = rules.values(RULE, days)
    return [after_working_days(day, int(n), holidays) for day, n in zip(days, counts, strict=True)]


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The two spans to a tenth."""
    return (*row[:-2], *(None if one is None else Decimal(one).quantize(Decimal("0.1")) for one in row[-2:]))
