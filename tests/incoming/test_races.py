"""Notice, question, sweep, settlement and clicks at one moment: one effect. Real threads and connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from payments.incoming import asking, intents, notices, services, sweep
from payments.incoming.models import NoticeWork, Payment, PaymentAttempt, PaymentRequest
from payments.incoming.verification import LAWS
from payments.snap.codes import Service
from tests.incoming.test_notices import arrives, notice_of, paid
from tests.incoming.world import AT, KIND, OTHER_RRN, RRN, SOON, World, seconds, state

pytestmark = pytest.mark.django_db(transaction=True)


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Start all at once; what each returned, in order. An exception in one fails the test."""
    start = threading.Barrier(len(deeds))
    found: list[Any] = [None] * len(deeds)
    errors: list[BaseException] = []

    def run(place: int, deed: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            found[place] = deed()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    return found


def laws_hold() -> None:
    assert [problem for law in LAWS for problem in law.check().problems] == []


def test_every_way_of_seeing_one_payment_at_once_books_it_once(world: World) -> None:
    request = world.request()
    paid(world, request)
    inbox_id = arrives(world, notice_of(world, request))

    def notice() -> None:
        if notices.claim(inbox_id, SOON):
            notices.process(inbox_id, at=SOON)

    together(
        notice,
        lambda: services.confirm(request.pk, at=SOON),
        lambda: sweep.run(at=SOON),
        lambda: world.book(request),
        lambda: world.book(request, source="settlement"),
        lambda: world.book(request, rrn="", source="query"),
    )
    assert Payment.objects.count() == 1
    assert (Payment.objects.get().rrn, state(request)) == (RRN, "paid")
    assert len(world.things.settled) == 1
    laws_hold()


def test_two_payments_at_once_are_one_exact_and_one_double(world: World) -> None:
    request = world.request()
    together(
        lambda: world.book(request),
        lambda: world.book(request, rrn=OTHER_RRN),
        lambda: world.book(request),
        lambda: world.book(request, rrn=OTHER_RRN),
    )
    assert sorted(Payment.objects.values_list("kind", flat=True)) == ["double", "exact"]
    laws_hold()


def test_static_money_seen_twice_at_once_is_booked_once(world: World) -> None:
    together(*[lambda: world.book(None, reference_no="STATIC-1") for _ in range(4)])
    together(*[lambda: world.book(None, rrn="77", reference_no="") for _ in range(4)])
    assert Payment.objects.count() == 2
    laws_hold()


def test_an_old_and_a_new_request_of_one_thing_are_never_both_paid(world: World) -> None:
    old = world.request("kamar")
    services.expire(old.pk, at=old.expires_at + seconds(11))
    late = old.expires_at + seconds(20)
    new = world.request("kamar", at=late)
    together(
        lambda: world.book(old),
        lambda: world.book(new, rrn=OTHER_RRN, paid_at=late),
        lambda: world.book(old),
    )
    assert PaymentRequest.objects.filter(state="paid").count() == 1
    assert Payment.objects.count() == 2
    laws_hold()


def test_a_double_click_makes_one_request_and_one_qr(world: World) -> None:
    ids = together(*[lambda: world.request("klik").pk for _ in range(5)])
    assert len(set(ids)) == 1
    assert PaymentRequest.objects.count() == 1
    assert world.bank.asked(Service.QR_GENERATE) == 1
    assert PaymentAttempt.objects.count() == 1


def test_pressing_ask_the_bank_together_asks_once(world: World) -> None:
    request = world.request()
    together(*[lambda: services.confirm(request.pk, at=SOON) for _ in range(6)])
    assert world.bank.asked(Service.QR_QUERY) == 1


def test_cancelling_and_paying_at_once_ends_in_one_final_state(world: World) -> None:
    for _ in range(4):
        request = world.request()
        together(
            lambda request=request: services.cancel(request.pk, reason="uji", by=None, at=SOON),  # type: ignore[misc]
            lambda request=request: world.book(request),  # type: ignore[misc]
        )
        kind = Payment.objects.get(request=request).kind
        assert (state(request), kind) in {("paid", "exact"), ("cancelled", "unexpected")}
    laws_hold()


def test_renewing_twice_at_once_gives_one_new_qr(world: World) -> None:
    request = world.request()
    together(*[lambda: services.renew(request.pk, by=None, at=SOON) for _ in range(3)])
    assert PaymentAttempt.objects.filter(request=request).count() == 2
    assert state(request) == "open"


def test_a_renewal_that_was_asking_while_another_was_done_makes_no_third_qr(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = world.request()
    ask_all = asking._ask_all

    def overtaken(request_id: UUID, at: datetime, **how: bool) -> Any:
        monkeypatch.setattr(asking, "_ask_all", ask_all)
        services.renew(request_id, by=None, at=at)
        return ask_all(request_id, at, **how)

    monkeypatch.setattr(asking, "_ask_all", overtaken)
    shown = services.renew(request.pk, by=None, at=SOON)
    assert PaymentAttempt.objects.filter(request=request).count() == 2
    assert shown.partner_reference_no == intents.get(request.pk).partner_reference_no


def test_sweeps_share_their_work_and_leave_none(world: World) -> None:
    requests = [world.request() for _ in range(6)]
    for place, request in enumerate(requests):
        paid(world, request, rrn=f"R{place}")
        arrives(world, notice_of(world, request))
    done = together(*[lambda: sweep.run(at=SOON) for _ in range(3)])
    assert sum(counts["notices"] for counts in done) == 6
    assert NoticeWork.objects.filter(done_at=None).count() == 0
    assert Payment.objects.count() == 6
    laws_hold()


def test_a_payment_that_is_told_again_is_told_once(world: World) -> None:
    world.things.broken = True
    request = world.request()
    world.book(request)
    world.things.broken = False
    together(*[lambda: sweep.run(at=SOON + seconds(30)) for _ in range(4)])
    assert len(world.things.settled) == 1


def test_a_worker_killed_after_its_claim_loses_only_time(world: World) -> None:
    """The claim is all that a killed worker leaves behind."""
    request = world.request()
    paid(world, request)
    inbox_id = arrives(world, notice_of(world, request))
    assert notices.claim(inbox_id, SOON)
    assert sweep.run(at=SOON + seconds(1))["notices"] == 0
    assert sweep.run(at=SOON + notices.LEASE)["notices"] == 1
    assert state(request) == "paid"


def test_nothing_is_asked_inside_a_transaction(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call to the bank leaves with no transaction open."""
    from django.db import connection

    from payments.snap import client

    inner = client.call

    def watched(*args: Any, **kwargs: Any) -> Any:
        assert not connection.in_atomic_block
        return inner(*args, **kwargs)

    monkeypatch.setattr(client, "call", watched)
    first = world.request()
    services.renew(first.pk, by=None, at=SOON)
    paid(world, PaymentRequest.objects.get(pk=first.pk))
    services.confirm(first.pk, at=SOON)
    second = world.request()
    services.cancel(second.pk, reason="uji", by=None, at=SOON)
    third = world.request()
    paid(world, third, rrn="3")
    arrives(world, notice_of(world, third))
    sweep.run(at=AT + seconds(90))
    services.expire(world.request().pk, at=SOON + seconds(3600))
    assert world.bank.asked(Service.QR_QUERY) >= 4
    assert PaymentRequest.objects.filter(payable_kind=KIND, state="paid").count() == 2


def test_who_saw_a_reference_before_its_qr_came_does_not_ask_again(world: World) -> None:
    request = world.request("terlambat")
    seen = PaymentAttempt.objects.get(request=request)
    seen.step = PaymentAttempt.Step.REQUESTING
    assert not intents.hold(seen, AT)
    assert world.bank.asked(Service.QR_GENERATE) == 1
