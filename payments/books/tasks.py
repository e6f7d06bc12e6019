"""Work behind the screens: the whole SPJ as one PDF. What is to do stands in rows; these take it up."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from opd.office.models import JobState
from payments.books import services
from payments.books.models import Report

BEAT: dict[str, dict[str, Any]] = {"books.sweep": {"task": "books.sweep", "schedule": 120.0}}


@shared_task(name="books.make_pdf")
def make_pdf(report_id: str | int) -> None:
    services.make_pdf(report_id=int(report_id), at=timezone.now())


@shared_task(name="books.sweep")
def sweep() -> None:
    """Take up PDFs whose nudge was lost."""
    for report in Report.objects.filter(job__state=JobState.QUEUED).order_by("pk")[:20]:
        services.make_pdf(report_id=report.pk, at=timezone.now())
