"""Recognises our payments in the settlement lines, as sets, rule by rule.

Keys, in order: our reference, the bank's, RRN + NMID + amount, the bill number in the QR (the end of our
reference, since QRIS has room for 25 characters). A pair is made only of a line and a payment that are each
other's best; a rule is repeated until it finds none, so that twins pair one to one. A pair that somebody
undid is made again, unless it is kept apart; money that only its line told of keeps that as its rule.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction
from psycopg.sql import SQL

from payments.reconciliation.services import booking, credits, differences, late, suggesting
from payments.reconciliation.services.lock import XID, learn, take_turn
from payments.reconciliation.services.unrecognised import unrecognised
from payments.reconciliation.texts import Kind, Rule

Report = Callable[[int, str], None]

_PAIR = SQL(
    """
    WITH line AS (
        SELECT l.id, l.nmid, l.rrn, l.gross, l.trx_time, l.occurrence, l.partner_reference_no, l.reference_no,
               l.bill_no
        FROM ({lines}) AS l
    ), pair AS (
        SELECT l.id AS line_id, p.id AS payment_id, p.amount = l.gross AS agrees, p.seen_by,
               row_number() OVER (
                   PARTITION BY l.id ORDER BY p.amount = l.gross DESC, p.paid_at, p.id
               ) AS of_line,
               row_number() OVER (
                   PARTITION BY p.id ORDER BY p.amount = l.gross DESC, l.trx_time, l.occurrence, l.id
               ) AS of_payment
        FROM line AS l {join}
        WHERE p.rrn = l.rrn AND NOT EXISTS (
            SELECT FROM reconciliation_match AS m WHERE m.payment_id = p.id AND m.undone_at IS NULL
        ) AND NOT EXISTS (
            SELECT FROM reconciliation_keptapart AS k
            WHERE k.settlement_line_id = l.id AND k.payment_id = p.id AND k.lifted_at IS NULL
        )
    ), made AS (
        INSERT INTO reconciliation_match (payment_id, line_id, rule, agrees, matched_at, xid, undo_reason)
        SELECT payment_id, line_id, CASE seen_by WHEN 'settlement' THEN 'recorded' ELSE %(rule)s END,
               agrees, %(at)s, ({xid}), ''
        FROM pair WHERE of_line = 1 AND of_payment = 1
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM pair)
    """
)
_LINES = unrecognised(Kind.MISSING_OURS, Kind.REPEATED_LINE)
_OF_PARTNER = """
    JOIN (SELECT DISTINCT nmid, partner_id FROM incoming_receivingaccount) AS b USING (nmid)
    JOIN incoming_payment AS p ON p.partner_id = b.partner_id
"""
_OF_MERCHANT = """
    JOIN incoming_receivingaccount AS a USING (nmid)
    JOIN incoming_payment AS p ON p.receiving_account_id = a.id
"""
_RULES = (
    (
        Rule.REFERENCE,
        _OF_PARTNER + "AND l.partner_reference_no <> '' AND p.partner_reference_no = l.partner_reference_no",
    ),
    (
        Rule.REFERENCE,
        _OF_MERCHANT + "AND l.reference_no <> '' AND p.reference_no = l.reference_no AND p.rrn = l.rrn",
    ),
    (
        Rule.RRN,
        _OF_MERCHANT + "AND p.rrn = l.rrn AND p.amount = l.gross"
        " AND p.paid_at BETWEEN l.trx_time - interval '2 days' AND l.trx_time + interval '2 days'",
    ),
    (
        Rule.BILL,
        _OF_MERCHANT + "AND length(l.bill_no) >= 12 AND p.rrn = l.rrn"
        " AND right(p.partner_reference_no, length(l.bill_no)) = l.bill_no",
    ),
)
"""In the order they are tried; every rule asks for the RRN as well, since one request may be paid twice."""


def reconcile(*, file_id: int | None, at: datetime, report: Report | None = None) -> None:
    """Match, book, list the differences, and offer what only people can decide.

    Looks at the lines of one file, and at whatever was left open before.

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
        suggesting.refresh(at=at)


def _pair(file_id: int | None, at: datetime) -> None:
    total = 0
    with connection.cursor() as cursor:
        for rule, join in _RULES:
            statement = _PAIR.format(lines=SQL(_LINES), join=SQL(join), xid=SQL(XID))
            values = {"file": file_id, "at": at, "rule": str(rule)}
            made, possible = 1, 2
            while 0 < made < possible:
                cursor.execute(statement, values)
                made, possible = cursor.fetchone()
                total += made
    learn("reconciliation_match", rows=total)
