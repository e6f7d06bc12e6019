"""The sums by hour are the rows they stand for."""

from __future__ import annotations

from opd.office.verification import Law, count_and_problems
from payments.reconciliation.queries.hours import COLUMNS, KEYS, ROWS

_KEPT, _TRUE = (", ".join(f"{side}.{name}" for name in COLUMNS) for side in ("h", "t"))
_DIFFER = f"""
    SELECT format('Jam %s rekening %s: jumlah yang disimpan lain dari pembayarannya.',
                  hour, receiving_account_id)
    FROM reconciliation_hoursum AS h
    FULL JOIN ({ROWS} GROUP BY 1, 2, 3, 4, 5) AS t USING ({", ".join(KEYS)})
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
