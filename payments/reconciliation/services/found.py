"""How each difference is found and when it is gone, in SQL: one row per cause.

``found`` selects what does not agree now, in the columns of the insert in ``differences``; ``gone`` is the
condition on an exception ``e`` whose cause no longer holds. ``lines`` are settlement lines to look at besides
those of the file.
"""

from __future__ import annotations

from dataclasses import dataclass

from payments.reconciliation.queries.standing import IN_FORCE
from payments.reconciliation.texts import Kind


@dataclass(frozen=True)
class Finder:
    kind: Kind
    found: str
    gone: str


_MISSING_OURS = """
    SELECT 'missing_ours:' || l.id, (l.trx_time AT TIME ZONE 'Asia/Jakarta')::date, b.opd_id, b.point,
           l.gross, NULL::numeric, l.gross, 'RRN ' || l.rrn, NULL::uuid, l.id, b.id, NULL::bigint
    FROM reconciliation_settlementline AS l
    JOIN reconciliation_settlementbatch AS b ON b.id = l.batch_id
    WHERE (l.file_id = %(file)s OR l.id = ANY(%(lines)s)) AND l.same_as_id IS NULL
      AND NOT EXISTS (
          SELECT FROM reconciliation_match AS m WHERE m.line_id = l.id AND m.undone_at IS NULL
      )
      AND NOT EXISTS (
          SELECT FROM reconciliation_settlementline AS o
          JOIN reconciliation_match AS m ON m.line_id = o.id AND m.undone_at IS NULL
          WHERE o.rrn = l.rrn AND o.nmid = l.nmid AND o.same_as_id IS NULL
            AND o.trx_time BETWEEN l.trx_time - interval '2 days' AND l.trx_time + interval '2 days'
      )
"""
_REPEATED_LINE = """
    SELECT DISTINCT ON (l.id) 'repeated_line:' || l.id, (l.trx_time AT TIME ZONE 'Asia/Jakarta')::date,
           b.opd_id, b.point, l.gross, o.gross, l.gross, 'RRN ' || l.rrn, m.payment_id, l.id, b.id,
           NULL::bigint
    FROM reconciliation_settlementline AS l
    JOIN reconciliation_settlementbatch AS b ON b.id = l.batch_id
    JOIN reconciliation_settlementline AS o ON o.rrn = l.rrn AND o.nmid = l.nmid AND o.same_as_id IS NULL
     AND o.trx_time BETWEEN l.trx_time - interval '2 days' AND l.trx_time + interval '2 days'
    JOIN reconciliation_match AS m ON m.line_id = o.id AND m.undone_at IS NULL
    WHERE (l.file_id = %(file)s OR l.id = ANY(%(lines)s)) AND l.same_as_id IS NULL
      AND NOT EXISTS (
          SELECT FROM reconciliation_match AS own WHERE own.line_id = l.id AND own.undone_at IS NULL
      )
    ORDER BY l.id, o.id
"""
_MISSING_BANK = """
    WITH settled AS MATERIALIZED (
        SELECT r.partner_id, (l.trx_time AT TIME ZONE 'Asia/Jakarta')::date AS trx_day, l.settlement_date,
               max(l.trx_time) AS latest
        FROM reconciliation_settlementline AS l
        JOIN (SELECT DISTINCT nmid, partner_id FROM incoming_receivingaccount) AS r USING (nmid)
        WHERE l.trx_time >= %(since)s AND l.same_as_id IS NULL
        GROUP BY 1, 2, 3
    ), covered AS (
        SELECT partner_id, trx_day AS day FROM settled UNION SELECT partner_id, settlement_date FROM settled
    ), latest AS (
        SELECT partner_id, max(latest) AS at FROM settled GROUP BY partner_id
    )
    SELECT 'missing_bank:' || p.id, (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date, p.opd_id, a.name, p.amount,
           p.amount, NULL::numeric,
           CASE WHEN p.rrn <> '' THEN 'RRN ' || p.rrn ELSE p.partner_reference_no END,
           p.id, NULL::bigint, NULL::bigint, NULL::bigint
    FROM incoming_payment AS p
    JOIN latest ON latest.partner_id = p.partner_id AND p.paid_at <= latest.at
    JOIN covered AS c ON c.partner_id = p.partner_id
     AND p.paid_at >= c.day::timestamp AT TIME ZONE 'Asia/Jakarta'
     AND p.paid_at < (c.day + 1)::timestamp AT TIME ZONE 'Asia/Jakarta'
    JOIN incoming_receivingaccount AS a ON a.id = p.receiving_account_id
    WHERE p.paid_at >= %(since)s AND p.method = 'qris'
      AND NOT EXISTS (
          SELECT FROM reconciliation_match AS m WHERE m.payment_id = p.id AND m.undone_at IS NULL
      )
      AND NOT EXISTS (
          SELECT FROM incoming_refund AS f
          WHERE f.payment_id = p.id AND f.state = 'done' AND f.against = 'receivable' AND f.amount = p.amount
      )
"""
_MATCHED = """
    FROM reconciliation_match AS m
    JOIN reconciliation_settlementline AS l ON l.id = m.line_id
    JOIN reconciliation_settlementbatch AS b ON b.id = l.batch_id
    JOIN incoming_payment AS p ON p.id = m.payment_id
    JOIN incoming_receivingaccount AS a ON a.id = p.receiving_account_id
    WHERE m.matched_at >= %(matched_since)s AND m.undone_at IS NULL
"""
_OF_PAYMENT = """
           (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date, p.opd_id, a.name, p.amount, p.amount, l.gross,
           'RRN ' || l.rrn, p.id, l.id, b.id, NULL::bigint
"""
_AMOUNT_DIFFERS = "SELECT 'amount_differs:' || p.id," + _OF_PAYMENT + _MATCHED + " AND NOT m.agrees"
_SECOND_PAYMENT = "SELECT 'second_payment:' || p.id," + _OF_PAYMENT + _MATCHED + " AND p.kind = 'double'"
_FEE_DIFFERS = """
    SELECT 'fee_differs:' || b.id, b.settlement_date, b.opd_id, b.point, abs(b.mdr - b.expected_mdr),
           b.expected_mdr, b.mdr, b.batch_no, NULL::uuid, NULL::bigint, b.id, NULL::bigint
    FROM reconciliation_settlementbatch AS b
    WHERE b.mdr <> b.expected_mdr
      AND b.id IN (SELECT batch_id FROM reconciliation_settlementline WHERE file_id = %(file)s)
"""
_BATCH_NOT_CREDITED = f"""
    SELECT 'batch_not_credited:' || b.id, b.settlement_date, b.opd_id, b.point, b.net - b.refunded,
           b.net - b.refunded, NULL::numeric, b.batch_no, NULL::uuid, NULL::bigint, b.id, NULL::bigint
    FROM reconciliation_settlementbatch AS b
    WHERE b.credited_on IS NULL AND b.net > b.refunded
      AND EXISTS (
          SELECT FROM reconciliation_importedfile AS f
          WHERE f.kind = 'statement' AND {IN_FORCE} AND b.account IN ('', f.account)
            AND b.due_on BETWEEN f.first_day AND f.last_day
      )
      AND EXISTS (
          SELECT FROM reconciliation_importedfile AS f
          WHERE f.kind = 'statement' AND {IN_FORCE} AND b.account IN ('', f.account)
            AND b.settlement_date BETWEEN f.first_day AND f.last_day
      )
      AND NOT EXISTS (
          SELECT FROM reconciliation_reconciliationexception AS e
          WHERE e.batch_id = b.id AND e.kind = 'credit_differs' AND e.state <> 'resolved'
      )
"""  # noqa: S608 constants alone
_CREDIT_DIFFERS = """
    SELECT 'credit_differs:' || b.id, b.settlement_date, b.opd_id, b.point,
           abs(b.net - b.refunded - b.credited - coalesce(sum(n.credit), 0)), b.net - b.refunded,
           b.credited + coalesce(sum(n.credit), 0), b.batch_no, NULL::uuid, NULL::bigint, b.id, min(n.line_id)
    FROM reconciliation_settlementbatch AS b
    LEFT JOIN named AS n ON n.batch_id = b.id
    WHERE b.net - b.refunded <> b.credited AND (b.credited > 0 OR n.line_id IS NOT NULL)
    GROUP BY b.id
    HAVING b.net - b.refunded - b.credited <> coalesce(sum(n.credit), 0)
"""
_CREDIT_UNEXPLAINED = """
    SELECT 'credit_unexplained:' || s.id, s.post_date, NULL::bigint, '', s.credit, NULL::numeric, s.credit,
           s.reference_no, NULL::uuid, NULL::bigint, NULL::bigint, s.id
    FROM reconciliation_statementline AS s
    LEFT JOIN named AS n ON n.line_id = s.id
    LEFT JOIN reconciliation_settlementbatch AS b ON b.id = n.batch_id
    WHERE s.same_as_id IS NULL AND s.credit > 0
      AND (
          s.description LIKE 'QRIS SETTLEMENT %%' OR s.description ~ '^VA [0-9]+$'
          OR EXISTS (
              SELECT FROM reconciliation_settlementbatch AS o
              WHERE o.batch_no = s.reference_no AND o.account IN ('', s.account)
          )
      )
      AND NOT EXISTS (
          SELECT FROM reconciliation_creditmatch AS m WHERE m.line_id = s.id AND m.undone_at IS NULL
      )
      AND NOT EXISTS (
          SELECT FROM reconciliation_directcredit AS d WHERE d.line_id = s.id AND d.undone_at IS NULL
      )
      AND (b.id IS NULL OR b.net - b.refunded = b.credited)
"""

_LINE_TAKEN = (
    "EXISTS (SELECT FROM reconciliation_match AS m"
    " WHERE m.line_id = e.settlement_line_id AND m.undone_at IS NULL)"
)
_MATCH_GONE = (
    "NOT EXISTS (SELECT FROM reconciliation_match AS m"
    " WHERE m.payment_id = e.payment_id AND m.undone_at IS NULL{})"
)

FINDERS = (
    Finder(
        Kind.REPEATED_LINE,
        _REPEATED_LINE,
        _LINE_TAKEN,
    ),
    Finder(
        Kind.MISSING_OURS,
        _MISSING_OURS,
        _LINE_TAKEN,
    ),
    Finder(
        Kind.MISSING_BANK,
        _MISSING_BANK,
        "EXISTS (SELECT FROM reconciliation_match AS m"
        " WHERE m.payment_id = e.payment_id AND m.undone_at IS NULL)"
        " OR EXISTS (SELECT FROM incoming_refund AS f WHERE f.payment_id = e.payment_id AND f.state = 'done'"
        " AND f.against = 'receivable' AND f.amount = e.amount)",
    ),
    Finder(Kind.AMOUNT_DIFFERS, _AMOUNT_DIFFERS, _MATCH_GONE.format(" AND NOT m.agrees")),
    Finder(Kind.SECOND_PAYMENT, _SECOND_PAYMENT, _MATCH_GONE.format("")),
    Finder(
        Kind.FEE_DIFFERS,
        _FEE_DIFFERS,
        "EXISTS (SELECT FROM reconciliation_settlementbatch AS b"
        " WHERE b.id = e.batch_id AND b.mdr = b.expected_mdr)",
    ),
    Finder(
        Kind.CREDIT_DIFFERS,
        _CREDIT_DIFFERS,
        "EXISTS (SELECT FROM reconciliation_settlementbatch AS b"
        " WHERE b.id = e.batch_id AND b.net - b.refunded = b.credited)",
    ),
    Finder(
        Kind.BATCH_NOT_CREDITED,
        _BATCH_NOT_CREDITED,
        "EXISTS (SELECT FROM reconciliation_settlementbatch AS b"
        " WHERE b.id = e.batch_id AND b.credited_on IS NOT NULL)"
        " OR EXISTS (SELECT FROM reconciliation_reconciliationexception AS o"
        " WHERE o.batch_id = e.batch_id AND o.kind = 'credit_differs' AND o.state <> 'resolved')",
    ),
    Finder(
        Kind.CREDIT_UNEXPLAINED,
        _CREDIT_UNEXPLAINED,
        "EXISTS (SELECT FROM reconciliation_creditmatch AS m"
        " WHERE m.line_id = e.statement_line_id AND m.undone_at IS NULL)"
        " OR EXISTS (SELECT FROM reconciliation_directcredit AS d"
        " WHERE d.line_id = e.statement_line_id AND d.undone_at IS NULL)"
        " OR EXISTS (SELECT FROM named AS n JOIN reconciliation_settlementbatch AS b ON b.id = n.batch_id"
        " WHERE n.line_id = e.statement_line_id AND b.net - b.refunded <> b.credited)",
    ),
)
