"""Celery's doors to this room. All work is found in the database; a lost task costs only time."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from payments.spending import sweep as sweeping

BEAT: dict[str, dict[str, Any]] = {"spending.sweep": {"task": "spending.sweep", "schedule": 15.0}}


@shared_task(name="spending.sweep")
def sweep() -> None:
    """Every 15 seconds: payments without a certain answer are asked about."""
    sweeping.run()
