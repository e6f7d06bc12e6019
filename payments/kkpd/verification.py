"""Laws of this room for ``manage.py verify``: limits, DPT, bills, the ledger's debt, and numbers."""

from opd.office.verification import Law, count_and_problems

_OPEN = "SELECT count(*) FROM kkpd_dprline WHERE freed_at IS NULL"
_CARDS = """
    SELECT 'Kartu ' || c.first6 || '******' || c.last4 || ': terpakai ' || c.used ||
           ', baris terbuka ' || coalesce(o.sum, 0) || '.'
    FROM kkpd_card AS c LEFT JOIN (
        SELECT l.card_id, sum(s.amount) AS sum
        FROM kkpd_dprline AS l JOIN spending_spend AS s ON s.id = l.spend_id
        WHERE l.freed_at IS NULL GROUP BY l.card_id
    ) AS o ON o.card_id = c.id
    WHERE c.used <> coalesce(o.sum, 0)
"""
_PURSES = """
    SELECT 'UP KKPD OPD ' || p.opd_id || ' tahun ' || p.year || ': terpakai ' || p.used ||
           ', baris terbuka ' || coalesce(o.sum, 0) || '.'
    FROM planning_purse AS p LEFT JOIN (
        SELECT s.opd_id, s.year, sum(coalesce(h.realised_amount, h.amount)) AS sum
        FROM spending_spend AS s
        JOIN planning_hold AS h ON h.key = 'spend:' || s.id
        LEFT JOIN kkpd_dprline AS l ON l.spend_id = s.id
        WHERE s.source = 'kkpd' AND h.state <> 'released' AND (l.id IS NULL OR l.freed_at IS NULL)
        GROUP BY s.opd_id, s.year
    ) AS o ON o.opd_id = p.opd_id AND o.year = p.year
    WHERE p.kind = 'up_kkpd' AND p.used <> coalesce(o.sum, 0)
"""
_LINES = "SELECT count(*) FROM kkpd_billline"
_DPT = """
    SELECT 'DPT ' || d.id || ': ' || d.amount || ', barisnya ' || coalesce(l.sum, 0) || '.'
    FROM kkpd_dpt AS d LEFT JOIN (
        SELECT dpt_id, sum(amount) AS sum, bool_and(state = 'approved') AS passed,
               count(DISTINCT bill_id) AS bills, min(bill_id::text) AS bill
        FROM kkpd_billline WHERE dpt_id IS NOT NULL GROUP BY dpt_id
    ) AS l ON l.dpt_id = d.id
    WHERE d.amount IS DISTINCT FROM l.sum OR NOT l.passed OR l.bills <> 1 OR l.bill <> d.bill_id::text
    UNION ALL
    SELECT 'Belanja ' || spend_id || ' ada di lebih dari satu DPT.'
    FROM kkpd_billline AS b JOIN kkpd_dprline AS r ON r.id = b.report_id
    WHERE b.dpt_id IS NOT NULL GROUP BY spend_id HAVING count(*) > 1
"""
_BILLS = "SELECT count(*) FROM kkpd_bill"
_WHOLE = """
    SELECT 'Tagihan ' || b.number || ': baris tidak sama dengan jumlah berkasnya.'
    FROM kkpd_bill AS b JOIN (
        SELECT bill_id, count(*) AS lines, sum(amount) AS sum FROM kkpd_billline GROUP BY bill_id
    ) AS l ON l.bill_id = b.id
    WHERE (b.count, b.total) IS DISTINCT FROM (l.lines, l.sum)
    UNION ALL
    SELECT 'Tagihan ' || b.number || ': DPT dan penolakan tidak sama dengan jumlah tagihan.'
    FROM kkpd_bill AS b JOIN (
        SELECT bill_id, sum(amount) FILTER (WHERE dpt_id IS NOT NULL OR state = 'rejected') AS sum
        FROM kkpd_billline GROUP BY bill_id
        HAVING bool_and(state = 'rejected' OR dpt_id IS NOT NULL)
    ) AS l ON l.bill_id = b.id
    WHERE b.total <> l.sum
    UNION ALL
    SELECT 'Tagihan ' || b.number || ' lunas tanpa SP2D atau belum seluruhnya diuji.'
    FROM kkpd_bill AS b LEFT JOIN spending_claim AS c ON c.id = b.claim_id
    WHERE b.settled_at IS NOT NULL AND (c.state IS DISTINCT FROM 'paid' OR EXISTS (
        SELECT FROM kkpd_billline AS l
        WHERE l.bill_id = b.id AND l.state <> 'rejected' AND l.dpt_id IS NULL
    ))
"""
_CHARGED = "SELECT count(*) FROM kkpd_billline WHERE dpt_id IS NOT NULL"
_DEBT = """
    SELECT 'OPD ' || coalesce(b.opd_id, o.opd_id) || ': utang KKPD di buku ' || coalesce(b.sum, 0) ||
           ', dibebankan dan belum lunas ' || coalesce(o.sum, 0) || '.'
    FROM (
        SELECT e.opd_id, -sum(e.amount) AS sum
        FROM ledger_entry AS e JOIN ledger_account AS a ON a.id = e.account_id
        WHERE a.slug = 'kkpd-payable' GROUP BY e.opd_id
    ) AS b FULL JOIN (
        SELECT s.opd_id, sum(h.realised_amount) AS sum
        FROM spending_spend AS s
        JOIN planning_hold AS h ON h.key = 'spend:' || s.id AND h.state = 'realised'
        LEFT JOIN kkpd_dprline AS r ON r.spend_id = s.id
        WHERE s.source = 'kkpd' AND (r.id IS NULL OR r.freed_at IS NULL)
        GROUP BY s.opd_id
    ) AS o ON o.opd_id = b.opd_id
    WHERE coalesce(b.sum, 0) <> coalesce(o.sum, 0)
"""
_NUMBERED = "SELECT count(*) FROM office_document WHERE kind IN ('dpr', 'dpt', 'tolak_kkpd')"
_NUMBERS = """
    SELECT 'Nomor ' || kind || ' OPD ' || opd_id || ' tahun ' || year || ': ' || count(*) ||
           ' dari ' || max(sequence)
    FROM office_document WHERE kind IN ('dpr', 'dpt', 'tolak_kkpd')
    GROUP BY kind, opd_id, year HAVING count(*) <> max(sequence)
"""


def _law(name: str, text_id: str, count: str, problems: str) -> Law:
    return Law(f"kkpd.{name}", text_id, lambda: count_and_problems(count, problems))


LAWS = [
    _law("card_limits", "limit kartu yang terpakai sama dengan baris yang terbuka", _OPEN, _CARDS),
    _law("purse", "UP KKPD yang terpakai sama dengan belanja kartu yang belum lunas", _OPEN, _PURSES),
    _law(
        "dpts",
        "setiap baris tagihan ada di paling banyak satu DPT, dan DPT sama dengan barisnya",
        _LINES,
        _DPT,
    ),
    _law("bills", "DPT ditambah penolakan sama dengan tagihan yang selesai diuji", _BILLS, _WHOLE),
    _law("debt", "utang KKPD di buku sama dengan yang dibebankan dan belum lunas", _CHARGED, _DEBT),
    _law("numbers", "nomor DPR, DPT, dan surat penolakan tidak melompat", _NUMBERED, _NUMBERS),
]
