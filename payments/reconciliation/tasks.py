"""Work behind the screens. What is to do stands in rows; these only take it up."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from payments.reconciliation import queries, services

BEAT: dict[str, dict[str, Any]] = {
    "reconciliation.sweep": {"task": "reconciliation.sweep", "schedule": 60.0},
}


@shared_task(name="reconciliation.run_import")
def run_import(file_id: str | int) -> None:
    services.run_import(int(file_id), at=timezone.now())


@shared_task(name="reconciliation.match_open")
def match_open() -> None:
    """Match again what earlier runs left open: money may have become known meanwhile."""
    services.reconcile(file_id=None, at=timezone.now())


@shared_task(name="reconciliation.sweep")
def sweep() -> None:
    """Take up files whose worker was lost, and what is still open."""
    services.nudge_stuck(at=timezone.now())
    if queries.has_open_work():
        match_open()
