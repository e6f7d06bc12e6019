"""How far payments' money is, as SQL that every sum of it is made from, so that no two tell another story."""

RETURNED = """
    SELECT payment_id, sum(amount) AS amount, sum(revenue_amount) AS revenue FROM incoming_refund
    WHERE state = 'done' AND against = 'receivable' GROUP BY payment_id
"""
"""What the acquirer gave back to payers before it came to RKUD; it never comes there any more."""

RETURNED_OF_BATCH = f"""
    SELECT l.batch_id, sum(f.amount) AS amount
    FROM ({RETURNED}) AS f
    JOIN reconciliation_match AS m ON m.payment_id = f.payment_id AND m.undone_at IS NULL
    JOIN reconciliation_settlementline AS l ON l.id = m.line_id
    GROUP BY l.batch_id
"""  # noqa: S608 constants alone
"""The same by batch, as of now; a batch's own ``refunded`` says it as of the last run, or of its credit."""

OWED = f"""
    SELECT b.id AS batch_id, b.net - coalesce(f.amount, b.refunded) AS amount
    FROM reconciliation_settlementbatch AS b
    LEFT JOIN ({RETURNED_OF_BATCH}) AS f ON f.batch_id = b.id AND b.credited_on IS NULL
"""  # noqa: S608 constants alone
"""What the bank pays out for a batch: its net less what went back to payers before."""

COMPENSATED = """
    SELECT payment_id, sum(amount) AS amount, max(decided_at AT TIME ZONE 'Asia/Jakarta')::date AS day
    FROM incoming_compensation WHERE state = 'done' GROUP BY payment_id
"""
"""Titipan in RKUD that pays another bill of its payer: revenue by a journal of its own."""

PAYMENTS = f"""
    incoming_payment AS p
    LEFT JOIN reconciliation_match AS m ON m.payment_id = p.id AND m.undone_at IS NULL
    LEFT JOIN reconciliation_directcredit AS d ON d.payment_id = p.id AND d.undone_at IS NULL
    LEFT JOIN incoming_recognition AS g ON g.payment_id = p.id AND g.undone_at IS NULL
    LEFT JOIN ({RETURNED}) AS f ON f.payment_id = p.id
    LEFT JOIN ({COMPENSATED}) AS c ON c.payment_id = p.id
"""

SUMS = """
    count(*) AS payments,
    sum(p.amount) AS paid,
    coalesce(sum(p.amount) FILTER (WHERE m.agrees OR d.id IS NOT NULL), 0) AS settled,
    coalesce(sum(p.amount - coalesce(f.amount, 0)) FILTER (
        WHERE coalesce(m.credited_journal, d.credited_journal) IS NOT NULL), 0) AS credited,
    coalesce(sum(p.revenue_amount + coalesce(g.amount, 0) - coalesce(f.revenue, 0)) FILTER (
        WHERE coalesce(m.revenue_journal, d.revenue_journal) IS NOT NULL), 0)
        + coalesce(sum(c.amount), 0) AS booked
"""
"""Of ``PAYMENTS``: rupiah that was paid, that the bank settled, that came to RKUD, that is revenue there."""

MORE_SUMS = """
    coalesce(sum(f.amount), 0) AS returned,
    sum(p.liability_amount - coalesce(g.amount, 0) - coalesce(f.amount - f.revenue, 0)
        - coalesce(c.amount, 0)) AS deposit,
    sum(p.revenue_amount + coalesce(g.amount, 0)) AS levy,
    sum(p.liability_amount - coalesce(g.amount, 0)) AS kept
"""
"""What went back before the credit and what is titipan now; what of the payments was levy and titipan as they
came or were recognised."""

TO_BOOK = f"""
    reconciliation_match AS m
    JOIN reconciliation_settlementline AS l ON l.id = m.line_id
    JOIN reconciliation_settlementbatch AS b ON b.id = l.batch_id
    LEFT JOIN ({RETURNED}) AS f ON f.payment_id = m.payment_id
    WHERE m.credited_journal IS NULL AND m.undone_at IS NULL AND m.agrees AND b.credited_on IS NOT NULL
      AND b.credited = b.net - b.refunded AND (l.net <> coalesce(f.amount, 0) OR l.mdr <> 0)
"""
"""Matches whose money is in RKUD and not in the books; one that went back whole has nothing to book."""

IN_FORCE = "f.loaded_at IS NOT NULL AND f.state <> 'superseded'"
"""Of an imported file ``f``: its lines were stored, and no other file has taken its place."""
