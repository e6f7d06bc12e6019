"""The dashboard may lag behind the books by minutes, but it never says more than they do."""

from __future__ import annotations

from opd.office.verification import Law, count_and_problems
from tp2dd.board import laws as board
from tp2dd.rollout import verification as rollout
from tp2dd.rollup import FACTS

_COLUMNS = ("payments", "paid", "settled", "credited", "booked")
_COMPARED = (
    "SELECT t.day, t.receiving_account_id, t.refreshed_at, EXISTS (SELECT FROM reconciliation_hourchange AS h"
    " WHERE (h.hour AT TIME ZONE 'Asia/Jakarta')::date = t.day) AS changing, "
    + ", ".join(f"t.{name} AS {name}, coalesce(f.{name}, 0) AS true_{name}" for name in _COLUMNS)
    + " FROM tp2dd_takingsday AS t LEFT JOIN ("
    + FACTS
    + " GROUP BY 1, 2, 3) AS f USING (day, receiving_account_id)"
)
_MORE = " OR ".join(f"{name} > true_{name}" for name in _COLUMNS)
_OTHER = " OR ".join(f"{name} <> true_{name}" for name in _COLUMNS)

LAWS = (
    Law(
        "tp2dd.takings_not_above_books",
        "papan TP2DD tidak pernah menyebut lebih dari yang dibukukan",
        lambda: count_and_problems(
            "SELECT count(*) FROM tp2dd_takingsday",
            "SELECT format('hari %s rekening %s: papan melebihi pembukuan', day, receiving_account_id)"
            f" FROM ({_COMPARED}) AS c WHERE NOT changing AND ({_MORE})",
        ),
    ),
    Law(
        "tp2dd.takings_up_to_date",
        "papan TP2DD tidak tertinggal lebih dari sehari",
        lambda: count_and_problems(
            "SELECT count(*) FROM tp2dd_takingsday",
            "SELECT format('hari %s rekening %s: papan tertinggal', day, receiving_account_id)"
            f" FROM ({_COMPARED}) AS c"
            f" WHERE refreshed_at < now() - interval '1 day' AND (changing OR {_OTHER})",
        ),
    ),
    *board.LAWS,
    *rollout.LAWS,
)
