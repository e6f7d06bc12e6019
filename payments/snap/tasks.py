"""What the clock does for SNAP: once a day, what retention lets go."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from payments.snap import retention

BEAT: dict[str, dict[str, Any]] = {
    "snap.clean": {"task": "snap.clean", "schedule": crontab(hour=2, minute=40)},
}


@shared_task(name="snap.clean")
def clean() -> None:
    retention.clean(at=timezone.now())
