"""Where payments' money is, for those who decide whether and how it goes back."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from payments.incoming.refund_rules import Whereabouts

_WHERE = """
    SELECT m.payment_id, l.settlement_date, b.credited_on, m.credited_journal IS NOT NULL,
           NOT m.agrees OR (b.credited_on IS NOT NULL AND b.credited <> b.net - b.refunded)
    FROM reconciliation_match AS m
    JOIN reconciliation_settlementline AS l ON l.id = m.line_id
    JOIN reconciliation_settlementbatch AS b ON b.id = l.batch_id
    WHERE m.payment_id = ANY(%(ids)s) AND m.undone_at IS NULL
    UNION ALL
    SELECT d.payment_id, s.post_date, coalesce(d.credited_on, s.post_date), d.credited_journal IS NOT NULL,
           false
    FROM reconciliation_directcredit AS d JOIN reconciliation_statementline AS s ON s.id = d.line_id
    WHERE d.payment_id = ANY(%(ids)s) AND d.undone_at IS NULL
"""


def where(payment_ids: Collection[UUID]) -> dict[UUID, Whereabouts]:
    """One query; a payment that no settlement file has named yet is left out."""
    if not payment_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_WHERE, {"ids": list(payment_ids)})
        return {row[0]: Whereabouts(*row[1:]) for row in cursor.fetchall()}
