"""How far the takings of each day are. Days are those of payment, in WIB; amounts are gross rupiah.

What the bank gave back before the credit (``returned``) is in what was paid, not in what came to RKUD.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from django.db import connection

from opd.access import Scope
from payments.ledger.queries import balance
from payments.reconciliation.queries.hours import NOTHING, Reached, by_day
from payments.reconciliation.queries.standing import RETURNED

_ODD = """
    SELECT day, count(*) FROM reconciliation_reconciliationexception
    WHERE state = 'open' AND day >= %s AND day <= %s AND (%s::bigint[] IS NULL OR opd_id = ANY(%s))
    GROUP BY day
"""
_SETTLED = f"""
    SELECT coalesce(sum(p.amount - coalesce(f.amount, 0)), 0),
           coalesce(sum(p.amount - coalesce(f.amount, 0)) FILTER (WHERE s.agrees), 0)
    FROM (
        SELECT m.payment_id, m.agrees FROM reconciliation_match AS m
        WHERE m.credited_journal IS NULL AND m.undone_at IS NULL
        UNION ALL
        SELECT d.payment_id, true FROM reconciliation_directcredit AS d
        WHERE d.credited_journal IS NULL AND d.undone_at IS NULL
    ) AS s
    JOIN incoming_payment AS p ON p.id = s.payment_id
    LEFT JOIN ({RETURNED}) AS f ON f.payment_id = p.id
    WHERE %(opds)s::bigint[] IS NULL OR p.opd_id = ANY(%(opds)s)
"""  # noqa: S608 constants alone
"""Of what a bank's file names and RKUD has not got: all, and what agrees. Few rows, found by index."""


@dataclass(frozen=True)
class DayRow:
    """One day of payment, or the sum of several (``day`` None)."""

    day: date | None
    payments: int
    paid: Decimal
    settled: Decimal
    credited: Decimal
    booked: Decimal
    returned: Decimal
    deposit: Decimal
    differences: int

    @property
    def is_complete(self) -> bool:
        """All of the day's money is in RKUD or back with its payers, and nothing is unexplained."""
        return self.credited + self.returned == self.paid and not self.differences


@dataclass(frozen=True)
class InFlight:
    """Money that was paid and is not in RKUD yet: before the bank's settlement, and after it."""

    unsettled: Decimal
    uncredited: Decimal


def day_rows(scope: Scope, first: date, last: date) -> list[DayRow]:
    """The days between two, newest first, that have payments or open differences; three queries."""
    sums, odd = by_day(scope, first, last), _odd(scope, first, last)
    return [_row(day, sums.get(day), odd.get(day, 0)) for day in sorted({*sums, *odd}, reverse=True)]


def _odd(scope: Scope, first: date, last: date) -> dict[date, int]:
    """How many open differences each day has."""
    with connection.cursor() as cursor:
        cursor.execute(_ODD, [first, last, opds(scope), opds(scope)])
        return dict(cursor.fetchall())


def _row(day: date, sums: Reached | None, differences: int) -> DayRow:
    sums = sums or NOTHING
    return DayRow(
        day=day,
        payments=sums.payments,
        paid=sums.paid,
        settled=sums.settled,
        credited=sums.credited,
        booked=sums.booked,
        returned=sums.returned,
        deposit=sums.deposit,
        differences=differences,
    )


def total(rows: Iterable[DayRow]) -> DayRow:
    """All of ``rows`` together."""
    listed = list(rows)
    sums = {
        field.name: sum((getattr(row, field.name) for row in listed), start=0)
        for field in fields(DayRow)
        if field.name != "day"
    }
    return DayRow(day=None, **{name: _typed(name, value) for name, value in sums.items()})  # type: ignore[arg-type]


def _typed(name: str, value: Decimal | int) -> Decimal | int:
    return int(value) if name in {"payments", "differences"} else Decimal(value)


def in_flight(scope: Scope, *, today: date) -> InFlight:
    """What banks owe is a balance of the books, so it costs the same however long the history is."""
    owed = balance("acquirer_receivable", on=today, opd=scope.opd_ids)
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, {"opds": opds(scope)})
        named, agreeing = cursor.fetchone()
    return InFlight(owed - named, agreeing)


def opds(scope: Scope) -> list[int] | None:
    return None if scope.opd_ids is None else sorted(scope.opd_ids)
