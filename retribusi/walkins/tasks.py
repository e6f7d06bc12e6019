"""Work of this room in the background."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from retribusi.walkins.services import phantom


@shared_task(name="walkins.open_cases")
def open_cases() -> int:
    return phantom.open_from_money(at=timezone.now())


BEAT: dict[str, dict[str, Any]] = {"walkins.open_cases": {"task": "walkins.open_cases", "schedule": 60.0}}
