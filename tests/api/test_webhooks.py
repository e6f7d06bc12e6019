"""Webhooks to a real receiver: told once each, signed, retried for days, nowhere but where they may go."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from opd.models import AuditEvent, User
from payments.incoming.traces import happened
from tests.api.cast import AT, System, registered
from tests.api.receiver import Receiver
from tests.reconciliation.files import credit_of, settlement, statement
from tests.reconciliation.scene import Scene, imported
from tp2dd.api import services
from tp2dd.api.models import Attempt, Delivery, DeliveryState, Feed, Subscription
from tp2dd.api.webhooks import feeding, sending, transport

pytestmark = pytest.mark.django_db(transaction=True)
DAYS = timedelta(days=3)


def sent(at: Any = AT) -> int:
    feeding.feed(at=at)
    return sending.send_due(at=at)


def told(receiver: Receiver) -> list[tuple[str, str]]:
    return [(one.body["type"], one.body["data"]["id"]) for one in receiver.taken]


def test_paid_settled_credited_and_refunded_are_told_once_and_signed(
    system: System, scene: Scene, receiver: Receiver
) -> None:
    scene.sold(1000)
    _, secret = system.subscribe(receiver.url)
    payment, sale = scene.sold(5000)
    sent()
    imported(settlement(sale))
    sent()
    imported(statement(credit_of(sale)))
    sent()
    happened("payment.refunded", at=AT, payment=payment)
    sent()
    sent()
    kinds = ("paid", "settled", "credited", "refunded")
    assert told(receiver) == [(f"payment.{kind}", str(payment.pk)) for kind in kinds]
    assert all(one.is_signed_with(secret) for one in receiver.taken)
    assert not receiver.taken[0].is_signed_with("whsec_" + "QUFB" * 8)
    assert receiver.taken[0].path == "/kabar?dari=nontunai"
    assert len({one.id for one in receiver.taken}) == 4
    assert receiver.taken[0].body["data"]["amount"] == "5000.00"
    assert receiver.taken[-1].body["data"]["lights"]["booked_on"] is not None
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.DELIVERED}
    assert secret.encode() not in bytes(Subscription.objects.get().sealed_secret)


def test_only_what_was_asked_for_and_only_of_its_agency(
    admin: User, scene: Scene, receiver: Receiver
) -> None:
    mine = registered(admin, opd=scene.tourism)
    mine.subscribe(receiver.url, events=["payment.settled"])
    (own, first), (_, second) = scene.sold(5000), scene.sold(7000, museum=True)
    imported(settlement(first, second))
    sent()
    assert told(receiver) == [("payment.settled", str(own.pk))]


def test_a_payment_that_commits_late_is_told_all_the_same(
    system: System, scene: Scene, receiver: Receiver
) -> None:
    """One transaction runs on while a later one commits and the cursor is read."""
    system.subscribe(receiver.url, events=["payment.paid"])
    slow, quick = scene.sale(scene.request(1000)), scene.sale(scene.request(2000))
    booked, go = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                scene.paid(slow)
                booked.set()
                go.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert booked.wait(20)
    scene.paid(quick)
    sent()
    assert told(receiver) == []
    go.set()
    thread.join()
    sent()
    assert sorted(one.body["data"]["amount"] for one in receiver.taken) == ["1000.00", "2000.00"]


def test_what_is_paid_while_somebody_subscribes_is_not_lost(
    system: System, scene: Scene, receiver: Receiver
) -> None:
    sale = scene.sale(scene.request(1000))

    def meanwhile() -> None:
        try:
            scene.paid(sale)
            feeding.feed(at=AT)
        finally:
            connection.close()

    with transaction.atomic():
        system.subscribe(receiver.url, events=["payment.paid"])
        done = threading.Thread(target=meanwhile)
        done.start()
        done.join()
    sent()
    assert [one.body["data"]["amount"] for one in receiver.taken] == ["1000.00"]


@pytest.mark.parametrize("mood", [500, 302, 404, 0])
def test_a_receiver_that_fails_is_tried_for_three_days_with_one_id(
    system: System, scene: Scene, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, mood: int
) -> None:
    monkeypatch.setattr(transport, "SECONDS", 0.2)
    system.subscribe(receiver.url, events=["payment.paid"])
    scene.sold(5000)
    receiver.moods += [mood] * 2
    sent()
    delivery = Delivery.objects.get()
    first = Attempt.objects.get()
    assert (delivery.state, delivery.tries) == (DeliveryState.WAITING, 1)
    assert first.status == (mood or None)
    assert bool(first.trouble) is (mood == 0)
    assert sent(AT + timedelta(seconds=4)) == 0
    assert sent(AT + timedelta(seconds=5)) == 1
    assert sent(AT + timedelta(minutes=6)) == 1
    assert [one.status for one in Attempt.objects.all()] == [mood or None, mood or None, 204]
    assert len(receiver.taken) == 3  # a redirect is not followed
    assert len({one.id for one in receiver.taken}) == len({one.content for one in receiver.taken}) == 1
    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    assert {row.body_digest for row in Attempt.objects.all()} == {
        hashlib.sha256(receiver.taken[0].content).hexdigest()
    }


def test_after_three_days_it_has_failed_and_is_sent_again_by_hand(
    system: System, scene: Scene, receiver: Receiver
) -> None:
    system.subscribe(receiver.url, events=["payment.paid"])
    scene.sold(5000)
    receiver.moods += [500] * (len(sending.WAITS) + 1)
    at = AT
    sent(at)
    for wait in sending.WAITS:
        at += wait
        sent(at)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts.count()) == (DeliveryState.FAILED, len(sending.WAITS) + 1)
    assert timedelta(days=2, hours=20) < at - AT <= DAYS
    services.resend(delivery=delivery, by=system.admin, at=at)
    assert sent(at) == 1
    last = Attempt.objects.last()
    assert last is not None
    assert (last.status, last.by) == (204, system.admin)
    assert {one.id for one in receiver.taken} == {str(delivery.pk)}
    assert AuditEvent.objects.get(action="api.resend").by == system.admin


def test_gone_ends_the_subscription_and_what_waits(system: System, scene: Scene, receiver: Receiver) -> None:
    system.subscribe(receiver.url, events=["payment.paid"])
    scene.sold(5000), scene.sold(6000)
    receiver.moods += [410]
    sent()
    assert len(receiver.taken) == 1
    subscription = Subscription.objects.get()
    assert "410" in subscription.end_reason
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["dropped", "failed"]
    assert AuditEvent.objects.get(action="api.gone").by is None
    with pytest.raises(DatabaseError, match="dihidupkan"), transaction.atomic():
        Subscription.objects.update(ended_at=None)


def test_a_slow_receiver_keeps_no_other_waiting(
    admin: User, scene: Scene, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "SECONDS", 0.2)
    hanging = Receiver()
    try:
        registered(admin, name="Macet").subscribe(hanging.url, events=["payment.paid"])
        registered(admin, name="Lancar").subscribe(receiver.url, events=["payment.paid"])
        hanging.moods += [0] * 9
        for amount in (1000, 2000, 3000):
            scene.sold(amount)
        sent()
        assert (len(hanging.taken), len(receiver.taken)) == (1, 3)
    finally:
        hanging.stop()


def test_a_worker_killed_at_any_step_neither_loses_nor_invents(
    system: System, scene: Scene, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between facts and cursor, before the call, and after the call: the same id comes again."""
    system.subscribe(receiver.url, events=["payment.paid"])
    scene.sold(5000)
    with monkeypatch.context() as killed:
        killed.setattr(feeding, "_move", dying)
        with pytest.raises(KeyboardInterrupt):
            feeding.feed(at=AT)
    assert not Delivery.objects.exists()
    feeding.feed(at=AT)
    Feed.objects.update(xid=0, row=0)
    feeding.feed(at=AT)
    assert Delivery.objects.count() == 1
    claimed = sending.claim(AT)
    assert claimed is not None
    assert sending.claim(AT) is None
    with monkeypatch.context() as killed:
        killed.setattr(sending, "_conclude", dying)
        with pytest.raises(KeyboardInterrupt):
            sending.attempt(claimed, at=AT)
    assert not Attempt.objects.exists()
    assert sending.send_due(at=AT + sending.LEASE) == 1
    assert [one.id for one in receiver.taken] == [str(claimed.pk)] * 2
    assert Delivery.objects.get().state == DeliveryState.DELIVERED


def dying(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_two_workers_send_each_once(system: System, scene: Scene, receiver: Receiver) -> None:
    system.subscribe(receiver.url, events=["payment.paid"])
    for amount in range(1000, 1008):
        scene.sold(amount)

    def work() -> None:
        try:
            sent()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sent()
    assert len(receiver.taken) == len({one.id for one in receiver.taken}) == 8


def test_nothing_is_called_while_a_transaction_is_open(
    system: System, scene: Scene, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.subscribe(receiver.url, events=["payment.paid"])
    scene.sold(5000)
    within: list[bool] = []
    post = transport.post

    def watched(*words: Any) -> transport.Outcome:
        within.append(connection.in_atomic_block)
        return post(*words)

    monkeypatch.setattr(transport, "post", watched)
    sent()
    assert within == [False]


def test_an_address_is_judged_when_sent_not_only_when_written(
    system: System, scene: Scene, receiver: Receiver, settings: Settings
) -> None:
    system.subscribe(receiver.url, events=["payment.paid"])
    scene.sold(5000)
    settings.WEBHOOK_NETWORKS = []
    sent()
    refused = Attempt.objects.get()
    assert (refused.status, refused.address) == (None, "")
    assert "dalam jaringan" in refused.trouble
    assert receiver.taken == []
    with pytest.raises(services.ApiError, match="dalam jaringan"):
        system.subscribe(receiver.url)


def test_attempts_and_what_was_told_cannot_be_changed(
    system: System, scene: Scene, receiver: Receiver
) -> None:
    system.subscribe(receiver.url, events=["payment.paid"])
    scene.sold(5000)
    sent()
    changes: list[Callable[[], object]] = [
        lambda: Attempt.objects.update(status=200),
        lambda: Attempt.objects.all()._raw_delete("default"),
        lambda: Delivery.objects.update(body="{}"),
        lambda: Delivery.objects.update(source="event:0"),
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert UUID(receiver.taken[0].id) == Delivery.objects.get().pk


def test_where_nobody_listens_the_cursor_moves_on(system: System, scene: Scene, receiver: Receiver) -> None:
    scene.sold(5000)
    assert sent() == 0
    assert Feed.objects.filter(xid__gt=0).count() == len(feeding.STREAMS)
    subscription, _ = system.subscribe(receiver.url, events=["payment.paid"])
    payment, _ = scene.sold(6000)
    sent()
    assert told(receiver) == [("payment.paid", str(payment.pk))]
    services.unsubscribe(subscription=subscription, reason="pindah", by=system.admin, at=AT)
    scene.sold(7000)
    assert sent() == 0


def test_a_closed_consumer_is_told_nothing_more(system: System, scene: Scene, receiver: Receiver) -> None:
    system.subscribe(receiver.url, events=["payment.paid"])
    scene.sold(5000)
    feeding.feed(at=AT)
    services.close(consumer=system.consumer, reason="selesai", by=system.admin, at=AT)
    assert sending.send_due(at=AT) == 0
    assert Delivery.objects.get().state == DeliveryState.DROPPED
