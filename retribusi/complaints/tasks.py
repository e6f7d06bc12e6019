"""Work of complaints in the background."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from retribusi.complaints import contacts


@shared_task(name="complaints.forget_contacts")
def forget_contacts() -> int:
    return contacts.forget(at=timezone.now())


BEAT: dict[str, dict[str, Any]] = {
    "complaints.forget_contacts": {"task": "complaints.forget_contacts", "schedule": 24 * 3600.0}
}
