"""Webhooks by the clock and by nudges, and what retention lets go of the counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import shared_task
from celery.schedules import crontab
from django.db.models import Exists, OuterRef
from django.utils import timezone

from tp2dd.api.models import Use
from tp2dd.api.webhooks import feeding, sending

KEPT = timedelta(days=90)
BEAT: dict[str, dict[str, Any]] = {
    "api.webhooks": {"task": feeding.TASK, "schedule": 10.0},
    "api.clean": {"task": "api.clean", "schedule": crontab(hour="2", minute="50")},
}


@shared_task(name=feeding.TASK)
def webhooks() -> None:
    feeding.feed(at=timezone.now())
    sending.send_due()


@shared_task(name="api.clean")
def clean() -> None:
    """Counts of calls older than 90 days say nothing any more, but for each token's last one."""
    later = Use.objects.filter(access=OuterRef("access"), minute__gt=OuterRef("minute"))
    Use.objects.filter(Exists(later), minute__lt=timezone.now() - KEPT).delete()
