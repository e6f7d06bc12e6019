"""Laws of the action plan, proven by ``manage.py verify``."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing

GUARDS = (
    ("actionentry", "append_only"), ("target", "append_only"), ("roadmap", "kept"), ("indicator", "kept"),
    ("evaluation", "kept"), ("action", "kept"), ("action", "final"), ("evaluation", "final"),
)  # fmt: skip


def _moves_are_told() -> Finding:
    """An action's state and progress are what its last entry says."""
    return count_and_problems(
        "SELECT count(*) FROM roadmap_action",
        """
        SELECT format('aksi %s: %s %s%%, catatan terakhir %s %s%%', a.id, a.state, a.percent,
                      coalesce(e.kind, 'tidak ada'), e.percent)
          FROM roadmap_action a
          LEFT JOIN LATERAL (
                SELECT kind, percent FROM roadmap_actionentry WHERE action_id = a.id
                 ORDER BY id DESC LIMIT 1) e ON true
         WHERE e.kind IS NULL OR e.percent <> a.percent
            OR a.state <> CASE WHEN e.kind IN ('progress', 'reopened') THEN 'running' ELSE e.kind END
         ORDER BY a.id
        """,
    )


def _measured_was_done() -> Finding:
    """What was measured had been reported done with its proof; no closed finding has an action to do."""
    return count_and_problems(
        "SELECT count(*) FROM roadmap_action WHERE state IN ('done', 'measured')",
        """
        SELECT format('aksi %s selesai tanpa bukti', a.id) FROM roadmap_action a
         WHERE a.state IN ('done', 'measured') AND NOT EXISTS (
               SELECT FROM roadmap_actionentry e
                WHERE e.action_id = a.id AND e.kind = 'done' AND e.attachment_id IS NOT NULL)
        UNION ALL
        SELECT format('temuan evaluasi %s selesai, aksi %s belum', a.evaluation_id, a.id)
          FROM roadmap_action a JOIN roadmap_evaluation v ON v.id = a.evaluation_id
         WHERE v.state = 'closed' AND a.state IN ('planned', 'running')
        """,
    )


def _guards() -> Finding:
    return guards_standing([(f"roadmap_{table}", f"roadmap_{table}_{word}") for table, word in GUARDS])


LAWS = (
    Law("roadmap.told", "keadaan setiap aksi sama dengan catatan terakhirnya", _moves_are_told),
    Law("roadmap.proven", "aksi yang selesai punya bukti", _measured_was_done),
    Law("roadmap.guards", "penjaga rencana aksi terpasang di basis data", _guards),
)
