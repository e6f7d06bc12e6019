"""Sums of payments: from the sums by hour, and from the rows of hours that changed since they were counted.

What comes out equals the rows at the moment of reading; it costs the hours asked, not their payments.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import connection

from opd.access import Scope
from opd.office.calendar import bounds
from payments.reconciliation.queries.standing import MORE_SUMS, PAYMENTS, SUMS

HOUR = timedelta(hours=1)
COLUMNS = ("payments", "paid", "settled", "credited", "booked", "returned", "deposit", "levy", "kept")
_MOST_SPANS = 8
DAY, ACCOUNT = "(s.hour AT TIME ZONE 'Asia/Jakarta')::date", "s.receiving_account_id"
_CHANGED = "SELECT DISTINCT hour FROM reconciliation_hourchange WHERE hour >= %s AND hour < %s ORDER BY hour"
KEYS = ("hour", "receiving_account_id", "opd_id", "method", "kode_lra")
ROWS = f"""
    SELECT date_trunc('hour', p.paid_at, 'UTC') AS hour, p.receiving_account_id, p.opd_id, p.method,
           coalesce(nullif(p.kode_lra, ''), g.kode_lra, '') AS kode_lra, {SUMS}, {MORE_SUMS}
    FROM {PAYMENTS}
"""  # noqa: S608 constants alone
"""What ``HourSum`` keeps, from the payments; WHERE and GROUP BY 1, 2, 3, 4, 5 follow."""
_OF_ROWS = f"""
    {ROWS} WHERE p.paid_at >= %s AND p.paid_at < %s AND date_trunc('hour', p.paid_at, 'UTC') = ANY(%s)
    GROUP BY 1, 2, 3, 4, 5
"""
NAMES = ", ".join((*KEYS, *COLUMNS))
_KEPT = f"""
    SELECT {NAMES} FROM reconciliation_hoursum
    WHERE hour >= %s AND hour < %s AND hour <> ALL(%s)
"""  # noqa: S608 constants alone
_SUMMED = """
    SELECT {key}, {sums} FROM ({parts}) AS s
    WHERE (%s::bigint[] IS NULL OR s.opd_id = ANY(%s))
      AND (%s::bigint[] IS NULL OR s.receiving_account_id = ANY(%s))
    GROUP BY 1
"""


@dataclass(frozen=True)
class Reached:
    """The payments of some hours: how many, how much (rupiah), and how far it is. See ``models.HourSum``."""

    payments: int
    paid: Decimal
    settled: Decimal
    credited: Decimal
    booked: Decimal
    returned: Decimal
    deposit: Decimal
    levy: Decimal
    kept: Decimal


NOTHING = Reached(0, *(Decimal(0),) * 8)


def by_day(scope: Scope, first: date, last: date) -> dict[date, Reached]:
    """Of the WIB days between two, both inclusive, those that have payments. Two queries."""
    return _summed(DAY, scope, first, last, None)


def by_account(
    scope: Scope, first: date, last: date, *, accounts: Collection[int] | None = None
) -> dict[int, Reached]:
    """By receiving account, those that took money in WIB days, both inclusive. Two queries."""
    return _summed(ACCOUNT, scope, first, last, accounts)


def of_rows(hours: Sequence[datetime]) -> tuple[str, list[Any]]:
    """The statement that adds up the payments of ``hours`` (at least one) as ``HourSum`` keeps them."""
    listed = list(hours)
    parts = spans(listed)
    values = [value for start, end in parts for value in (start, end, listed)]
    return " UNION ALL ".join([_OF_ROWS] * len(parts)), values


def spans(hours: Sequence[datetime], *, most: int = _MOST_SPANS) -> list[tuple[datetime, datetime]]:
    """At most ``most`` half-open spans, apart from each other, that hold all of ``hours``; pure.

    They are cut where the longest gaps are, so that few other hours lie in them.
    """
    listed = sorted(set(hours))
    gaps = sorted(range(1, len(listed)), key=lambda n: listed[n - 1] - listed[n])
    cuts = sorted(n for n in gaps[: most - 1] if listed[n] - listed[n - 1] > HOUR)
    edges = [0, *cuts, len(listed)]
    return [(listed[a], listed[b - 1] + HOUR) for a, b in pairwise(edges) if a < b]


def _summed(
    key: str, scope: Scope, first: date, last: date, accounts: Collection[int] | None
) -> dict[Any, Reached]:
    """What changes between the two queries is told as it was before or after, hour by hour, never twice:
    the second takes an hour from its sums or from its rows, as the first said."""
    start, end = bounds(first, last)
    opds = None if scope.opd_ids is None else sorted(scope.opd_ids)
    wanted = None if accounts is None else sorted(accounts)
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [start, end])
        changed = [row[0] for row in cursor.fetchall()]
        parts: list[str] = [_KEPT]
        values: list[Any] = [start, end, changed]
        if changed:
            live, more = of_rows(changed)
            parts, values = [*parts, live], [*values, *more]
        sums = ", ".join(f"sum(s.{name})" for name in COLUMNS)
        statement = _SUMMED.format(key=key, sums=sums, parts=" UNION ALL ".join(parts))
        cursor.execute(statement, [*values, opds, opds, wanted, wanted])
        return {row[0]: Reached(int(row[1]), *row[2:]) for row in cursor.fetchall()}
