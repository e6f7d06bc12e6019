"""Differences between two documents, in one set-based statement a pair.

A branch that is missing as a whole is one difference, at its top. A parent's pagu that differs by just what
differs below it is no difference of its own. Both keep one cause from being told three times.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from tp2dd.consistency.choosing import Match, Shelf
from tp2dd.consistency.models import Score
from tp2dd.consistency.pairs import Pair

SIGHTING = (
    "year, opd_id, upper, lower, check_kind, level, code, about, name, indicator, upper_value, lower_value,"
    " upper_amount, lower_amount"
)
_SIDE = """
    SELECT n.* FROM consistency_node n
      JOIN (SELECT DISTINCT opd_id, coalesce({side}_document_id, 0) AS document_key FROM consistency_score
             WHERE year = %(year)s AND upper = %(upper)s AND lower = %(lower)s) s
        ON s.opd_id = n.opd_id AND s.document_key = n.document_key
     WHERE n.year = %(year)s AND n.kind = %({side})s AND n.level = ANY(%(levels)s)
"""
_COMPARE = f"""
    WITH u AS MATERIALIZED ({_SIDE.format(side="upper")}),
    l AS MATERIALIZED ({_SIDE.format(side="lower")}),
    joined AS MATERIALIZED (
        SELECT coalesce(l.opd_id, u.opd_id) AS opd_id, coalesce(l.code, u.code) AS code,
               coalesce(l.level, u.level) AS level, coalesce(l.parent, u.parent) AS parent,
               coalesce(nullif(l.name, ''), u.name, '') AS name, u.id AS uid, l.id AS lid,
               u.pagu AS upagu, l.pagu AS lpagu, coalesce(l.pagu, 0) - coalesce(u.pagu, 0) AS delta,
               u.indicators AS ui, l.indicators AS li,
               coalesce(u.stated AND l.stated, false) AS both_stated,
               u.id IS NOT NULL AND l.id IS NOT NULL
                   AND abs(l.pagu - u.pagu) > greatest(u.pagu * %(percent)s / 100, %(rupiah)s) AS beyond
          FROM u FULL JOIN l ON l.opd_id = u.opd_id AND l.code = u.code),
    below_two AS (
        SELECT opd_id, parent AS code, bool_or(beyond OR uid IS NULL OR lid IS NULL) AS off,
               sum(delta) AS delta
          FROM joined WHERE level = 3 GROUP BY opd_id, parent),
    two AS (
        SELECT j.opd_id, j.code, j.parent, j.delta, j.beyond OR j.uid IS NULL OR j.lid IS NULL
                   OR coalesce(b.off, false) AS off
          FROM joined j LEFT JOIN below_two b USING (opd_id, code) WHERE j.level = 2),
    below AS (
        SELECT * FROM below_two
        UNION ALL
        SELECT opd_id, parent, bool_or(off), sum(delta) FROM two GROUP BY opd_id, parent),
    seen AS MATERIALIZED (
        SELECT j.*, p.code IS NULL OR (p.uid IS NOT NULL AND p.lid IS NOT NULL) AS is_top,
               j.beyond AND NOT coalesce(b.off AND b.delta = j.delta, false) AS own_pagu
          FROM joined j
          LEFT JOIN below b ON b.opd_id = j.opd_id AND b.code = j.code
          LEFT JOIN joined p ON p.opd_id = j.opd_id AND p.code = j.parent),
    said AS (
        SELECT s.opd_id, s.level, s.code, s.name, k.key, s.ui -> k.key AS uv, s.li -> k.key AS lv
          FROM seen s
          CROSS JOIN LATERAL (SELECT jsonb_object_keys(s.ui) UNION SELECT jsonb_object_keys(s.li)) AS k(key)
         WHERE %(indicators)s AND s.both_stated AND s.ui <> s.li),
    differing AS MATERIALIZED (
        SELECT * FROM said
         WHERE uv IS NULL OR lv IS NULL OR uv ->> 1 <> lv ->> 1 OR uv ->> 2 <> lv ->> 2),
    written AS (
        INSERT INTO consistency_sighting ({SIGHTING})
        SELECT %(year)s, opd_id, %(upper)s, %(lower)s, CASE WHEN lid IS NULL THEN 'missing' ELSE 'orphan' END,
               level, code, '', name, '', '', '', upagu, lpagu
          FROM seen WHERE is_top AND (uid IS NULL OR lid IS NULL)
        UNION ALL
        SELECT %(year)s, opd_id, %(upper)s, %(lower)s, 'pagu', level, code, '', name, '', '', '', upagu, lpagu
          FROM seen WHERE own_pagu
        UNION ALL
        SELECT %(year)s, opd_id, %(upper)s, %(lower)s,
               CASE WHEN uv IS NULL OR lv IS NULL THEN 'indicator' ELSE 'target' END, level, code, key, name,
               coalesce(uv ->> 0, lv ->> 0), coalesce(btrim((uv ->> 3) || ' ' || (uv ->> 4)), ''),
               coalesce(btrim((lv ->> 3) || ' ' || (lv ->> 4)), ''), NULL, NULL
          FROM differing)
    UPDATE consistency_score AS c
       SET nodes = f.nodes, in_upper = f.in_upper, in_lower = f.in_lower, "both" = f.in_both,
           pagu_ok = f.pagu_ok, indicators_ok = f.indicators_ok, agreeing = f.agreeing
      FROM (
        SELECT s.opd_id, s.level, count(*) AS nodes, count(s.uid) AS in_upper, count(s.lid) AS in_lower,
               count(*) FILTER (WHERE s.uid IS NOT NULL AND s.lid IS NOT NULL) AS in_both,
               count(*) FILTER (WHERE s.uid IS NOT NULL AND s.lid IS NOT NULL AND NOT s.beyond) AS pagu_ok,
               count(*) FILTER (WHERE s.uid IS NOT NULL AND s.lid IS NOT NULL AND d.code IS NULL)
                   AS indicators_ok,
               count(*) FILTER (WHERE s.uid IS NOT NULL AND s.lid IS NOT NULL AND NOT s.own_pagu
                                  AND d.code IS NULL) AS agreeing
          FROM seen s LEFT JOIN (SELECT DISTINCT opd_id, code FROM differing) d USING (opd_id, code)
         GROUP BY s.opd_id, s.level) f
     WHERE c.year = %(year)s AND c.upper = %(upper)s AND c.lower = %(lower)s
       AND c.opd_id = f.opd_id AND c.level = f.level
"""  # noqa: S608 constants alone

# Only what the document states itself: a parent that we summed up cannot differ from its sum.
_SUMS = f"""
    WITH children AS (
        SELECT n.opd_id, n.kind, n.document_key, n.parent AS code, sum(n.pagu) AS pagu
          FROM consistency_node n WHERE n.year = %(year)s AND n.parent <> ''
         GROUP BY n.opd_id, n.kind, n.document_key, n.parent),
    seen AS MATERIALIZED (
        SELECT p.opd_id, p.kind, p.level, p.code, p.name, p.pagu, c.pagu AS below
          FROM consistency_node p
          JOIN children c USING (opd_id, kind, document_key, code)
          JOIN consistency_score s ON s.year = %(year)s AND s.opd_id = p.opd_id AND s.upper = p.kind
           AND s.lower = p.kind AND s.level = p.level AND s.upper_document_id = p.document_key
         WHERE p.year = %(year)s AND p.stated),
    written AS (
        INSERT INTO consistency_sighting ({SIGHTING})
        SELECT %(year)s, opd_id, kind, kind, 'sum', level, code, '', name, '', '', '', pagu, below
          FROM seen WHERE pagu <> below)
    UPDATE consistency_score AS c
       SET nodes = f.nodes, in_upper = f.nodes, in_lower = f.nodes, "both" = f.nodes, pagu_ok = f.agreeing,
           indicators_ok = f.nodes, agreeing = f.agreeing
      FROM (SELECT opd_id, kind, level, count(*) AS nodes, count(*) FILTER (WHERE pagu = below) AS agreeing
              FROM seen GROUP BY opd_id, kind, level) f
     WHERE c.year = %(year)s AND c.upper = f.kind AND c.lower = f.kind AND c.opd_id = f.opd_id
       AND c.level = f.level
"""  # noqa: S608 constants alone


def prepare(year: int, matches: Iterable[Match], shelf: Shelf) -> None:
    """An empty score for each pair of documents, agency and level that can be compared."""
    Score.objects.filter(year=year).delete()
    rows = [
        Score(
            year=year, opd_id=match.opd_id, upper=match.pair.upper, lower=match.pair.lower, level=level,
            upper_document_id=match.upper.id, lower_document_id=match.lower.id,
        )
        for match in matches
        for level in match.pair.levels
    ]  # fmt: skip
    rows += [
        Score(
            year=year, opd_id=opd_id, upper=kind, lower=kind, level=level,
            upper_document_id=version.id, lower_document_id=version.id,
        )
        for kind, opd_id, version in shelf.newest()
        for level in (1, 2)
    ]  # fmt: skip
    Score.objects.bulk_create(rows, batch_size=2000)


def compare(year: int, pair: Pair) -> None:
    """Sightings and scores of one pair, all agencies at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            _COMPARE,
            {
                "year": year, "upper": pair.upper, "lower": pair.lower, "levels": list(pair.levels),
                "percent": pair.percent, "rupiah": pair.rupiah, "indicators": pair.indicators,
            },
        )  # fmt: skip


def compare_sums(year: int) -> None:
    """Sightings and scores of parents beside the sum of what stands below them, in every newest document."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"year": year})
