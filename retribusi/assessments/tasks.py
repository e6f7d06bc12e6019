"""Work of this room in the background; what is to do stands in rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from retribusi.assessments.services import files

BEAT: dict[str, dict[str, Any]] = {"assessments.sweep": {"task": "assessments.sweep", "schedule": 60.0}}


@shared_task(name=files.TASK)
def issue_file(file_id: str) -> None:
    files.run(UUID(file_id), at=timezone.now())


@shared_task(name="assessments.sweep")
def sweep() -> int:
    """Take up files whose worker was lost."""
    return files.nudge_stuck(at=timezone.now())
