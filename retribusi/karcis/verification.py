"""Laws of printed tickets: each number has one fate, and what was torn off is what was sold."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing

_GUARDS = (
    ("karcis_batch", "karcis_batch_append_only"), ("karcis_batch", "karcis_batch_free"),
    ("karcis_use", "karcis_use_append_only"), ("karcis_use", "karcis_use_free"),
)  # fmt: skip


def _numbers() -> Finding:
    """No number is used twice or outside of its batch; no series is received twice."""
    return count_and_problems(
        "SELECT count(*) FROM karcis_use",
        """
        SELECT format('karcis %s nomor %s–%s dipakai dua kali', a.batch_id, b.first, b.last)
          FROM karcis_use a JOIN karcis_use b ON b.batch_id = a.batch_id AND b.id > a.id
               AND b.first <= a.last AND b.last >= a.first
        UNION ALL
        SELECT format('karcis %s nomor %s–%s di luar persediaannya', b.id, u.first, u.last)
          FROM karcis_use u JOIN karcis_batch b ON b.id = u.batch_id
         WHERE u.first < b.first OR u.last > b.last
        UNION ALL
        SELECT format('seri %s diterima dua kali', a.series)
          FROM karcis_batch a JOIN karcis_batch b ON b.opd_id = a.opd_id AND b.series = a.series
               AND b.id > a.id AND b.first <= a.last AND b.last >= a.first
        """,
    )


def _sold() -> Finding:
    """A sale entered later is cash for its sheets: by tariff as many admissions, at the printed price."""
    return count_and_problems(
        "SELECT count(*) FROM counter_sale WHERE happened_at IS NOT NULL",
        """
        WITH torn AS (
            SELECT u.sale_id, b.tariff_id, b.face, sum(u.last - u.first + 1) AS sheets
              FROM karcis_use u JOIN karcis_batch b ON b.id = u.batch_id
             WHERE u.kind = 'sold' GROUP BY 1, 2, 3
        ), sold AS (
            SELECT s.id AS sale_id, l.tariff_id, l.unit_amount AS face, l.quantity AS sheets
              FROM counter_sale s JOIN retribusi_orderline l ON l.order_id = s.order_id
             WHERE s.happened_at IS NOT NULL
        )
        SELECT format('penjualan %s: karcis %s lembar, dijual %s', sale_id, coalesce(t.sheets, 0),
                      coalesce(s.sheets, 0))
          FROM torn t FULL JOIN sold s USING (sale_id, tariff_id, face)
         WHERE t.sheets IS DISTINCT FROM s.sheets
        """,
    )


def _guards() -> Finding:
    return guards_standing(_GUARDS)


LAWS = (
    Law("karcis.numbers", "setiap nomor karcis dipakai paling banyak satu kali", _numbers),
    Law("karcis.sold", "penjualan yang dicatat kemudian sama dengan karcis yang disobek", _sold),
    Law("karcis.guards", "penjaga karcis terpasang di basis data", _guards),
)
