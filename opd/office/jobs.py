"""Progress of long work, as rows that a page polls."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from opd.models import User
from opd.office.models import Job, JobState


def create(kind: str, *, subject: str, by: User | None, at: datetime) -> Job:
    return Job.objects.create(kind=kind, subject=subject, by=by, created_at=at, touched_at=at)


def progress(job: Job, *, done: int, total: int, message: str = "") -> None:
    """Say how far the work is. Call it outside the work's own transaction, or nobody sees it in time."""
    _set(job, state=JobState.RUNNING, done=done, total=total, message=message)


def finish(job: Job, *, message: str) -> None:
    _set(
        job, state=JobState.DONE, done=job.total, total=job.total, message=message, finished_at=timezone.now()
    )


def fail(job: Job, *, message: str) -> None:
    """The work stopped; ``message`` says in Indonesian what happened and what it means."""
    _set(job, state=JobState.FAILED, message=message, finished_at=timezone.now())


def _set(job: Job, **fields: object) -> None:
    fields = {**fields, "touched_at": timezone.now()}
    Job.objects.filter(pk=job.pk).exclude(state=JobState.DONE).update(**fields)
    for name, value in fields.items():
        setattr(job, name, value)
