"""Laws of TBP: each receipt has one that states its amount, each states a receipt, numbers run on."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems

_RECEIPTS = """
    SELECT 'counter.shift' AS type, h.id::text AS id, p.opd_id, sum(o.total) AS amount
      FROM counter_shift h JOIN retribusi_collectionpoint p ON p.id = h.point_id
      JOIN counter_sale s ON s.shift_id = h.id
      JOIN retribusi_order o ON o.id = s.order_id AND o.channel = 'cash'
     WHERE h.closed_at IS NOT NULL GROUP BY h.id, p.opd_id HAVING sum(o.total) > 0
    UNION ALL
    SELECT 'assessments.debt', b.id::text, k.opd_id, p.revenue_amount
      FROM assessments_debt b JOIN assessments_skrd k ON k.id = b.skrd_id
      JOIN incoming_payment p ON p.id = b.payment_id
"""
"""What the treasurer received, from the tables of those who took it: cash of closed shifts, SKRD paid."""
_STANDING = "SELECT * FROM office_document WHERE kind = 'stbp' AND voided_at IS NULL"


def _covers() -> Finding:
    """A receipt has exactly one standing TBP of its agency over its amount; a TBP has its receipt."""
    return count_and_problems(
        f"SELECT count(*) FROM ({_RECEIPTS}) r",
        f"""
        SELECT format('penerimaan %s %s sebesar %s, TBP-nya %s', coalesce(r.type, d.subject_type),
                      coalesce(r.id, d.subject_id), r.amount, coalesce(d.amount::text, 'tidak ada'))
          FROM ({_RECEIPTS}) r
          FULL JOIN ({_STANDING}) d ON d.subject_type = r.type AND d.subject_id = r.id
         WHERE (d.opd_id, d.amount) IS DISTINCT FROM (r.opd_id, r.amount)
        """,
    )


def _states() -> Finding:
    """The amounts by kode rekening that a TBP prints are its amount."""
    return count_and_problems(
        "SELECT count(*) FROM office_document WHERE kind = 'stbp'",
        """
        SELECT format('TBP %s: rincian %s, jumlah %s', d.number_text, c.sum, d.amount)
          FROM office_document d
          CROSS JOIN LATERAL (SELECT sum((one->>1)::numeric) AS sum
                                FROM jsonb_array_elements(d.facts->'codes') one) c
         WHERE d.kind = 'stbp' AND d.amount IS DISTINCT FROM c.sum
        """,
    )


def _numbered() -> Finding:
    """Numbers run from 1 without a hole, voided ones included; a void says why and by whom."""
    return count_and_problems(
        "SELECT count(*) FROM office_document WHERE kind = 'stbp'",
        """
        SELECT format('TBP OPD %s tahun %s: %s surat, nomor terakhir %s', opd_id, year, count(*),
                      max(sequence)) FROM office_document
         WHERE kind = 'stbp' GROUP BY opd_id, year
        HAVING count(*) <> max(sequence) OR min(sequence) <> 1
        UNION ALL
        SELECT format('TBP %s dibatalkan tanpa alasan atau pelaku', number_text) FROM office_document
         WHERE kind = 'stbp' AND voided_at IS NOT NULL AND (void_reason = '' OR voided_by_id IS NULL)
        """,
    )


LAWS = (
    Law("stbp.covers", "setiap tunai dan SKRD yang diterima punya satu TBP sebesar itu", _covers),
    Law("stbp.states", "rincian TBP berjumlah TBP", _states),
    Law("stbp.numbered", "nomor TBP urut tanpa celah, yang batal beralasan", _numbered),
)
