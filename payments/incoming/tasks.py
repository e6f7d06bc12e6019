"""Celery's doors to this room. All work is found in the database; a lost task costs only time."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from payments.incoming import notices
from payments.incoming import sweep as sweeping

BEAT: dict[str, dict[str, Any]] = {"incoming.sweep": {"task": "incoming.sweep", "schedule": 20.0}}


@shared_task(name="incoming.process_notice")
def process_notice(inbox_id: str) -> None:
    """Nudged by a notice that has just been stored."""
    at = timezone.now()
    if notices.claim(int(inbox_id), at):
        notices.process(int(inbox_id), at=at)


@shared_task(name="incoming.sweep")
def sweep() -> None:
    """Every 20 seconds: notices, fulfilment and questions that are due."""
    sweeping.run()
