"""Laws of the budget, proven by ``manage.py verify``."""

from __future__ import annotations

from django.db import connection

from opd.office.verification import Finding, Law, count_and_problems

_LINES = "SELECT count(*) FROM planning_budgetline"
_NAME = "format('baris %s (OPD %s, %s): %s %s, seharusnya %s', l.id, l.opd_id, l.kode_rekening"
_APPEND_ONLY = (
    *("dpa", "lineversion", "spd", "spdline", "upgrant", "pursemovement", "correction"),
    *("plandocument", "planline", "planindicator"),
)
_KEPT = ("budgetline", "purse", "hold", "planfile", "sipdrow")
_GUARDED = ("budgetline", "hold", "planfile", "sipdrow")


def _counter(column: str, expected: str) -> Finding:
    """A counter of each line equals what its rows sum to."""
    return count_and_problems(
        _LINES,
        f"""
        SELECT {_NAME}, '{column}', l.{column}, e.amount)
          FROM planning_budgetline l
          CROSS JOIN LATERAL ({expected}) e
         WHERE l.{column} <> e.amount
         ORDER BY l.id
        """,
    )


def _held() -> Finding:
    return _counter(
        "held",
        "SELECT coalesce(sum(amount), 0) AS amount FROM planning_hold"
        " WHERE line_id = l.id AND state = 'active'",
    )


def _realised() -> Finding:
    return _counter(
        "realised",
        """
        SELECT coalesce((SELECT sum(realised_amount) FROM planning_hold
                          WHERE line_id = l.id AND state = 'realised'), 0)
             + coalesce((SELECT sum(amount) FROM planning_sipdrow
                          WHERE line_id = l.id AND state = 'counted'), 0) AS amount
        """,
    )


def _released() -> Finding:
    return _counter(
        "released", "SELECT coalesce(sum(amount), 0) AS amount FROM planning_spdline WHERE line_id = l.id"
    )


def _pagu() -> Finding:
    """The pagu is what the newest DPA of the agency and year says; every line stands in every later DPA."""
    return _counter(
        "pagu",
        """
        SELECT coalesce((SELECT v.pagu FROM planning_lineversion v JOIN planning_dpa d ON d.id = v.dpa_id
                          WHERE v.line_id = l.id AND d.stage_no = (
                                SELECT max(stage_no) FROM planning_dpa
                                 WHERE opd_id = l.opd_id AND year = l.year)), 0) AS amount
        """,
    )


def _within() -> Finding:
    return count_and_problems(
        _LINES,
        f"""
        SELECT {_NAME}, 'ditahan dan realisasi', l.held + l.realised,
               'paling banyak ' || least(l.pagu, l.released))
          FROM planning_budgetline l
         WHERE l.held + l.realised > l.pagu OR l.held + l.realised > l.released
         ORDER BY l.id
        """,
    )


def _purses() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM planning_purse",
        """
        SELECT format('uang persediaan %s (OPD %s, %s): terpakai %s dan batas %s, menurut geraknya %s dan %s',
                      p.id, p.opd_id, p.kind, p.used, p."limit", m.used, m."limit")
          FROM planning_purse p
          CROSS JOIN LATERAL (
                SELECT coalesce(sum(amount) FILTER (WHERE "of" = 'used'), 0) AS used,
                       coalesce(sum(amount) FILTER (WHERE "of" = 'limit'), 0) AS "limit"
                  FROM planning_pursemovement WHERE purse_id = p.id) m
         WHERE p.used <> m.used OR p."limit" <> m."limit" OR p.used < 0 OR p.used > p."limit"
         ORDER BY p.id
        """,
    )


def _corrections() -> Finding:
    """What was realised and what came back never exceed what was held."""
    return count_and_problems(
        "SELECT count(*) FROM planning_hold WHERE state = 'realised'",
        """
        SELECT format('penahanan %s: realisasi %s dan pengembalian %s melebihi %s', h.id, h.realised_amount,
                      c.amount, h.amount)
          FROM planning_hold h
          CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS amount FROM planning_correction
                               WHERE hold_id = h.id) c
         WHERE h.state = 'realised' AND h.realised_amount + c.amount > h.amount
         ORDER BY h.id
        """,
    )


def _counted_once() -> Finding:
    """No SIPD row is both counted and tied to a hold, and a tie is to a hold of its own line."""
    return count_and_problems(
        "SELECT count(*) FROM planning_sipdrow",
        """
        SELECT format('baris SIPD %s (%s) terikat pada penahanan yang bukan miliknya', r.id,
                      r.document_number)
          FROM planning_sipdrow r JOIN planning_hold h ON h.id = r.hold_id
         WHERE r.state <> 'matched' OR h.state = 'released' OR h.line_id <> r.line_id
         ORDER BY r.id
        """,
    )


def _cash_plan() -> Finding:
    """A plan has twelve months."""
    return count_and_problems(
        "SELECT count(*) FROM planning_cashplan",
        "SELECT format('anggaran kas baris %s punya %s bulan, bukan 12', line_id, count(*))"
        " FROM planning_cashplan GROUP BY line_id HAVING count(*) <> 12",
    )


def _plan_versions() -> Finding:
    """Versions of a plan document count from 0 without a gap, each decreed no earlier than the one before."""
    return count_and_problems(
        "SELECT count(*) FROM planning_plandocument",
        """
        SELECT format('dokumen %s (%s): versi %s setelah %s', id, number, version, coalesce(before, -1))
          FROM (SELECT id, number, version, decree_date, lag(version) OVER w AS before,
                       lag(decree_date) OVER w AS day_before
                  FROM planning_plandocument
                WINDOW w AS (PARTITION BY kind, opd_id, first_year ORDER BY version)) d
         WHERE version <> coalesce(before, -1) + 1 OR decree_date < day_before
         ORDER BY id
        """,
    )


def _plan_lines() -> Finding:
    """A line's level is that of its code, and its year is one of its document."""
    return count_and_problems(
        "SELECT count(*) FROM planning_planline",
        """
        SELECT format('baris %s (%s): tingkat %s, tahun %s', l.id, l.code, l.level, l.year)
          FROM planning_planline l JOIN planning_plandocument d ON d.id = l.document_id
         WHERE l.year NOT BETWEEN d.first_year AND d.last_year
            OR l.level <> CASE cardinality(string_to_array(l.code, '.'))
                          WHEN 3 THEN 1 WHEN 5 THEN 2 WHEN 6 THEN 3 END
            OR (d.opd_id IS NOT NULL AND d.opd_id <> l.opd_id)
         ORDER BY l.id
        """,
    )


def _guards() -> Finding:
    wanted = {f"planning_{table}_append_only" for table in _APPEND_ONLY}
    wanted |= {f"planning_{table}_kept" for table in _KEPT}
    wanted |= {f"planning_{table}_guard" for table in _GUARDED}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'planning%' AND tgenabled = 'A'")
        live = {name for (name,) in cursor.fetchall()}
    return Finding(len(wanted), [f"pemicu {name} tidak terpasang" for name in sorted(wanted - live)])


LAWS = (
    Law("planning.held", "yang ditahan pada setiap baris sama dengan jumlah penahanannya yang aktif", _held),
    Law("planning.realised", "realisasi setiap baris sama dengan pengajuan dan baris SIPD-nya", _realised),
    Law("planning.released", "SPD setiap baris sama dengan jumlah SPD-nya", _released),
    Law("planning.pagu", "pagu setiap baris sama dengan DPA terbaru", _pagu),
    Law("planning.within", "ditahan dan realisasi tidak melebihi pagu dan SPD", _within),
    Law("planning.purses", "uang persediaan sama dengan jumlah geraknya dan tidak melebihi batas", _purses),
    Law("planning.corrections", "realisasi dan pengembalian tidak melebihi yang ditahan", _corrections),
    Law("planning.counted_once", "belanja yang cocok dengan pengajuan tidak dihitung lagi", _counted_once),
    Law("planning.cash_plan", "anggaran kas setiap baris lengkap dua belas bulan", _cash_plan),
    Law("planning.plan_versions", "versi dokumen perencanaan berurutan tanpa celah", _plan_versions),
    Law("planning.plan_lines", "baris dokumen perencanaan sesuai tingkat dan tahunnya", _plan_lines),
    Law("planning.guards", "penjaga anggaran terpasang di basis data", _guards),
)
