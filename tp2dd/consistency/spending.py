"""Execution beside the DPA: realisation within anggaran kas, anggaran kas and SPD within the DPA."""

from __future__ import annotations

from datetime import date

from django.db import connection

from tp2dd.consistency.comparing import SIGHTING
from tp2dd.consistency.models import REALISED

_CHECK = f"""
    WITH planned AS (
        SELECT line_id, sum(amount) AS whole, sum(amount) FILTER (WHERE month <= %(month)s) AS until
          FROM planning_cashplan GROUP BY line_id),
    subs AS MATERIALIZED (
        SELECT l.opd_id, l.kode_sub_kegiatan AS code, min(l.nama_sub_kegiatan) AS name, sum(l.pagu) AS pagu,
               sum(l.released) AS released, sum(l.realised) AS realised, sum(p.whole) AS whole,
               coalesce(sum(p.until), 0) AS until, bool_and(p.line_id IS NOT NULL) AS has_plan
          FROM planning_budgetline l LEFT JOIN planned p ON p.line_id = l.id
         WHERE l.year = %(year)s AND (l.pagu > 0 OR l.realised > 0)
         GROUP BY l.opd_id, l.kode_sub_kegiatan),
    differing AS MATERIALIZED (
        SELECT opd_id, code, name, 'released' AS kind, pagu AS upper, released AS lower FROM subs
         WHERE released > pagu
        UNION ALL
        SELECT opd_id, code, name, 'cash_plan', pagu, whole FROM subs WHERE has_plan AND whole <> pagu
        UNION ALL
        SELECT opd_id, code, name, 'ahead', until, realised FROM subs WHERE has_plan AND realised > until),
    written AS (
        INSERT INTO consistency_sighting ({SIGHTING})
        SELECT %(year)s, opd_id, 'dpa', '{REALISED}', kind, 3, code, '', name, '', '', '', upper, lower
          FROM differing)
    INSERT INTO consistency_score (year, opd_id, upper, lower, level, nodes, in_upper, in_lower, "both",
                                   pagu_ok, indicators_ok, agreeing)
    SELECT %(year)s, s.opd_id, 'dpa', '{REALISED}', 3, count(*), count(*), count(*), count(*),
           count(*) FILTER (WHERE d.code IS NULL), count(*), count(*) FILTER (WHERE d.code IS NULL)
      FROM subs s LEFT JOIN (SELECT DISTINCT opd_id, code FROM differing) d USING (opd_id, code)
     GROUP BY s.opd_id
"""  # noqa: S608 constants alone


def compare(year: int, today: date) -> None:
    """Sightings and scores of every sub kegiatan of the DPA; the anggaran kas counts up to this month."""
    month = 12 if today.year > year else today.month if today.year == year else 0
    with connection.cursor() as cursor:
        cursor.execute(_CHECK, {"year": year, "month": month})
