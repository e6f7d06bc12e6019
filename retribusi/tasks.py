"""Work of this room in the background."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from retribusi import throttle


@shared_task(name="retribusi.forget_throttles")
def forget_throttles() -> int:
    return throttle.forget(at=timezone.now())


BEAT: dict[str, dict[str, Any]] = {
    "retribusi.forget_throttles": {"task": "retribusi.forget_throttles", "schedule": 3600.0}
}
