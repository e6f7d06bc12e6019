"""Recognises what the credits of the RKUD statement pay out. Settlement batches are the first target."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import connection
from psycopg.sql import SQL

from payments.reconciliation.queries.standing import RETURNED_OF_BATCH
from payments.reconciliation.services.lock import XID

Target = Callable[[datetime], int]
"""Takes the unmatched credits that are its own, under the room's lock; returns how many. Idempotent."""

_targets: dict[str, Target] = {}

NAMED = """
    SELECT s.id AS line_id, s.credit, s.post_date, s.effective_date, b.id AS batch_id
    FROM reconciliation_statementline AS s
    CROSS JOIN LATERAL (
        SELECT b.id FROM reconciliation_settlementbatch AS b
        WHERE b.account IN ('', s.account) AND (
            b.batch_no = s.reference_no
            OR s.description = 'QRIS SETTLEMENT ' || to_char(b.settlement_date, 'YYYYMMDD') || ' ' || b.nmid
        ) AND NOT EXISTS (
            SELECT FROM reconciliation_keptapart AS k
            WHERE k.statement_line_id = s.id AND k.batch_id = b.id AND k.lifted_at IS NULL
        )
        ORDER BY b.batch_no = s.reference_no DESC, b.net - b.refunded - b.credited = s.credit DESC, b.id
        LIMIT 1
    ) AS b
    WHERE s.same_as_id IS NULL AND s.credit > 0
      AND NOT EXISTS (
          SELECT FROM reconciliation_creditmatch AS m WHERE m.line_id = s.id AND m.undone_at IS NULL
      )
      AND (
          s.description LIKE 'QRIS SETTLEMENT %%'
          OR s.reference_no IN (
              SELECT batch_no FROM reconciliation_settlementbatch WHERE credited <> net - refunded
          )
      )
"""
"""Unmatched credits and the batch that they name; credits that name none are not in it."""
_MATCH = SQL(
    """
    WITH named AS MATERIALIZED ({named}), wanted AS (
        SELECT n.*, b.net - b.refunded - b.credited AS remaining, b.credited AS before,
               sum(n.credit) OVER (PARTITION BY b.id) AS together,
               row_number() OVER (PARTITION BY b.id, n.credit ORDER BY n.post_date, n.line_id) AS turn
        FROM named AS n JOIN reconciliation_settlementbatch AS b ON b.id = n.batch_id
        WHERE b.net - b.refunded <> b.credited
    ), chosen AS (
        SELECT * FROM wanted WHERE credit = remaining AND turn = 1
        UNION
        SELECT * FROM wanted AS w WHERE together = remaining AND NOT EXISTS (
            SELECT FROM wanted AS one WHERE one.batch_id = w.batch_id AND one.credit = one.remaining
        )
    ), made AS (
        INSERT INTO reconciliation_creditmatch (batch_id, line_id, amount, rule, matched_at, xid, undo_reason)
        SELECT batch_id, line_id, credit,
               CASE WHEN credit = remaining AND before = 0 THEN 'exact' ELSE 'sum' END, %(at)s, ({xid}), ''
        FROM chosen
        RETURNING batch_id
    )
    UPDATE reconciliation_settlementbatch AS b
    SET credited = b.credited + c.credit, credited_on = greatest(b.credited_on, c.credited_on),
        value_on = greatest(b.value_on, c.value_on)
    FROM (
        SELECT batch_id, sum(credit) AS credit, max(post_date) AS credited_on, max(effective_date) AS value_on
        FROM chosen GROUP BY batch_id
    ) AS c
    WHERE b.id = c.batch_id AND b.id IN (SELECT batch_id FROM made)
    """
).format(named=SQL(NAMED), xid=SQL(XID))


def register_target(name: str, target: Target) -> None:
    """Let another kind of expected credit claim lines. Raises ValueError where the name is taken."""
    if _targets.setdefault(name, target) is not target:
        raise ValueError(f"sasaran {name} sudah terdaftar")


_NET_OF_REFUNDS = f"""
    UPDATE reconciliation_settlementbatch AS b SET refunded = f.amount
    FROM ({RETURNED_OF_BATCH}) AS f
    WHERE b.id = f.batch_id AND b.credited_on IS NULL AND b.refunded <> f.amount
"""  # noqa: S608 constants alone


def net_of_refunds() -> None:
    """What went back to payers is not owed any more by batches that nothing was credited of yet."""
    with connection.cursor() as cursor:
        cursor.execute(_NET_OF_REFUNDS)


_RECOUNT = """
    UPDATE reconciliation_settlementbatch AS b
    SET credited = coalesce(c.amount, 0), credited_on = c.credited_on, value_on = c.value_on
    FROM unnest(%s::bigint[]) AS w (id) LEFT JOIN LATERAL (
        SELECT sum(m.amount) AS amount, max(s.post_date) AS credited_on, max(s.effective_date) AS value_on
        FROM reconciliation_creditmatch AS m JOIN reconciliation_statementline AS s ON s.id = m.line_id
        WHERE m.batch_id = w.id AND m.undone_at IS NULL
    ) AS c ON true
    WHERE b.id = w.id
"""


def recount(batch_ids: Collection[int]) -> None:
    """Set what was credited of batches, and when, from the credits that stand. Under the room's lock."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, [sorted(batch_ids)])


def match(*, at: datetime) -> int:
    """Let every target take its credits, in the order of registration. Call it under the room's lock."""
    net_of_refunds()
    return sum(target(at) for target in _targets.values())


def match_batches(at: datetime) -> int:
    """Batches that one credit, or all credits that name them together, pay out to the sen; how many.

    A credit names a batch by its reference number, or by "QRIS SETTLEMENT <day> <NMID>". Other amounts stay
    unmatched, and become a difference.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MATCH, {"at": at})
        return int(cursor.rowcount)


_DIRECT = f"""
    INSERT INTO reconciliation_directcredit (payment_id, line_id, matched_at, xid, undo_reason)
    SELECT DISTINCT ON (s.id) p.id, s.id, %(at)s::timestamptz, ({XID}), ''
    FROM reconciliation_statementline AS s
    JOIN incoming_receivingaccount AS a ON a.bank_account = s.account
    JOIN incoming_payment AS p ON p.receiving_account_id = a.id AND p.method = 'va'
     AND p.reference_no = s.reference_no AND p.amount = s.credit
    WHERE s.same_as_id IS NULL AND s.credit > 0 AND s.reference_no <> ''
      AND NOT EXISTS (
          SELECT FROM reconciliation_creditmatch AS m WHERE m.line_id = s.id AND m.undone_at IS NULL
      )
      AND NOT EXISTS (
          SELECT FROM reconciliation_directcredit AS d WHERE d.line_id = s.id AND d.undone_at IS NULL
      )
      AND NOT EXISTS (
          SELECT FROM reconciliation_directcredit AS d WHERE d.payment_id = p.id AND d.undone_at IS NULL
      )
      AND NOT EXISTS (
          SELECT FROM reconciliation_keptapart AS k
          WHERE k.statement_line_id = s.id AND k.payment_id = p.id AND k.lifted_at IS NULL
      )
    ORDER BY s.id, p.paid_at, p.id
    ON CONFLICT DO NOTHING
"""  # noqa: S608 constants alone


def match_direct(at: datetime) -> int:
    """Payments by virtual account whose own credit is on the statement: same reference, same sen; how many.

    A credit of another amount or reference stays unmatched, and becomes a difference.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DIRECT, {"at": at})
        return int(cursor.rowcount)


register_target("settlement_batch", match_batches)
register_target("virtual_account", match_direct)
