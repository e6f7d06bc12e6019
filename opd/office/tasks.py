"""Work of the office behind the screens; what is to do stands in rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from config import replica
from opd.office import archiving, proving
from opd.office.exports import making
from opd.office.models import ProofRun

BEAT: dict[str, dict[str, Any]] = {
    "office.sweep": {"task": "office.sweep", "schedule": 60.0},
    "office.archive": {"task": archiving.TASK, "schedule": crontab(hour="0-4", minute=20)},
    "office.prove_nightly": {"task": "office.prove_nightly", "schedule": crontab(hour=1, minute=30)},
}
if replica.configured():
    BEAT["office.pulse"] = {"task": "office.pulse", "schedule": replica.PULSE}


@shared_task(name="office.pulse")
def pulse() -> None:
    """Tell the replica the time, so that its age is known while nobody writes."""
    replica.pulse()


@shared_task(name=making.TASK)
def make_export(export_id: str) -> None:
    making.make(UUID(export_id), at=timezone.now())


@shared_task(name="office.sweep")
def sweep() -> int:
    """Take up archives and proofs whose worker was lost."""
    now = timezone.now()
    return making.nudge_stuck(at=now) + proving.nudge_stuck(at=now)


@shared_task(name="office.prove_nightly")
def prove_nightly() -> None:
    """Prove all laws while few people work; the page shows what was found in the morning."""
    proving.prove(proving.ask(by=None, at=timezone.now()))


@shared_task(name=archiving.TASK)
def archive() -> None:
    archiving.run(at=timezone.now())


@shared_task(name=proving.TASK)
def prove(run_id: str) -> None:
    proving.prove(ProofRun.objects.select_related("job").get(pk=UUID(run_id)))
