"""Sends what is due. A claim is a lease: what a lost worker held is sent again, with the same id."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from opd import audit
from opd.office import crypto
from opd.office.calendar import day_of
from tp2dd.api.models import Attempt, Delivery, DeliveryState, Subscription
from tp2dd.api.webhooks import signing, transport
from tp2dd.api.webhooks.targets import TargetError, target_of
from tp2dd.api.webhooks.transport import Outcome

BUDGET = 15.0
"""Seconds one sweep may take before it leaves the rest to the next."""
LEASE = timedelta(seconds=60)
GONE = 410
WAITS = [
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 20)),
]  # fmt: skip
"""Before each further try; all together just under three days."""


def send_due(*, at: datetime | None = None, budget: float = BUDGET) -> int:
    """Send what is due, at most one failure a receiver and sweep. Returns how many attempts were made.

    ``at`` stands for the moment in tests.
    """
    ends = time.monotonic() + budget
    now: Callable[[], datetime] = timezone.now if at is None else lambda: at
    failing: set[int] = set()
    sent = 0
    while time.monotonic() < ends:
        delivery = claim(now(), besides=failing)
        if delivery is None:
            break
        if not attempt(delivery, at=now()):
            failing.add(delivery.subscription_id)
        sent += 1
    return sent


def claim(at: datetime, *, besides: set[int] | None = None) -> Delivery | None:
    """The delivery that waits longest, ours for a minute."""
    with transaction.atomic():
        due = Delivery.objects.filter(state=DeliveryState.WAITING, next_try_at__lte=at)
        due = due.exclude(subscription__in=besides or ()).order_by("next_try_at")
        found = due.select_for_update(skip_locked=True, of=("self",)).first()
        if found is None:
            return None
        Delivery.objects.filter(pk=found.pk).update(next_try_at=at + LEASE)
    return Delivery.objects.select_related("subscription__consumer").get(pk=found.pk)


def attempt(delivery: Delivery, *, at: datetime) -> bool:
    """One try, outside of any transaction, and what came of it. Whether the receiver took it."""
    to = delivery.subscription
    if to.ended_at or not to.consumer.is_open(on=day_of(at)):
        _close(delivery, DeliveryState.DROPPED, at)
        return True
    outcome = _sent(delivery, at)
    with transaction.atomic():
        Attempt.objects.create(
            delivery=delivery,
            at=at,
            status=outcome.status,
            trouble=outcome.trouble,
            address=outcome.address,
            duration_ms=outcome.duration_ms,
            body_digest=hashlib.sha256(delivery.body.encode()).hexdigest(),
            by=delivery.asked_by,
        )
        _conclude(delivery, outcome, at)
    return outcome.is_accepted


def _sent(delivery: Delivery, at: datetime) -> Outcome:
    """What came of it; an address that is not allowed is an outcome too."""
    to = delivery.subscription
    try:
        target = target_of(to.url, narrowed=to.networks, inside=settings.WEBHOOK_NETWORKS)
        secret = crypto.decrypt(bytes(to.sealed_secret)).decode()
    except (TargetError, crypto.DecryptionError) as error:
        return Outcome(None, str(error)[:200])
    body = delivery.body.encode()
    signed = signing.headers(secret, str(delivery.pk), int(at.timestamp()), body)
    return transport.post(target, signed, body)


def _conclude(delivery: Delivery, outcome: Outcome, at: datetime) -> None:
    tries = delivery.tries + 1
    if outcome.is_accepted:
        _close(delivery, DeliveryState.DELIVERED, at, tries)
    elif outcome.status == GONE:
        _close(delivery, DeliveryState.FAILED, at, tries)
        _gone(delivery.subscription, at)
    elif tries > len(WAITS):
        _close(delivery, DeliveryState.FAILED, at, tries)
    else:
        waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
        waiting.update(tries=tries, next_try_at=at + WAITS[tries - 1])


def _close(delivery: Delivery, state: DeliveryState, at: datetime, tries: int | None = None) -> None:
    waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
    count = delivery.tries if tries is None else tries
    waiting.update(state=state, tries=count, next_try_at=None, closed_at=at)


def _gone(to: Subscription, at: datetime) -> None:
    reason = "Penerima menjawab 410 Gone."
    if end(to, reason=reason, at=at):
        audit.record("api.gone", to, by=None, at=at, reason=reason)


def end(to: Subscription, *, reason: str, at: datetime) -> bool:
    """Stop a subscription and what waits for it; False where it had ended before. Inside a transaction."""
    standing = Subscription.objects.filter(pk=to.pk, ended_at=None)
    if not standing.update(ended_at=at, end_reason=reason):
        return False
    waiting = Delivery.objects.filter(subscription=to, state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.DROPPED, next_try_at=None, closed_at=at)
    return True
