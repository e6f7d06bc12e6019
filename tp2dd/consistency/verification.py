"""Laws of the consistency checks, proven by ``manage.py verify``."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing

APPEND_ONLY = ("run", "findingevent")


def _findings_are_seen() -> Finding:
    """What the newest run saw stands as a finding that is not closed, and nothing else does."""
    return count_and_problems(
        "SELECT count(*) FROM consistency_finding",
        """
        SELECT format('temuan %s %s %s %s: tidak sesuai yang terlihat terakhir', year, upper, lower,
                      code)
          FROM consistency_finding f
          FULL JOIN consistency_sighting s
         USING (year, opd_id, upper, lower, check_kind, code, about)
         WHERE (s.id IS NOT NULL) <> (f.id IS NOT NULL AND f.state <> 'mended')
         ORDER BY year, code
        """,
    )


def _moves_are_told() -> Finding:
    """A finding's state is what its last telling event says."""
    return count_and_problems(
        "SELECT count(*) FROM consistency_finding",
        """
        SELECT format('temuan %s: keadaan %s, peristiwa terakhir %s', f.id, f.state,
                      coalesce(e.kind, 'tidak ada'))
          FROM consistency_finding f
          LEFT JOIN LATERAL (
                SELECT kind FROM consistency_findingevent WHERE finding_id = f.id AND kind <> 'assigned'
                 ORDER BY id DESC LIMIT 1) e ON true
         WHERE f.state <> CASE e.kind WHEN 'explained' THEN 'explained' WHEN 'accepted' THEN 'accepted'
                          WHEN 'mended' THEN 'mended' ELSE 'open' END
            OR e.kind IS NULL
         ORDER BY f.id
        """,
    )


def _scores_add_up() -> Finding:
    """Each difference of a pair takes its node out of the agreeing ones."""
    return count_and_problems(
        "SELECT count(*) FROM consistency_score",
        """
        SELECT format('kecocokan %s %s → %s tingkat %s: %s dari %s bersih, %s simpul bertemuan', c.opd_id,
                      c.upper, c.lower, c.level, c.agreeing, c.nodes, s.nodes)
          FROM consistency_score c
          CROSS JOIN LATERAL (
                SELECT count(DISTINCT code) AS nodes FROM consistency_sighting
                 WHERE year = c.year AND opd_id = c.opd_id AND upper = c.upper AND lower = c.lower
                   AND level = c.level) s
         WHERE c.agreeing + s.nodes > c.nodes
         ORDER BY c.id
        """,
    )


def _guards() -> Finding:
    return guards_standing(
        [(f"consistency_{table}", f"consistency_{table}_append_only") for table in APPEND_ONLY]
    )


LAWS = (
    Law("consistency.seen", "temuan konsistensi sama dengan yang terlihat terakhir", _findings_are_seen),
    Law("consistency.told", "setiap perubahan temuan konsistensi ada riwayatnya", _moves_are_told),
    Law("consistency.scores", "persentase konsistensi tidak menyembunyikan temuan", _scores_add_up),
    Law("consistency.guards", "penjaga konsistensi terpasang di basis data", _guards),
)
