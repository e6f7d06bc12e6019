"""Work of refunds in the background."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from retribusi.refunds import contacts


@shared_task(name="refunds.forget_contacts")
def forget_contacts() -> int:
    return contacts.forget(at=timezone.now())


BEAT: dict[str, dict[str, Any]] = {
    "refunds.forget_contacts": {"task": "refunds.forget_contacts", "schedule": 24 * 3600.0}
}
