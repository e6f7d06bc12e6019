"""Work that runs by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from payments.ledger import services

BEAT = {"ledger-roll-up": {"task": "ledger.roll_up", "schedule": 60.0}}


@shared_task(name="ledger.roll_up")
def roll_up() -> None:
    services.roll_up(at=timezone.now())
