"""The sums by hour are the rows they stand for."""

from __future__ import annotations

from opd.office.verification import Law, count_and_problems
from payments.reconciliation.queries.hours import COLUMNS
from payments.reconciliation.queries.standing import MORE_SUMS, PAYMENTS, SUMS

_KEPT, _TRUE = (", ".join(f"{side}.{name}" for name in COLUMNS) for side in ("h", "t"))
_DIFFER = f"""
    SELECT format('Jam %s rekening %s: jumlah yang disimpan lain dari pembayarannya.',
                  hour, receiving_account_id)
    FROM reconciliation_hoursum AS h
    FULL JOIN (
        SELECT date_trunc('hour', p.paid_at, 'UTC') AS hour, p.receiving_account_id, p.opd_id,
               {SUMS}, {MORE_SUMS}
        FROM {PAYMENTS} GROUP BY 1, 2, 3
    ) AS t USING (hour, receiving_account_id, opd_id)
    WHERE ({_KEPT}) IS DISTINCT FROM ({_TRUE})
      AND hour NOT IN (SELECT hour FROM reconciliation_hourchange)
"""  # noqa: S608 constants alone

LAWS = [
    Law(
        "reconciliation.hours",
        "jumlah per jam sama dengan pembayaran di dalamnya",
        lambda: count_and_problems("SELECT count(*) FROM reconciliation_hoursum", _DIFFER),
    )
]
