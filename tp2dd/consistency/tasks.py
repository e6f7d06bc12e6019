"""Comparing by itself: after each import, and every night. A lost nudge is found by the sweep."""

from __future__ import annotations

from datetime import date

from celery.schedules import crontab
from django.utils import timezone

from config.celery import app
from opd.office import queue
from opd.planning.models import FileKind, PlanFile
from tp2dd.consistency import due, services

CHECK = "consistency.check"
BEAT = {
    "consistency.sweep": {"task": "consistency.sweep", "schedule": 300.0},
    "consistency.nightly": {"task": "consistency.nightly", "schedule": crontab(hour="3", minute="10")},
}


def follow(file: PlanFile) -> None:
    """Compare the years that a saved file speaks of, once its transaction has committed."""
    if file.kind == FileKind.SIPD:
        return
    last = int(file.facts.get("last_year") or file.year)
    for year in due.years():
        if file.year <= year <= last:
            queue.nudge(CHECK, year)


@app.task(name=CHECK)
def check(year: str) -> None:
    services.run(year=int(year), by=None, at=timezone.now())


@app.task(name="consistency.sweep")
def sweep() -> None:
    """Years with a document that is newer than their last run."""
    for year in due.years():
        if due.is_due(year):
            check(str(year))


@app.task(name="consistency.nightly")
def nightly() -> None:
    """This year and those beside it: realisation moves without any import."""
    today: date = timezone.localdate()
    for year in due.years():
        if abs(year - today.year) <= 1:
            check(str(year))
