"""The cut-off (pisah batas): what was paid up to a day and was not in RKUD by its end, by the books alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from opd.access import Scope
from payments.ledger.queries import balance
from payments.reconciliation.queries.days import opds

_UNDONE = """
    SELECT payment_id, credited_journal FROM reconciliation_match WHERE undone_at IS NOT NULL
    UNION ALL
    SELECT payment_id, credited_journal FROM reconciliation_directcredit WHERE undone_at IS NOT NULL
"""
"""Money that was in RKUD until somebody undid that."""
_FROM = f"""
    FROM incoming_payment AS p
    JOIN ledger_journal AS j ON j.id = p.journal_id
    JOIN incoming_receivingaccount AS a ON a.id = p.receiving_account_id
    JOIN opd_opd AS o ON o.id = p.opd_id
    LEFT JOIN reconciliation_match AS m ON m.payment_id = p.id AND m.undone_at IS NULL
    LEFT JOIN reconciliation_settlementline AS l ON l.id = m.line_id
    LEFT JOIN reconciliation_settlementbatch AS b ON b.id = l.batch_id
    LEFT JOIN reconciliation_directcredit AS d ON d.payment_id = p.id AND d.undone_at IS NULL
    LEFT JOIN ledger_journal AS c ON c.id = coalesce(m.credited_journal, d.credited_journal)
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(r.amount), 0) AS amount
        FROM incoming_refund AS r JOIN ledger_journal AS rj ON rj.id = r.journal_id
        WHERE r.payment_id = p.id AND r.state = 'done' AND r.against = 'receivable'
          AND rj.effective_date <= %(on)s
    ) AS f
    WHERE j.effective_date <= %(on)s AND (c.id IS NULL OR c.effective_date > %(on)s) AND p.amount > f.amount
      AND NOT EXISTS (
          SELECT FROM ({_UNDONE}) AS u
          JOIN ledger_journal AS uj ON uj.id = u.credited_journal AND uj.effective_date <= %(on)s
          JOIN ledger_journal AS ur ON ur.reverses_id = uj.id AND ur.effective_date > %(on)s
          WHERE u.payment_id = p.id
      )
      AND (%(opds)s::bigint[] IS NULL OR p.opd_id = ANY(%(opds)s))
"""  # noqa: S608 constants alone
_ROWS = f"""
    SELECT p.paid_at, o.short_name, a.name, coalesce(nullif(p.reference_no, ''), p.rrn), p.amount - f.amount,
           coalesce(b.settlement_date, c.effective_date) <= %(on)s, c.effective_date
    {_FROM} ORDER BY p.paid_at, p.id
"""
_TOTAL = f"SELECT count(*), coalesce(sum(p.amount - f.amount), 0) {_FROM}"


@dataclass(frozen=True)
class OpenPayment:
    """``amount`` (rupiah) of a payment that was still with its bank; ``credited_on`` once it came to RKUD."""

    paid_at: datetime
    opd: str
    point: str
    reference: str
    amount: Decimal
    was_settled: bool | None
    credited_on: date | None

    @property
    def where(self) -> str:
        return "disetor bank, belum di RKUD" if self.was_settled else "belum disetor bank"


@dataclass(frozen=True)
class CutOff:
    """The list's sum beside the books' own balance of what banks owe us; the two are the same money."""

    count: int
    total: Decimal
    booked: Decimal

    @property
    def agrees(self) -> bool:
        return self.total == self.booked


def cut_off(scope: Scope, on: date) -> CutOff:
    """What was under way to RKUD at the end of a day (WIB)."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTAL, {"on": on, "opds": opds(scope)})
        count, total = cursor.fetchone()
    return CutOff(count, total, balance("acquirer_receivable", on=on, opd=scope.opd_ids))


def open_payments(scope: Scope, on: date, *, most: int | None = None) -> Iterator[OpenPayment]:
    """The payments themselves, oldest first, streamed; ``most`` of them where it is given."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"{_ROWS} LIMIT %(most)s", {"on": on, "opds": opds(scope), "most": most})
        for row in cursor:
            yield OpenPayment(*row)
