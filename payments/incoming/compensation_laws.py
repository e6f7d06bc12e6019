"""Laws of titipan that pays another bill, proven by ``manage.py verify``."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems

_ALL = "SELECT count(*) FROM incoming_compensation"
_BOOKED = "SELECT count(*) FROM incoming_compensation WHERE journal_id IS NOT NULL"


def _within() -> Finding:
    """What was given back, and what pays another bill, together never exceed a payment's titipan."""
    return count_and_problems(
        _ALL,
        """
        SELECT format('pembayaran %s: titipan %s, dikembalikan dan dikompensasi %s', p.id, p.liability_amount,
                      c.amount + coalesce(f.amount, 0))
          FROM incoming_payment p
          JOIN (SELECT payment_id, sum(amount) AS amount FROM incoming_compensation
                 WHERE state IN ('requested', 'done') GROUP BY 1) c ON c.payment_id = p.id
          LEFT JOIN (SELECT payment_id, sum(liability_amount) AS amount FROM incoming_refund
                      WHERE state <> 'refused' GROUP BY 1) f ON f.payment_id = p.id
         WHERE c.amount + coalesce(f.amount, 0) > p.liability_amount
        """,
    )


def _journals() -> Finding:
    """A booked one moved its amount from titipan to revenue, to the rupiah; an undone one came back."""
    return count_and_problems(
        _BOOKED,
        """
        SELECT format('kompensasi %s (%s): jurnalnya tidak memuat jumlahnya', c.id, c.amount)
          FROM incoming_compensation c
          LEFT JOIN ledger_journal j ON j.id = c.journal_id AND j.kind = 'payment_compensated'
               AND j.source = 'payment:' || c.payment_id
          LEFT JOIN ledger_journal u ON u.id = c.undo_journal_id AND u.reverses_id = c.journal_id
          LEFT JOIN LATERAL (
                SELECT sum(e.amount) FILTER (WHERE r.role = 'payment_liability') AS freed,
                       -sum(e.amount) FILTER (WHERE r.role = 'revenue_lra') AS earned,
                       bool_and(e.opd_id = c.opd_id) AS placed
                  FROM ledger_entry e
                  LEFT JOIN LATERAL (
                        SELECT role FROM ledger_postingrule
                         WHERE account_id = e.account_id AND role IN ('payment_liability', 'revenue_lra')
                         LIMIT 1) r ON true
                 WHERE e.journal_id = j.id) l ON true
         WHERE c.journal_id IS NOT NULL
           AND ((l.freed, l.earned, l.placed) IS DISTINCT FROM (c.amount, c.amount, true)
                OR (c.state = 'undone') <> (u.id IS NOT NULL))
        UNION ALL
        SELECT format('jurnal %s (%s) tidak punya kompensasi', j.id, j.source) FROM ledger_journal j
         WHERE j.kind = 'payment_compensated' AND j.reverses_id IS NULL
           AND NOT EXISTS (SELECT FROM incoming_compensation c WHERE c.journal_id = j.id)
        """,
    )


def _two_people() -> Finding:
    """Booked by somebody else than proposed it, on a letter, with its trail."""
    return count_and_problems(
        _BOOKED,
        """
        SELECT format('kompensasi %s tidak diputus orang lain atau tanpa jejak', c.id)
          FROM incoming_compensation c
         WHERE c.journal_id IS NOT NULL AND (c.decided_by_id IS NULL OR c.decided_by_id = c.proposed_by_id
               OR NOT EXISTS (SELECT FROM opd_auditevent a WHERE a.action = 'compensation.book'
                  AND a.subject_type = 'incoming.compensation' AND a.subject_id = c.id::text))
        """,
    )


LAWS = (
    Law("incoming.compensation_within", "titipan tidak dipakai melebihi jumlahnya", _within),
    Law("incoming.compensation_journals", "setiap kompensasi punya jurnal sebesar itu", _journals),
    Law("incoming.compensation_two_people", "setiap kompensasi diputus orang lain", _two_people),
)
