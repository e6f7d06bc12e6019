"""The chain of a year laid out: every node of every document that is compared, under today's codes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection

from opd.planning import codes
from opd.planning.imports import plan_codes
from opd.planning.models import BudgetLine, PlanLine

_LEVEL = "CASE cardinality(string_to_array({code}, '.')) WHEN 3 THEN 1 WHEN 5 THEN 2 ELSE 3 END"
_PARENT = (
    "CASE cardinality(string_to_array({code}, '.'))"
    " WHEN 5 THEN array_to_string((string_to_array({code}, '.'))[1:3], '.')"
    " WHEN 6 THEN array_to_string((string_to_array({code}, '.'))[1:5], '.') ELSE '' END"
)
_COLUMNS = "year, kind, document_key, opd_id, level, code, parent, written, name, pagu, stated, indicators"
_TODAY = "today AS (SELECT * FROM unnest(%(old)s::text[], %(new)s::text[]) AS t(old, new))"

# Two codes that became one are one node: its pagu is their sum.
_PLANS = f"""
    WITH {_TODAY},
    said AS (
        SELECT l.id, l.document_id, d.kind, l.opd_id, coalesce(t.new, l.code) AS code, l.code AS written,
               l.name, l.pagu, l.line_no
          FROM planning_planline l
          JOIN planning_plandocument d ON d.id = l.document_id
          LEFT JOIN today t ON t.old = l.code
         WHERE l.year = %(year)s AND l.document_id = ANY(%(documents)s)),
    meant AS (
        SELECT s.document_id, s.opd_id, s.code,
               jsonb_object_agg(md5(lower(i.name)), jsonb_build_array(
                   i.name, i.target_key, lower(i.unit), i.target, i.unit)) AS indicators
          FROM said s JOIN planning_planindicator i ON i.line_id = s.id
         GROUP BY s.document_id, s.opd_id, s.code),
    grouped AS (
        SELECT document_id, kind, opd_id, code, min(written) AS written,
               (array_agg(name ORDER BY line_no))[1] AS name, sum(pagu) AS pagu
          FROM said GROUP BY document_id, kind, opd_id, code)
    INSERT INTO consistency_node ({_COLUMNS})
    SELECT %(year)s, g.kind, g.document_id, g.opd_id, {_LEVEL.format(code="g.code")}, g.code,
           {_PARENT.format(code="g.code")}, g.written, g.name, g.pagu, true,
           coalesce(m.indicators, '{{}}'::jsonb)
      FROM grouped g LEFT JOIN meant m USING (document_id, opd_id, code)
"""  # noqa: S608 constants alone
_DPA = f"""
    WITH {_TODAY}
    INSERT INTO consistency_node ({_COLUMNS})
    SELECT %(year)s, 'dpa', 0, l.opd_id, 3, coalesce(t.new, l.kode_sub_kegiatan),
           {_PARENT.format(code="coalesce(t.new, l.kode_sub_kegiatan)")}, min(l.kode_sub_kegiatan),
           min(l.nama_sub_kegiatan), sum(l.pagu), true, '{{}}'::jsonb
      FROM planning_budgetline l LEFT JOIN today t ON t.old = l.kode_sub_kegiatan
     WHERE l.year = %(year)s AND l.pagu > 0
     GROUP BY l.opd_id, coalesce(t.new, l.kode_sub_kegiatan)
"""  # noqa: S608 constants alone
_PARENTS = f"""
    INSERT INTO consistency_node ({_COLUMNS})
    SELECT n.year, n.kind, n.document_key, n.opd_id, %(level)s, n.parent, {_PARENT.format(code="n.parent")},
           n.parent, '', sum(n.pagu), false, '{{}}'::jsonb
      FROM consistency_node n
     WHERE n.year = %(year)s AND n.level = %(below)s
       AND NOT EXISTS (SELECT FROM consistency_node p
                        WHERE p.year = n.year AND p.kind = n.kind AND p.document_key = n.document_key
                          AND p.opd_id = n.opd_id AND p.code = n.parent)
     GROUP BY n.year, n.kind, n.document_key, n.opd_id, n.parent
"""  # noqa: S608 constants alone


def lay_out(year: int, documents: Collection[int]) -> int:
    """Make the nodes of a year anew from these plan documents and the DPA. Returns how many there are."""
    params: dict[str, Any] = {"year": year, "documents": sorted(documents), **_todays_codes(year, documents)}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM consistency_node WHERE year = %(year)s", params)
        cursor.execute(_PLANS, params)
        cursor.execute(_DPA, params)
        for level in (2, 1):
            cursor.execute(_PARENTS, {"year": year, "level": level, "below": level + 1})
        cursor.execute("SELECT count(*) FROM consistency_node WHERE year = %(year)s", params)
        return int(cursor.fetchone()[0])


def _todays_codes(year: int, documents: Collection[int]) -> dict[str, list[str]]:
    """Codes as written whose spelling today is another one, as two arrays."""
    changes = codes.changes(year)
    pairs = [(code, plan_codes.newest(code, changes)) for code in _written(year, documents)]
    changed = [(old, new) for old, new in pairs if old != new]
    return {"old": [old for old, _ in changed], "new": [new for _, new in changed]}


def _written(year: int, documents: Collection[int]) -> Iterable[str]:
    planned = PlanLine.objects.filter(year=year, document__in=documents).order_by()
    budgeted = BudgetLine.objects.filter(year=year).order_by()
    return {
        *planned.values_list("code", flat=True).distinct(),
        *budgeted.values_list("kode_sub_kegiatan", flat=True).distinct(),
    }
