"""Laws of claims for ``manage.py verify``; the room's ``verification`` lists them with its own."""

from opd.office.verification import Law, count_and_problems

_CLAIMS = "SELECT count(*) FROM spending_claim"
_AMOUNTS = """
    SELECT 'SPP ' || c.id || ': ' || c.amount || ', barisnya ' || l.sum || '.'
    FROM spending_claim AS c JOIN (
        SELECT claim_id, sum(amount) AS sum FROM spending_claimline GROUP BY claim_id
    ) AS l ON l.claim_id = c.id
    WHERE c.amount <> l.sum
    UNION ALL
    SELECT 'SPP ' || c.id || ' (' || c.kind || ') tanpa belanja.'
    FROM spending_claim AS c
    WHERE c.kind IN ('gu', 'gu_nihil', 'ls', 'gu_kkpd')
      AND NOT EXISTS (SELECT FROM spending_claimline AS l WHERE l.claim_id = c.id)
"""
_PAID = "SELECT count(*) FROM spending_claim WHERE state = 'paid'"
_MONEY = """
    SELECT 'SPP ' || c.id || ': jurnal penerimaannya tidak ada atau lain jumlahnya.'
    FROM spending_claim AS c
    LEFT JOIN (
        SELECT j.key, sum(e.amount) FILTER (WHERE a.slug = 'bp-bank') AS sum
        FROM ledger_journal AS j JOIN ledger_entry AS e ON e.journal_id = j.id
        JOIN ledger_account AS a ON a.id = e.account_id
        WHERE j.kind = 'fund_received' GROUP BY j.key
    ) AS b ON b.key = 'claim:' || c.id || ':received'
    WHERE c.state = 'paid' AND c.kind NOT IN ('ls', 'gu_nihil')
      AND NOT (c.kind = 'tu' AND EXISTS (SELECT FROM spending_claimline AS l WHERE l.claim_id = c.id))
      AND b.sum IS DISTINCT FROM c.amount
    UNION ALL
    SELECT 'SPP nihil ' || c.id || ' membawa uang.'
    FROM spending_claim AS c JOIN ledger_journal AS j ON j.key = 'claim:' || c.id || ':received'
    WHERE c.kind = 'gu_nihil'
    UNION ALL
    SELECT 'Belanja ' || s.id || ' ada di SPP yang ber-SP2D tetapi belum disahkan.'
    FROM spending_claim AS c JOIN spending_claimline AS l ON l.claim_id = c.id AND l.live
    JOIN spending_spend AS s ON s.id = l.spend_id
    WHERE c.state = 'paid' AND s.state <> 'passed'
    UNION ALL
    SELECT 'Belanja ' || s.id || ' disahkan tanpa SP2D.'
    FROM spending_spend AS s
    WHERE s.state = 'passed' AND NOT EXISTS (
        SELECT FROM spending_claimline AS l JOIN spending_claim AS c ON c.id = l.claim_id
        WHERE l.spend_id = s.id AND l.live AND c.state = 'paid'
    )
"""
_STEPS = """
    SELECT 'SPP ' || id || ': satu orang mengerjakan dua langkah.' FROM spending_claim
    WHERE raised_by_id IN (verified_by_id, ordered_by_id, paid_by_id)
       OR verified_by_id IN (ordered_by_id, paid_by_id) OR ordered_by_id = paid_by_id
    UNION ALL
    SELECT 'SPP ' || id || ': langkahnya tidak lengkap.' FROM spending_claim
    WHERE (state IN ('verified', 'ordered', 'paid') AND verified_at IS NULL)
       OR (state IN ('ordered', 'paid') AND ordered_at IS NULL)
"""


def _law(name: str, text_id: str, count: str, problems: str) -> Law:
    return Law(f"spending.{name}", text_id, lambda: count_and_problems(count, problems))


LAWS = [
    _law("claim_amounts", "jumlah tiap SPP sama dengan belanja di dalamnya", _CLAIMS, _AMOUNTS),
    _law(
        "claim_money", "tiap SP2D punya jurnal sebesar SPP-nya, dan belanjanya disahkan sekali", _PAID, _MONEY
    ),
    _law("claim_steps", "tiap langkah SPP dikerjakan orang yang berlainan", _CLAIMS, _STEPS),
]
