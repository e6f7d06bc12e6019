"""Recognises our payments in the settlement lines, as sets, in the order of the rules.

Keys, in order: our reference and the bank's (with the RRN), RRN + NMID + amount, the bill number in the QR
(the end of our reference, since QRIS has room for 25 characters).
A pair is made only of a line and a payment that are each other's best; the loop ends when none is left, so
that twins pair one to one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from payments.reconciliation.services import booking, credits, differences, late
from payments.reconciliation.services.lock import take_turn

Report = Callable[[int, str], None]

_PAIR = """
    WITH line AS (
        SELECT l.id, l.nmid, l.rrn, l.gross, l.trx_time, l.occurrence, l.partner_reference_no, l.reference_no,
               l.bill_no
        FROM reconciliation_settlementline AS l
        WHERE l.same_as_id IS NULL
          AND (l.file_id = %(file)s OR l.id IN (
              SELECT e.settlement_line_id FROM reconciliation_reconciliationexception AS e
              WHERE e.kind IN ('missing_ours', 'repeated_line') AND e.state <> 'resolved'
          ))
          AND NOT EXISTS (SELECT FROM reconciliation_match AS m WHERE m.line_id = l.id)
    ), place AS (
        SELECT DISTINCT nmid, partner_id FROM incoming_receivingaccount
    ), pair AS (
        SELECT l.id AS line_id, p.id AS payment_id, 1 AS place, 'reference' AS rule
        FROM line AS l JOIN place USING (nmid)
        JOIN incoming_payment AS p ON p.partner_id = place.partner_id
         AND p.partner_reference_no = l.partner_reference_no AND p.rrn = l.rrn
        WHERE l.partner_reference_no <> ''
        UNION ALL
        SELECT l.id, p.id, 2, 'reference'
        FROM line AS l JOIN place USING (nmid)
        JOIN incoming_payment AS p ON p.partner_id = place.partner_id AND p.rrn = l.rrn
         AND p.reference_no = l.reference_no
        WHERE l.reference_no <> ''
        UNION ALL
        SELECT l.id, p.id, 3, 'rrn'
        FROM line AS l JOIN incoming_receivingaccount AS a USING (nmid)
        JOIN incoming_payment AS p ON p.receiving_account_id = a.id AND p.rrn = l.rrn AND p.amount = l.gross
         AND p.paid_at BETWEEN l.trx_time - interval '2 days' AND l.trx_time + interval '2 days'
        UNION ALL
        SELECT l.id, p.id, 4, 'bill'
        FROM line AS l JOIN incoming_receivingaccount AS a USING (nmid)
        JOIN incoming_payment AS p ON p.receiving_account_id = a.id AND p.rrn = l.rrn
         AND right(p.partner_reference_no, length(l.bill_no)) = l.bill_no
        WHERE length(l.bill_no) >= 12
    ), ranked AS (
        SELECT pair.line_id, pair.payment_id, pair.rule, p.amount = l.gross AS agrees,
               row_number() OVER (PARTITION BY pair.line_id ORDER BY pair.place, p.paid_at, p.id) AS of_line,
               row_number() OVER (
                   PARTITION BY pair.payment_id
                   ORDER BY pair.place, p.amount = l.gross DESC, l.trx_time, l.occurrence, l.id
               ) AS of_payment
        FROM pair
        JOIN incoming_payment AS p ON p.id = pair.payment_id
        JOIN line AS l ON l.id = pair.line_id
        WHERE NOT EXISTS (SELECT FROM reconciliation_match AS m WHERE m.payment_id = p.id)
    )
    INSERT INTO reconciliation_match (payment_id, line_id, rule, agrees, matched_at)
    SELECT payment_id, line_id, rule, agrees, %(at)s FROM ranked WHERE of_line = 1 AND of_payment = 1
    ON CONFLICT DO NOTHING
"""


def reconcile(*, file_id: int | None, at: datetime, report: Report | None = None) -> None:
    """Match, book and list the differences: the lines of one file, and whatever was left open before.

    Runs in several transactions, each under the room's lock; two runs at once, or a run again, have the
    effect of one. ``report`` hears how many payments were booked so far.
    """
    with transaction.atomic():
        take_turn()
        _pair(file_id, at)
    late.record_unseen(file_id=file_id, at=at)
    with transaction.atomic():
        take_turn()
        credits.match(at=at)
    booking.book_credited(at=at, report=report)
    with transaction.atomic():
        take_turn()
        differences.refresh(file_id=file_id, at=at)


def _pair(file_id: int | None, at: datetime) -> None:
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_PAIR, {"file": file_id, "at": at})
            if cursor.rowcount == 0:
                return
