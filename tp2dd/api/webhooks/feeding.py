"""Turns facts into deliveries, each once. A fact, its deliveries and the cursor move in one transaction.

A subscription's ``from_xid`` is its own transaction: while that runs, no fact behind it is below the horizon,
so none is planned before the subscription can be seen, and none is lost. Where nobody listens, the cursor
jumps to the horizon that was read before looking for listeners.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from opd.access import EVERYWHERE
from opd.office.calendar import day_of
from opd.office.queue import nudge
from payments.incoming import queries as incoming
from payments.incoming.models import Payment
from payments.incoming.queries import Cursor
from payments.reconciliation.queries import stream
from tp2dd.api.asked import BIGGEST
from tp2dd.api.models import Delivery, Feed, Subscription
from tp2dd.api.resources.base import Row, instant
from tp2dd.api.resources.payments import rows_of
from tp2dd.api.scopes import EventKind

BATCH = 500
TASK = "api.webhooks"
_OF_EVENTS = {"payment.recorded": EventKind.PAID, "payment.refunded": EventKind.REFUNDED}


@dataclass(frozen=True)
class Told:
    """A fact about a payment; ``source`` names it for good."""

    cursor: Cursor
    kind: EventKind | None
    source: str
    payment_id: UUID | None
    at: datetime


def _events(after: Cursor) -> list[Told]:
    return [
        Told(one.cursor, _OF_EVENTS.get(one.kind), f"event:{one.cursor.id}", one.payment_id, one.at)
        for one in incoming.events(after, limit=BATCH)
    ]


def _facts(kind: EventKind, name: str, read: Callable[..., list[stream.Fact]]) -> Callable[..., list[Told]]:
    return lambda after: [
        Told(one.cursor, kind, f"{name}:{one.cursor.id}", one.payment_id, one.at)
        for one in read(after, limit=BATCH)
    ]


STREAMS: dict[str, Callable[[Cursor], list[Told]]] = {
    "events": _events,
    "matches": _facts(EventKind.SETTLED, "match", stream.settled),
    "directs": _facts(EventKind.SETTLED, "direct", stream.settled_directly),
    "credits": _facts(EventKind.CREDITED, "journal", stream.credited),
}


def feed(*, at: datetime) -> int:
    """Everything that is to be told and was not yet. Returns how many deliveries were planned."""
    planned = 0
    for name in STREAMS:
        more = True
        while more:
            more, count = _step(name, at)
            planned += count
    return planned


@transaction.atomic
def _step(name: str, at: datetime) -> tuple[bool, int]:
    """One batch of a stream: (whether there may be more, deliveries planned)."""
    Feed.objects.get_or_create(stream=name, defaults={"xid": 0, "row": 0})
    place = Feed.objects.select_for_update(skip_locked=True).filter(stream=name).first()
    if place is None:
        return False, 0
    oldest = incoming.horizon()
    if not Subscription.objects.filter(ended_at=None).exists():
        _move(place, Cursor(oldest - 1, BIGGEST))
        return False, 0
    told = STREAMS[name](Cursor(place.xid, place.row))
    if not told:
        return False, 0
    planned = _plan(told, at)
    _move(place, told[-1].cursor)
    if planned:
        nudge(TASK)
    return len(told) == BATCH, planned


def _move(place: Feed, to: Cursor) -> None:
    place.xid, place.row = to.xid, to.id
    place.save(update_fields=["xid", "row"])


def _plan(told: Collection[Told], at: datetime) -> int:
    listeners = _listeners(at)
    wanted = [
        (one, one.payment_id, to)
        for one in told
        for to in listeners
        if one.payment_id and one.kind in to.events and one.cursor.xid >= to.from_xid
    ]
    if not wanted:
        return 0
    ids = {payment_id for _, payment_id, _ in wanted}
    payments = Payment.objects.select_related("opd", "receiving_account").in_bulk(ids)
    shown = {UUID(row["id"]): row for row in rows_of(payments.values())}
    planned = [
        _delivery(one, to, payments[payment_id], shown[payment_id], at)
        for one, payment_id, to in wanted
        if _reaches(to, payments[payment_id])
    ]
    Delivery.objects.bulk_create(planned, ignore_conflicts=True)
    return len(planned)


def _listeners(at: datetime) -> list[Subscription]:
    rows: Iterable[Subscription] = Subscription.objects.filter(ended_at=None).select_related("consumer")
    return [row for row in rows if row.consumer.is_open(on=day_of(at))]


def _reaches(to: Subscription, payment: Payment) -> bool:
    return to.consumer.opd_id in (EVERYWHERE.opd_ids, payment.opd_id)


def _delivery(one: Told, to: Subscription, payment: Payment, row: Row, at: datetime) -> Delivery:
    body = {"type": str(one.kind), "timestamp": instant(one.at), "data": row}
    return Delivery(
        subscription=to,
        kind=str(one.kind),
        source=one.source,
        payment=payment,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        created_at=at,
        next_try_at=at,
    )
