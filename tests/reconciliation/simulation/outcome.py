"""What the product made of it, in the words of ``truth``; amounts in sen."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db import connection

from opd.models import Opd
from payments.ledger.queries import trial_balance
from tests.reconciliation.simulation.truth import Account, Difference, Pair

_DIFFERENCES = """
    SELECT e.kind,
           CASE WHEN e.kind IN ('missing_ours', 'repeated_line') THEN l.nmid || ':' || l.rrn
                WHEN e.kind = 'second_payment' THEN p.partner_reference_no || ':' || p.rrn
                WHEN e.kind = 'credit_unexplained' THEN s.reference_no
                ELSE coalesce(b.batch_no, '') END,
           CASE WHEN e.kind IN ('missing_bank', 'amount_differs') THEN p.partner_reference_no END,
           e.amount * 100, e.state
    FROM reconciliation_reconciliationexception AS e
    LEFT JOIN reconciliation_settlementline AS l ON l.id = e.settlement_line_id
    LEFT JOIN incoming_payment AS p ON p.id = e.payment_id
    LEFT JOIN reconciliation_settlementbatch AS b ON b.id = e.batch_id
    LEFT JOIN reconciliation_statementline AS s ON s.id = e.statement_line_id
"""
_PAIRS = """
    SELECT p.partner_reference_no, l.nmid || ':' || l.rrn, m.rule, m.agrees, m.credited_on
    FROM reconciliation_match AS m
    JOIN incoming_payment AS p ON p.id = m.payment_id
    JOIN reconciliation_settlementline AS l ON l.id = m.line_id AND l.rrn = p.rrn
"""
_KEPT = (
    "reconciliation_match",
    "reconciliation_creditmatch",
    "reconciliation_directcredit",
    "reconciliation_settlementbatch",
    "reconciliation_reconciliationexception",
    "incoming_payment",
    "incoming_paymentrequest",
    "incoming_moneyexception",
    "ledger_journal",
    "ledger_entry",
)


def differences() -> Counter[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES)
        return Counter((row[0], row[2] or row[1], int(row[3]), row[4]) for row in cursor.fetchall())


def pairs() -> Counter[Pair]:
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS)
        return Counter(cursor.fetchall())


def books(agencies: list[Opd], on: date) -> Counter[Account]:
    """The trial balance of each agency."""
    found: Counter[Account] = Counter()
    for number, opd in enumerate(agencies):
        for row in trial_balance(on=on, opd=opd.pk):
            found[number, row.account, "debit"] += int(row.debit * 100)
            found[number, row.account, "credit"] += int(row.credit * 100)
    return +found


def digests() -> dict[str, str]:
    """One digest over all rows of each table that a repetition must leave alone."""
    with connection.cursor() as cursor:
        found = {}
        for table in _KEPT:
            cursor.execute(
                f"SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {table} AS t"
            )
            found[table] = cursor.fetchone()[0]
    return found
