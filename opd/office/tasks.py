"""Work of the office behind the screens; what is to do stands in rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from opd.office.exports import making

BEAT: dict[str, dict[str, Any]] = {"office.sweep": {"task": "office.sweep", "schedule": 60.0}}


@shared_task(name=making.TASK)
def make_export(export_id: str) -> None:
    making.make(UUID(export_id), at=timezone.now())


@shared_task(name="office.sweep")
def sweep() -> int:
    """Take up archives whose worker was lost."""
    return making.nudge_stuck(at=timezone.now())
