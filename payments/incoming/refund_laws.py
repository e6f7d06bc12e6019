"""Laws of money that goes back, proven by ``manage.py verify``."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems

_REFUNDS = "SELECT count(*) FROM incoming_refund"
_DONE = "SELECT count(*) FROM incoming_refund WHERE state = 'done'"


def _never_more() -> Finding:
    return count_and_problems(
        _REFUNDS,
        """
        SELECT format('pembayaran %s: dikembalikan %s dari %s', p.id, f.amount, p.amount)
          FROM incoming_payment p
          JOIN (SELECT payment_id, sum(amount) AS amount, sum(revenue_amount) AS revenue,
                       sum(liability_amount) AS liability
                  FROM incoming_refund WHERE state <> 'refused' GROUP BY payment_id) f ON f.payment_id = p.id
         WHERE f.revenue > p.revenue_amount OR f.liability > p.liability_amount
         ORDER BY p.recorded_at
        """,
    )


def _journals() -> Finding:
    """The journal of a finished refund lowers what it says by its amount: the acquirer's debt, or RKUD."""
    return count_and_problems(
        _DONE,
        """
        SELECT format('pengembalian %s: jurnal %s tidak memuat jumlahnya', f.id, f.journal_id)
          FROM incoming_refund f
          LEFT JOIN ledger_journal j ON j.id = f.journal_id AND j.source = 'payment:' || f.payment_id
               AND j.key = 'refund:' || f.id || ':done'
          LEFT JOIN LATERAL (
                SELECT sum(e.amount) FILTER (WHERE r.role = CASE f.against
                            WHEN 'receivable' THEN 'acquirer_receivable'
                            WHEN 'acquirer' THEN 'acquirer_payable' ELSE 'rkud' END) AS gone,
                       sum(e.amount) FILTER (WHERE r.role = 'payment_liability') AS liability
                  FROM ledger_entry e
                  JOIN LATERAL (
                        SELECT role FROM ledger_postingrule
                         WHERE account_id = e.account_id
                           AND role IN ('acquirer_receivable', 'acquirer_payable', 'rkud',
                                        'payment_liability')
                           AND j.effective_date BETWEEN valid_from AND coalesce(valid_to, 'infinity')
                         LIMIT 1) r ON true
                 WHERE e.journal_id = j.id) l ON true
         WHERE f.state = 'done' AND (j.id IS NULL OR coalesce(l.gone, 0) <> -f.amount
               OR coalesce(l.liability, 0) <> f.liability_amount)
         ORDER BY f.proposed_at
        """,
    )


def _no_orphans() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM ledger_journal WHERE kind LIKE 'refund!_%' ESCAPE '!' AND reverses_id IS NULL",
        """
        SELECT format('jurnal %s (%s) tidak punya pengembalian', j.id, j.source)
          FROM ledger_journal j
         WHERE j.kind LIKE 'refund!_%' ESCAPE '!' AND j.reverses_id IS NULL
           AND NOT EXISTS (SELECT FROM incoming_refund f WHERE f.journal_id = j.id)
         ORDER BY j.id
        """,
    )


def _two_people() -> Finding:
    return count_and_problems(
        _DONE,
        """
        SELECT format('pengembalian %s tidak diputus orang lain daripada pengusulnya', f.id)
          FROM incoming_refund f
         WHERE f.state = 'done' AND (f.decided_by_id IS NULL OR f.decided_by_id = f.proposed_by_id)
        """,
    )


def _papers() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM incoming_refund WHERE path IN ('restitution', 'prior_year') AND state = 'done'",
        """
        SELECT format('restitusi %s selesai tanpa SKRDLB, SPM atau SP2D yang berurutan', f.id)
          FROM incoming_refund f
         WHERE f.state = 'done' AND f.path IN ('restitution', 'prior_year')
           AND (f.skrdlb_number = '' OR f.spm_number = '' OR f.sp2d_number = ''
                OR f.skrdlb_date > f.spm_date OR f.spm_date > f.sp2d_date) IS NOT FALSE
        """,
    )


def _audited() -> Finding:
    return count_and_problems(
        _REFUNDS,
        """
        SELECT format('pengembalian %s (%s) tanpa jejak audit', f.id, f.state)
          FROM incoming_refund f
         WHERE NOT EXISTS (
               SELECT FROM opd_auditevent a WHERE a.subject_type = 'incoming.refund'
                  AND a.subject_id = f.id::text
                  AND a.action = CASE f.state WHEN 'done' THEN 'refund.done'
                                 WHEN 'refused' THEN 'refund.refuse' ELSE 'refund.propose' END)
        """,
    )


LAWS = (
    Law("incoming.refunds_within", "pengembalian tidak pernah melebihi pembayarannya", _never_more),
    Law("incoming.refund_journals", "setiap pengembalian yang selesai punya jurnal sebesar itu", _journals),
    Law("incoming.refund_no_orphans", "setiap jurnal pengembalian punya pengembaliannya", _no_orphans),
    Law("incoming.refund_two_people", "setiap pengembalian diputus orang lain", _two_people),
    Law("incoming.refund_papers", "setiap restitusi selesai dengan SKRDLB, SPM dan SP2D", _papers),
    Law("incoming.refund_audited", "setiap pengembalian ada di jejak audit", _audited),
)
