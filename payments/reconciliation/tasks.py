"""Work behind the screens. What is to do stands in rows; these only take it up."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from payments.reconciliation import queries, services
from payments.reconciliation.services import feeds, hours

BEAT: dict[str, dict[str, Any]] = {
    "reconciliation.sweep": {"task": "reconciliation.sweep", "schedule": 60.0},
    "reconciliation.count_hours": {"task": "reconciliation.count_hours", "schedule": 20.0},
    "reconciliation.plan_statements": {"task": "reconciliation.plan_statements", "schedule": 600.0},
    "reconciliation.match_open": {"task": "reconciliation.match_open", "schedule": 3600.0},
}


@shared_task(name="reconciliation.run_import")
def run_import(file_id: str | int) -> None:
    services.run_import(int(file_id), at=timezone.now())


@shared_task(name="reconciliation.plan_statements")
def plan_statements() -> None:
    """Ask the banks for the days of every statement feed that are not here yet."""
    feeds.plan(at=timezone.now())


@shared_task(name=feeds.TASK)
def fetch_statement(fetch_id: str | int) -> None:
    feeds.fetch(int(fetch_id), at=timezone.now())


@shared_task(name="reconciliation.match_open")
def match_open() -> None:
    """Match again what earlier runs left open, and look for payments that the bank never settled."""
    services.reconcile(file_id=None, at=timezone.now())


@shared_task(name="reconciliation.sweep")
def sweep() -> None:
    """Take up files whose worker was lost, and open money as soon as it can be matched or booked."""
    services.nudge_stuck(at=timezone.now())
    if queries.has_open_work():
        match_open()


@shared_task(name="reconciliation.count_hours")
def count_hours() -> None:
    """Bring the sums by hour up to date, so that pages read sums and few rows."""
    hours.roll()
