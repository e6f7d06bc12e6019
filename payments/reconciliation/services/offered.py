"""How each suggestion is found, in SQL: pure rules over what is still free, the same whoever asks and when.

Every statement selects ``kind, key, score, rivals, why, day, opd_id, partner_id, amount, difference,
payment_id, settlement_line_id, batches, credits``. Nothing here matches anything.
"""

from __future__ import annotations

from payments.reconciliation.queries.standing import OWED, RETURNED
from payments.reconciliation.services.credits import NAMED

LOOK_BACK = 60
"""Days that batches are looked for; older ones are a matter of letters to the bank."""
_LIKELIEST = 3
"""Payments offered for one line, however many are alike; all of them count as rivals."""
_NEAREST = 12
"""Batches nearest to a credit's day that are tried together."""
_COMPANIONS = 6
"""Credits after the first that are tried with it."""
_ANCHORS = 300
"""Credits of an account that are looked at, those that look like settlement first, then the newest."""

PAYMENTS = f"""
    WITH line AS MATERIALIZED (
        SELECT l.* FROM reconciliation_settlementline AS l
        WHERE l.same_as_id IS NULL AND l.id IN (
            SELECT e.settlement_line_id FROM reconciliation_reconciliationexception AS e
            WHERE e.kind = 'missing_ours' AND e.state <> 'resolved'
        ) AND NOT EXISTS (
            SELECT FROM reconciliation_match AS m WHERE m.line_id = l.id AND m.undone_at IS NULL
        )
    ), free AS MATERIALIZED (
        SELECT p.* FROM reconciliation_reconciliationexception AS e
        JOIN incoming_payment AS p ON p.id = e.payment_id AND p.method = 'qris'
        LEFT JOIN ({RETURNED}) AS f ON f.payment_id = p.id
        WHERE e.kind = 'missing_bank' AND e.state <> 'resolved' AND coalesce(f.amount, 0) = 0
          AND NOT EXISTS (
              SELECT FROM reconciliation_match AS m WHERE m.payment_id = p.id AND m.undone_at IS NULL
          )
    ), pair AS (
        SELECT l.id AS line_id, p.id AS payment_id, p.opd_id, p.partner_id, p.amount, a.name,
               (l.trx_time AT TIME ZONE 'Asia/Jakarta')::date AS day,
               (abs(extract(epoch FROM p.paid_at - l.trx_time)) / 60)::int AS minutes,
               CASE WHEN p.rrn = '' THEN 'RRN belum ada pada kita' WHEN p.rrn = l.rrn THEN 'RRN sama'
                    ELSE 'RRN berbeda' END AS rrn,
               (p.rrn = '' OR p.rrn = l.rrn)::int AS no_quarrel,
               (a.terminal_id = l.terminal_id)::int AS same_terminal
        FROM line AS l
        JOIN incoming_receivingaccount AS a
          ON a.nmid = l.nmid AND (l.merchant_pan = '' OR a.merchant_pan = l.merchant_pan)
        JOIN free AS p
          ON p.receiving_account_id = a.id AND p.amount = l.gross
         AND p.paid_at BETWEEN l.trx_time - make_interval(mins => %(minutes)s)
                           AND l.trx_time + make_interval(mins => %(minutes)s)
        WHERE NOT EXISTS (
            SELECT FROM reconciliation_keptapart AS k
            WHERE k.settlement_line_id = l.id AND k.payment_id = p.id AND k.lifted_at IS NULL
        )
    ), counted AS (
        SELECT *,
               count(*) OVER (PARTITION BY line_id) + count(*) OVER (PARTITION BY payment_id) - 2 AS rivals,
               row_number() OVER (
                   PARTITION BY line_id ORDER BY no_quarrel DESC, same_terminal DESC, minutes, payment_id
               ) AS place
        FROM pair
    )
    SELECT 'payment', 'p:' || payment_id || ':' || line_id,
           40 + 20 * no_quarrel + 10 * same_terminal
              + 30 - least(30, 30 * minutes / greatest(1, %(minutes)s))
              - CASE WHEN rivals > 0 THEN 30 ELSE 0 END,
           rivals,
           'PAN merchant dan jumlah sama di ' || name || '; waktunya berselisih ' || minutes || ' menit; '
               || rrn,
           day, opd_id, partner_id, amount, 0::numeric, payment_id, line_id, '{{}}'::bigint[],
           '{{}}'::bigint[]
    FROM counted WHERE place <= {_LIKELIEST}
"""  # noqa: S608 constants alone

_POOL = f"""
    named AS MATERIALIZED ({NAMED}), owed AS MATERIALIZED (
        SELECT b.id, b.account, k.partner_id, b.opd_id, b.settlement_date, b.due_on, b.batch_no,
               w.amount - b.credited AS owed
        FROM reconciliation_settlementbatch AS b
        JOIN ({OWED}) AS w ON w.batch_id = b.id
        CROSS JOIN LATERAL (
            SELECT a.partner_id FROM incoming_receivingaccount AS a WHERE a.nmid = b.nmid
            ORDER BY a.valid_from DESC, a.id DESC LIMIT 1
        ) AS k
        WHERE b.account <> '' AND w.amount > b.credited AND b.settlement_date >= %(since)s
    ), free AS MATERIALIZED (
        SELECT s.id, s.account, s.post_date, s.credit, n.batch_id AS named,
               (s.description ~* 'qris|settlement' OR n.batch_id IS NOT NULL) AS looks,
               row_number() OVER (
                   PARTITION BY s.account
                   ORDER BY s.description ~* 'qris|settlement' DESC, s.post_date DESC, s.id
               ) AS place
        FROM reconciliation_statementline AS s
        LEFT JOIN named AS n ON n.line_id = s.id AND n.batch_id IN (SELECT id FROM owed)
        WHERE s.same_as_id IS NULL AND s.credit > 0 AND s.account IN (SELECT account FROM owed)
          AND s.post_date BETWEEN (SELECT min(settlement_date) FROM owed)
                              AND (SELECT max(due_on) FROM owed) + %(days)s
          AND NOT EXISTS (
              SELECT FROM reconciliation_creditmatch AS m WHERE m.line_id = s.id AND m.undone_at IS NULL
          )
          AND NOT EXISTS (
              SELECT FROM reconciliation_directcredit AS d WHERE d.line_id = s.id AND d.undone_at IS NULL
          )
    ), near AS MATERIALIZED (
        SELECT c.id AS credit_id, c.post_date, c.credit, c.named, o.id AS batch_id, o.partner_id, o.opd_id,
               o.owed, o.batch_no, abs(o.due_on - c.post_date) AS days_off,
               row_number() OVER (
                   PARTITION BY c.id, o.partner_id ORDER BY abs(o.due_on - c.post_date), o.id
               ) AS place
        FROM free AS c
        JOIN owed AS o ON o.account = c.account AND c.post_date >= o.settlement_date
                      AND c.post_date <= o.due_on + %(days)s
        WHERE c.place <= {_ANCHORS} AND NOT EXISTS (
            SELECT FROM reconciliation_keptapart AS k
            WHERE k.statement_line_id = c.id AND k.batch_id = o.id AND k.lifted_at IS NULL
        )
    )
"""  # noqa: S608 constants alone

CREDITS = f"""
    WITH {_POOL}, pair AS (
        SELECT *, owed - credit AS difference,
               count(*) OVER (PARTITION BY credit_id) + count(*) OVER (PARTITION BY batch_id) - 2 AS rivals
        FROM near
        WHERE abs(owed - credit) <= least(%(tolerance)s, owed * %(percent)s / 100)
          AND (named IS NULL OR named = batch_id)
    )
    SELECT 'credit', 'c:' || credit_id || ':' || batch_id,
           50 + CASE WHEN named IS NULL THEN 0 ELSE 20 END + CASE WHEN difference = 0 THEN 20 ELSE 0 END
              + 10 - least(10, days_off) - CASE WHEN rivals > 0 THEN 30 ELSE 0 END,
           rivals,
           CASE WHEN named IS NULL THEN 'Jumlahnya paling dekat dengan batch ' || batch_no
                ELSE 'Menyebut batch ' || batch_no END
           || CASE WHEN difference = 0 THEN '; jumlahnya sama'
                   WHEN difference > 0 THEN '; kurang, masih dalam toleransi, sisanya tetap terutang bank'
                   ELSE '; lebih, masih dalam toleransi, kelebihannya tetap selisih' END
           || '; ' || days_off || ' hari dari jatuh tempo',
           post_date, opd_id, partner_id, credit, difference, NULL::uuid, NULL::bigint, ARRAY[batch_id],
           ARRAY[credit_id]
    FROM pair
    WHERE named IS NOT NULL OR difference = 0 OR rivals = 0
"""  # noqa: S608 constants alone

GROUPS = f"""
    WITH RECURSIVE {_POOL}, came (anchor, credits, total, last) AS (
        SELECT c.id, ARRAY[c.id], c.credit::numeric, 0::bigint FROM free AS c
        WHERE c.id IN (SELECT credit_id FROM near)
        UNION ALL
        SELECT p.anchor, p.credits || n.other, p.total + n.credit, n.place
        FROM came AS p JOIN LATERAL (
            SELECT o.id AS other, o.credit, row_number() OVER (ORDER BY o.post_date, o.id) AS place
            FROM free AS a JOIN free AS o ON o.account = a.account AND o.looks AND a.looks
             AND (o.post_date, o.id) > (a.post_date, a.id) AND o.post_date <= a.post_date + %(days)s
            WHERE a.id = p.anchor AND o.place <= {_ANCHORS}
            ORDER BY o.post_date, o.id LIMIT {_COMPANIONS}
        ) AS n ON n.place > p.last
        WHERE cardinality(p.credits) < least(3, %(parts)s)
    ), bound AS MATERIALIZED (
        SELECT anchor, max(total) AS most FROM came GROUP BY anchor
    ), paid (anchor, partner_id, batches, total, last) AS (
        SELECT n.credit_id, n.partner_id, ARRAY[n.batch_id], n.owed::numeric, n.place
        FROM near AS n JOIN bound AS b ON b.anchor = n.credit_id AND n.owed <= b.most
        WHERE n.place <= {_NEAREST}
        UNION ALL
        SELECT p.anchor, p.partner_id, p.batches || n.batch_id, p.total + n.owed, n.place
        FROM paid AS p
        JOIN near AS n ON n.credit_id = p.anchor AND n.partner_id = p.partner_id AND n.place > p.last
        JOIN bound AS b ON b.anchor = p.anchor AND p.total + n.owed <= b.most
        WHERE n.place <= {_NEAREST} AND cardinality(p.batches) < %(parts)s
    ), equal AS MATERIALIZED (
        SELECT c.anchor, p.partner_id, c.credits, p.batches, c.total
        FROM came AS c JOIN paid AS p ON p.anchor = c.anchor AND p.total = c.total
    ), fitting AS (
        SELECT e.*, (SELECT array_agg(x ORDER BY x) FROM unnest(e.credits) AS x) AS some_credits,
               (SELECT array_agg(x ORDER BY x) FROM unnest(e.batches) AS x) AS some_batches
        FROM equal AS e
        WHERE cardinality(e.credits) + cardinality(e.batches) > 2
          AND NOT EXISTS (
              SELECT FROM equal AS part
              WHERE part.partner_id = e.partner_id AND part.credits <@ e.credits AND part.batches <@ e.batches
                AND cardinality(part.credits) + cardinality(part.batches)
                  < cardinality(e.credits) + cardinality(e.batches)
          )
          AND NOT EXISTS (
              SELECT FROM free AS c WHERE c.id = ANY(e.credits) AND c.named <> ALL(e.batches)
          )
          AND NOT EXISTS (
              SELECT FROM reconciliation_keptapart AS k
              WHERE k.statement_line_id = ANY(e.credits) AND k.batch_id = ANY(e.batches)
                AND k.lifted_at IS NULL
          )
          AND NOT EXISTS (
              SELECT FROM free AS c JOIN owed AS o ON o.id = ANY(e.batches)
              WHERE c.id = ANY(e.credits) AND c.post_date < o.settlement_date
          )
    ), keyed AS (
        SELECT *,
               'g:' || array_to_string(some_credits, ',') || ':' || array_to_string(some_batches, ',') AS key
        FROM fitting
    )
    SELECT 'group', k.key,
           70 - 5 * (cardinality(k.credits) + cardinality(k.batches) - 3)
              - CASE WHEN r.rivals > 0 THEN 30 ELSE 0 END,
           r.rivals,
           cardinality(k.credits) || ' dana masuk berjumlah sama dengan ' || cardinality(k.batches)
               || ' batch bank yang sama pada rekening yang sama',
           (SELECT max(post_date) FROM free WHERE id = ANY(k.credits)),
           (SELECT CASE WHEN count(DISTINCT opd_id) = 1 AND count(opd_id) = count(*) THEN min(opd_id) END
            FROM owed WHERE id = ANY(k.batches)),
           k.partner_id, k.total, 0::numeric, NULL::uuid, NULL::bigint, k.some_batches, k.some_credits
    FROM keyed AS k CROSS JOIN LATERAL (
        SELECT count(*) AS rivals FROM keyed AS o
        WHERE o.key <> k.key AND (o.some_credits && k.some_credits OR o.some_batches && k.some_batches)
    ) AS r
    WHERE NOT EXISTS (
        SELECT FROM reconciliation_suggestion AS s WHERE s.key = k.key AND s.state = 'rejected'
    )
"""  # noqa: S608 constants alone
