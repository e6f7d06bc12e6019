"""Laws of spending, proven by ``manage.py verify``."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing
from payments.spending import claim_laws, pay_laws
from payments.spending.rules import HOLDING, SPENT

_SPENDS = "SELECT count(*) FROM spending_spend"
_HOLDING = ", ".join(f"'{state}'" for state in sorted(HOLDING))
_SPENT = ", ".join(f"'{state}'" for state in sorted(SPENT))
_PAID = f"SELECT count(*) FROM spending_spend WHERE state IN ({_SPENT})"
_GUARDS = (
    ("spending_spend", "spending_spend_guard"),
    ("spending_spend", "spending_spend_kept"),
    ("spending_disbursement", "spending_disbursement_guard"),
    ("spending_disbursement", "spending_disbursement_kept"),
    ("spending_taxline", "spending_taxline_guard"),
    ("spending_refund", "spending_refund_append_only"),
    ("spending_payee", "spending_payee_kept"),
    ("spending_treasuryaccount", "spending_treasuryaccount_kept"),
    ("spending_bulkfile", "spending_bulkfile_kept"),
    ("spending_claim", "spending_claim_kept"),
    ("spending_claimline", "spending_claimline_kept"),
    ("spending_ruling", "spending_ruling_guard"),
    ("spending_ruling", "spending_ruling_kept"),
    ("spending_contradiction", "spending_contradiction_guard"),
    ("spending_contradiction", "spending_contradiction_kept"),
)


def _journals() -> Finding:
    """The journal of a paid spend debits exactly its gross amount, on its agency, line code and day."""
    return count_and_problems(
        _PAID,
        f"""
        WITH spent AS (
            SELECT e.journal_id, sum(e.amount) AS amount, bool_and(e.opd_id IS NOT NULL) AS placed,
                   min(e.opd_id) AS low, max(e.opd_id) AS high, min(e.kode_rekening) AS code
              FROM ledger_entry e
             WHERE e.account_id IN (SELECT account_id FROM ledger_postingrule
                                     WHERE role IN ('spending_expense', 'capital_asset'))
             GROUP BY e.journal_id)
        SELECT format('belanja %s: jurnal %s tidak memuat jumlahnya', s.id, coalesce(j.id::text, 'tidak ada'))
          FROM spending_spend s
          JOIN planning_budgetline b ON b.id = s.line_id
          LEFT JOIN ledger_journal j ON j.key = 'spend:' || s.id || ':paid' AND j.value_date = s.paid_date
               AND j.source = 'spend:' || s.id
          LEFT JOIN spent e ON e.journal_id = j.id
         WHERE s.state IN ({_SPENT})
           AND (e.amount = s.amount AND e.placed AND e.low = s.opd_id AND e.high = s.opd_id
                AND e.code = b.kode_rekening) IS NOT TRUE
         ORDER BY s.raised_at
        """,
    )


def _no_orphan_journal() -> Finding:
    kinds = "('spending_paid', 'spending_charged', 'spending_direct')"
    return count_and_problems(
        f"SELECT count(*) FROM ledger_journal WHERE kind IN {kinds} AND key LIKE 'spend:%'",
        f"""
        SELECT format('jurnal %s (%s) tidak punya belanja yang dibayar', j.id, j.source)
          FROM ledger_journal j
         WHERE j.kind IN {kinds} AND j.key LIKE 'spend:%'
           AND NOT EXISTS (SELECT FROM spending_spend s
                            WHERE 'spend:' || s.id = j.source AND s.state IN ({_SPENT}))
         ORDER BY j.id
        """,
    )


def _passed() -> Finding:
    """Belanja-LRA of a passed spend: its gross amount less what came back; none before SP2D."""
    return count_and_problems(
        _PAID,
        """
        WITH lra AS (
            SELECT j.source, sum(e.amount) AS amount
              FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal_id
             WHERE j.source LIKE 'spend:%' AND e.account_id IN (
                   SELECT account_id FROM ledger_postingrule WHERE role = 'spending_lra')
             GROUP BY j.source)
        SELECT format('belanja %s (%s): belanja-LRA %s, seharusnya %s', s.id, s.state, coalesce(l.amount, 0),
                      CASE WHEN s.state = 'passed' THEN s.amount - coalesce(r.amount, 0) ELSE 0 END)
          FROM spending_spend s
          LEFT JOIN lra l ON l.source = 'spend:' || s.id
          LEFT JOIN LATERAL (
                SELECT sum(amount) AS amount FROM spending_refund WHERE spend_id = s.id) r ON true
         WHERE coalesce(l.amount, 0)
               <> CASE WHEN s.state = 'passed' THEN s.amount - coalesce(r.amount, 0) ELSE 0 END
         ORDER BY s.raised_at
        """,
    )


def _held() -> Finding:
    """The budget is held exactly for the spends on their way, with their amount, line and purse."""
    return count_and_problems(
        f"SELECT count(*) FROM spending_spend WHERE state IN ({_HOLDING})",
        f"""
        SELECT format('belanja %s (%s): penahanan %s', coalesce(s.id::text, h.key),
                      coalesce(s.state, 'tidak ada'), coalesce(h.amount::text, 'tidak ada'))
          FROM (SELECT * FROM spending_spend WHERE state IN ({_HOLDING})) s
          FULL JOIN (SELECT * FROM planning_hold WHERE state = 'active' AND key LIKE 'spend:%') h
               ON h.key = 'spend:' || s.id
         WHERE (h.amount = s.amount AND h.line_id = s.line_id) IS NOT TRUE
        """,
    )


def _realised() -> Finding:
    """The budget is realised exactly for the paid spends, less what the payees gave back."""
    return count_and_problems(
        _PAID,
        f"""
        SELECT format('belanja %s: realisasi %s', coalesce(s.id::text, h.key),
                      coalesce(h.realised_amount::text, 'tidak ada'))
          FROM (SELECT p.id, p.line_id, p.amount - coalesce(sum(r.amount), 0) AS spent
                  FROM spending_spend p LEFT JOIN spending_refund r ON r.spend_id = p.id
                 WHERE p.state IN ({_SPENT}) GROUP BY p.id) s
          FULL JOIN (SELECT * FROM planning_hold WHERE state = 'realised' AND key LIKE 'spend:%') h
               ON h.key = 'spend:' || s.id
         WHERE (h.realised_amount = s.spent AND h.line_id = s.line_id) IS NOT TRUE
        """,
    )


def _paid_once() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM spending_disbursement",
        f"""
        SELECT format('belanja %s (%s): %s pembayaran berhasil, %s berjalan', s.id, s.state,
                      coalesce(d.succeeded, 0), coalesce(d.live, 0))
          FROM spending_spend s
          LEFT JOIN LATERAL (
                SELECT count(*) FILTER (WHERE state = 'succeeded') AS succeeded,
                       count(*) FILTER (WHERE state IN ('intended', 'pending')) AS live
                  FROM spending_disbursement WHERE spend_id = s.id) d ON true
         WHERE d.succeeded <> (s.state IN ({_SPENT}))::int OR d.live <> (s.state = 'paying')::int
         ORDER BY s.raised_at
        """,
    )


def _net() -> Finding:
    """What leaves, plus the withheld taxes, is the gross amount."""
    return count_and_problems(
        "SELECT count(*) FROM spending_disbursement",
        """
        SELECT format('pembayaran %s: %s dan pajak %s bukan %s', d.id, d.amount, coalesce(t.amount, 0),
                      s.amount)
          FROM spending_disbursement d
          JOIN spending_spend s ON s.id = d.spend_id
          LEFT JOIN LATERAL (
                SELECT sum(amount) AS amount FROM spending_taxline WHERE spend_id = s.id) t ON true
         WHERE d.amount + coalesce(t.amount, 0) <> s.amount
        """,
    )


def _taxes() -> Finding:
    """What the books owe the state for a spend: withheld by the treasurer and not yet deposited."""
    return count_and_problems(
        "SELECT count(*) FROM spending_taxline",
        f"""
        WITH owed AS (
            SELECT j.source, -sum(e.amount) AS amount
              FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal_id
             WHERE j.source LIKE 'spend:%' AND e.account_id IN (
                   SELECT account_id FROM ledger_postingrule WHERE role = 'tax_payable')
             GROUP BY j.source)
        SELECT format('belanja %s: utang pajak %s, seharusnya %s', s.id, coalesce(o.amount, 0),
                      coalesce(t.amount, 0))
          FROM spending_spend s
          LEFT JOIN owed o ON o.source = 'spend:' || s.id
          LEFT JOIN LATERAL (
                SELECT sum(amount) AS amount FROM spending_taxline
                 WHERE spend_id = s.id AND deposited_date IS NULL
                   AND s.state IN ({_SPENT}) AND s.source <> 'ls') t ON true
         WHERE coalesce(o.amount, 0) <> coalesce(t.amount, 0)
        """,
    )


def _four_eyes() -> Finding:
    return count_and_problems(
        _SPENDS,
        """
        SELECT format('belanja %s: satu orang pada dua langkah yang harus terpisah', id) FROM spending_spend
         WHERE raised_by_id IN (approved_by_id, tested_by_id, verified_by_id)
            OR approved_by_id IN (tested_by_id, verified_by_id)
            OR tested_by_id = verified_by_id
        """,
    )


def _complete() -> Finding:
    """Each state has the people and instants that led to it."""
    return count_and_problems(
        _SPENDS,
        f"""
        SELECT format('belanja %s (%s): jejak langkahnya tidak lengkap', id, state) FROM spending_spend
         WHERE (state NOT IN ('draft', 'cancelled') AND submitted_at IS NULL)
            OR (state IN ('approved', 'tested', 'paying', {_SPENT})
                AND (approved_by_id IS NULL OR approved_at IS NULL))
            OR (source <> 'kkpd' AND state IN ('tested', 'paying', {_SPENT})
                AND (tested_by_id IS NULL OR tested_at IS NULL))
            OR (state = 'verified' AND (verified_by_id IS NULL OR verified_at IS NULL))
            OR ((state = 'passed') <> (passed_date IS NOT NULL))
            OR (source NOT IN ('ls') AND state = 'passed' AND verified_by_id IS NULL)
            OR ((state IN ('rejected', 'cancelled')) <> (closed_at IS NOT NULL))
        """,
    )


def _audited() -> Finding:
    return count_and_problems(
        _PAID,
        f"""
        SELECT format('belanja %s tanpa jejak audit pembayaran', s.id) FROM spending_spend s
         WHERE s.state IN ({_SPENT})
           AND NOT EXISTS (SELECT FROM opd_auditevent a WHERE a.subject_type = 'spending.spend'
                              AND a.subject_id = s.id::text AND a.action = 'spend.paid')
        """,
    )


def _guards() -> Finding:
    return guards_standing(_GUARDS)


LAWS = (
    Law("spending.journals", "setiap belanja yang dibayar punya jurnal dengan jumlah brutonya", _journals),
    Law("spending.no_orphan_journal", "setiap jurnal belanja punya belanja yang dibayar", _no_orphan_journal),
    Law("spending.passed", "belanja-LRA ada tepat untuk belanja yang disahkan SP2D", _passed),
    Law("spending.held", "anggaran ditahan tepat untuk belanja yang sedang berjalan", _held),
    Law("spending.realised", "anggaran terealisasi tepat untuk belanja yang dibayar", _realised),
    Law("spending.paid_once", "setiap belanja dibayar paling banyak sekali", _paid_once),
    Law("spending.net", "yang dibayarkan ditambah pajak sama dengan jumlah bruto", _net),
    Law("spending.taxes", "utang pajak sama dengan pajak yang dipungut dan belum disetor", _taxes),
    Law("spending.four_eyes", "tidak ada yang menyetujui atau menguji pekerjaannya sendiri", _four_eyes),
    Law("spending.complete", "setiap keadaan belanja punya orang dan waktunya", _complete),
    Law("spending.audited", "setiap pembayaran belanja ada di jejak audit", _audited),
    Law("spending.guards", "penjaga belanja terpasang di basis data", _guards),
    *pay_laws.LAWS,
    *claim_laws.LAWS,
)
