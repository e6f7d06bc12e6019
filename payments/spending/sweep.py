"""Asks the bank about payments that wait, and about those that people ended.

Work is found in the database; several sweeps share it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from payments.spending.bank import conversation
from payments.spending.models import Disbursement

log = structlog.get_logger(__name__)
BUDGET = 15.0
"""Seconds one sweep may take before it leaves the rest to the next."""
BATCH = 50


def run(*, at: datetime | None = None, budget: float = BUDGET) -> int:
    """Ask about every payment that is due; how many were asked about.

    ``at`` stands for the moment in tests; without it each question takes the time it starts.
    """
    ends = time.monotonic() + budget
    now: Callable[[], datetime] = timezone.now if at is None else lambda: at
    asked = 0
    while asked < BATCH and time.monotonic() < ends and _next(now()):
        asked += 1
    return asked


def _next(at: datetime) -> bool:
    with transaction.atomic():
        due = Disbursement.objects.filter(next_ask_at__lte=at, way__in=conversation.SNAP_WAYS)
        row = due.order_by("next_ask_at").select_for_update(skip_locked=True).first()
        if row is None:
            return False
        row.next_ask_at = at + conversation.CLAIM
        row.save(update_fields=["next_ask_at"])
    question = conversation.ask if row.state in conversation.LIVE else conversation.recheck
    try:
        question(row.pk, at=at)
    except Exception:  # one payment that fails keeps no other waiting
        log.exception("payment_question_failed", disbursement=str(row.pk))
        Disbursement.objects.filter(pk=row.pk, next_ask_at__isnull=False).update(
            next_ask_at=at + conversation.pause(row.unanswered + 3)
        )
    return True
