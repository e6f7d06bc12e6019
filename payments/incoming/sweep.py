"""What no notice and no visitor moved: found by state, claimed by lease, done outside of transactions.

Every step is safe to be killed: a claim ends by itself, and everything it leads to is idempotent.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from payments.incoming import asking, booking, notices, refund_sending, rules
from payments.incoming.models import NoticeWork, Payment, PaymentRequest
from payments.incoming.rules import State
from payments.snap import services as snap
from payments.snap.codes import Service

log = structlog.get_logger(__name__)
BUDGET = 15.0
"""Seconds one sweep may take before it leaves the rest to the next."""
BATCH = 50


def run(*, at: datetime | None = None, budget: float = BUDGET) -> dict[str, int]:
    """One sweep over notices, fulfilment, questions and refunds that are due. Counts by kind.

    ``at`` stands for the moment in tests; without it each step takes the time it starts.
    """
    ends = time.monotonic() + budget
    now: Callable[[], datetime] = timezone.now if at is None else lambda: at
    adopt_stray_notices(now())
    steps: dict[str, Callable[[datetime], bool]] = {
        "fulfilled": _next_fulfilment,
        "notices": _next_notice,
        "asked": _next_question,
        "refunds": _next_refund,
        "refunds_told": refund_sending.next_to_tell,
    }
    done = dict.fromkeys(steps, 0)
    left = list(steps)
    while left:  # in turn, so that a slow bank keeps no kind of work waiting for another
        for name in list(left):
            if done[name] < BATCH and time.monotonic() < ends and steps[name](now()):
                done[name] += 1
            else:
                left.remove(name)
    return done


def adopt_stray_notices(at: datetime) -> int:
    """Accepted notices that have no work row yet (they came before this room was there)."""
    pending = snap.pending(Service.QR_NOTIFY, 4 * BATCH)
    known = NoticeWork.objects.filter(inbox_id__in=[notice.inbox_id for notice in pending])
    have = set(known.values_list("inbox_id", flat=True))
    rows = [
        NoticeWork(inbox_id=notice.inbox_id, received_at=notice.received_at, next_try_at=at)
        for notice in pending
        if notice.inbox_id not in have
    ]
    NoticeWork.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _next_notice(at: datetime) -> bool:
    with transaction.atomic():
        due = NoticeWork.objects.filter(done_at=None, next_try_at__lte=at).order_by("next_try_at")
        work = due.select_for_update(skip_locked=True).first()
        if work is None:
            return False
        work.next_try_at = at + notices.LEASE
        work.save(update_fields=["next_try_at"])
    notices.process(work.inbox_id, at=at, sweeping=True)
    return True


def _next_fulfilment(at: datetime) -> bool:
    with transaction.atomic():
        due = Payment.objects.filter(fulfilment=Payment.Fulfilment.PENDING, fulfil_next_at__lte=at)
        rows = due.select_for_update(skip_locked=True, of=("self",)).select_related("request")
        payment = rows.order_by("fulfil_next_at").first()
        if payment is None:
            return False
        booking.fulfil(payment, at=at)
    return True


def _next_question(at: datetime) -> bool:
    with transaction.atomic():
        due = PaymentRequest.objects.filter(next_ask_at__lte=at).order_by("next_ask_at")
        request = due.select_for_update(skip_locked=True).first()
        if request is None:
            return False
        request.next_ask_at = at + notices.LEASE
        request.save(update_fields=["next_ask_at"])
    try:
        _question(request, at)
    except Exception:  # one request that fails keeps no other waiting
        log.exception("question_failed", request=str(request.pk))
        _put_off(request, at)
    return True


def _next_refund(at: datetime) -> bool:
    try:
        return refund_sending.next_due(at)
    except Exception:  # its lease puts it off; one refund that fails keeps no other waiting
        log.exception("refund_failed")
        return True


def _put_off(request: PaymentRequest, at: datetime) -> None:
    tries = min(request.unanswered + 1, 1000)
    PaymentRequest.objects.filter(pk=request.pk, next_ask_at__isnull=False).update(
        unanswered=tries, next_ask_at=at + rules.backoff(tries)
    )


def _question(request: PaymentRequest, at: datetime) -> None:
    if asking.is_paid_otherwise(request):
        asking.cancel(request.pk, reason="sudah dibayar dengan cara lain", by=None, at=at)
    elif request.state == State.REQUESTING and at < request.expires_at:
        asking.ensure_qr(request.pk, at=at)
    else:
        asking.ask(request.pk, at=at)
