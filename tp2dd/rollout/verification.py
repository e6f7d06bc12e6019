"""Laws of the roll-out, proven by ``manage.py verify``."""

from __future__ import annotations

from django.utils import timezone

from opd.office.verification import Finding, Law, count_and_problems, guards_standing
from tp2dd.rollout import checklist
from tp2dd.rollout.models import OpdChannel
from tp2dd.rollout.services import RUNNING


def _ready() -> Finding:
    """A pilot runs on a complete checklist or on a stated reason; "siap" means complete."""
    lists = checklist.all_items(timezone.localdate())
    rows = list(OpdChannel.objects.prefetch_related("ticks"))
    problems = []
    for row in rows:
        complete = {item.code for item in lists[row.channel]} <= {tick.item for tick in row.ticks.all()}
        if row.stage == "ready" and not complete:
            problems.append(f"kanal OPD {row.pk}: siap tanpa syarat lengkap")
        if row.stage in RUNNING and not complete and not row.exception_reason:
            problems.append(f"kanal OPD {row.pk}: berjalan tanpa syarat lengkap dan tanpa alasan")
    return Finding(len(rows), problems)


def _audited() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM tp2dd_opdchannel WHERE stage <> 'none'",
        """
        SELECT format('kanal OPD %s (%s) tanpa jejak audit', c.id, c.stage) FROM tp2dd_opdchannel c
         WHERE c.stage <> 'none' AND NOT EXISTS (
               SELECT FROM opd_auditevent a WHERE a.subject_type = 'tp2dd.opdchannel'
                  AND a.subject_id = c.id::text AND a.after ->> 'stage' = c.stage)
        """,
    )


def _verdicts() -> Finding:
    """A channel's outcome is that of its last decision since its pilot began."""
    return count_and_problems(
        "SELECT count(*) FROM tp2dd_pilotverdict",
        """
        SELECT format('kanal OPD %s: putusan %s, tercatat terakhir %s', c.id, c.outcome,
                      coalesce(v.outcome, 'tidak ada'))
          FROM tp2dd_opdchannel c
          LEFT JOIN LATERAL (
                SELECT outcome FROM tp2dd_pilotverdict WHERE opd_channel_id = c.id ORDER BY id DESC LIMIT 1
               ) v ON true
         WHERE c.outcome <> '' AND c.outcome IS DISTINCT FROM v.outcome
         ORDER BY c.id
        """,
    )


def _guards() -> Finding:
    return guards_standing([("tp2dd_pilotverdict", "tp2dd_pilotverdict_append_only")])


LAWS = (
    Law("rollout.ready", "uji coba berjalan dengan syarat lengkap atau alasan tertulis", _ready),
    Law("rollout.verdicts", "putusan uji coba sama dengan yang tercatat terakhir", _verdicts),
    Law("rollout.guards", "pengaman putusan uji coba terpasang di basis data", _guards),
    Law("rollout.audited", "setiap tahap peluncuran ada di jejak audit", _audited),
)
