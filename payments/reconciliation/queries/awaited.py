"""Files that should have come: what the home page reminds people of."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection

from opd.access import Scope
from opd.office.calendar import bounds
from payments.reconciliation.queries.days import opds
from payments.reconciliation.queries.standing import IN_FORCE

LOOK_BACK = timedelta(days=31)

_SETTLEMENT = """
    SELECT DISTINCT (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date AS day
    FROM incoming_payment AS p
    WHERE p.paid_at >= %(start)s AND p.paid_at < %(end)s AND p.method = 'qris'
      AND (%(opds)s::bigint[] IS NULL OR p.opd_id = ANY(%(opds)s))
      AND NOT EXISTS (
          SELECT FROM reconciliation_match AS m WHERE m.payment_id = p.id AND m.undone_at IS NULL
      )
      AND NOT EXISTS (
          SELECT FROM reconciliation_reconciliationexception AS e
          WHERE e.payment_id = p.id AND e.kind = 'missing_bank'
      )
      AND NOT EXISTS (
          SELECT FROM incoming_refund AS f
          WHERE f.payment_id = p.id AND f.state = 'done' AND f.against = 'receivable' AND f.amount = p.amount
      )
    ORDER BY day
"""
_STATEMENT = f"""
    SELECT DISTINCT b.settlement_date FROM reconciliation_settlementbatch AS b
    WHERE b.credited_on IS NULL AND b.net > b.refunded
      AND b.settlement_date >= %(first)s AND b.settlement_date < %(today)s
      AND NOT EXISTS (
          SELECT FROM reconciliation_importedfile AS f
          WHERE f.kind = 'statement' AND {IN_FORCE}
            AND b.settlement_date BETWEEN f.first_day AND f.last_day
      )
    ORDER BY b.settlement_date
"""  # noqa: S608 constants alone


def settlement_days(scope: Scope, *, today: date) -> list[date]:
    """Past days with payments that no settlement file has brought yet."""
    start, end = bounds(today - LOOK_BACK, today - timedelta(days=1))
    return _days(_SETTLEMENT, {"start": start, "end": end, "opds": opds(scope)})


def statement_days(*, today: date) -> list[date]:
    """Past settlement days whose RKUD statement has not come yet."""
    return _days(_STATEMENT, {"first": today - LOOK_BACK, "today": today})


def _days(statement: str, values: dict[str, object]) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)  # type: ignore[arg-type]
        return [day for (day,) in cursor.fetchall()]
