"""What no notice and no visitor moved, the sweep finds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from payments.incoming import sweep
from payments.incoming.models import NoticeWork, Payment
from payments.snap.codes import Service
from payments.snap.models import InboxMessage
from tests.incoming.bank import Answer
from tests.incoming.test_asking import silent
from tests.incoming.test_booking import TOO_LATE, check_laws
from tests.incoming.test_notices import Honest, arrives, notice_of, paid, work
from tests.incoming.world import AT, PRICE, SOON, World, seconds, state


def test_the_sweep_takes_notices_whose_nudge_was_lost(world: World) -> None:
    request = world.request()
    paid(world, request)
    arrives(world, notice_of(world, request))
    assert sweep.run(at=SOON)["notices"] == 1
    assert state(request) == "paid"


def test_the_sweep_adopts_an_accepted_notice_that_nobody_took_over(world: World) -> None:
    request = world.request()
    paid(world, request)
    arrives(world, notice_of(world, request))
    row = NoticeWork.objects.get()
    InboxMessage.objects.filter(pk=row.inbox_id).update(external_id="x")
    other = InboxMessage.objects.get(pk=row.inbox_id)
    other.pk = None
    other.save()
    assert sweep.adopt_stray_notices(SOON) == 1
    sweep.run(at=SOON)
    assert NoticeWork.objects.filter(done_at=None).count() == 0
    assert Payment.objects.count() == 1


def test_the_sweep_finds_money_whose_notice_was_lost(world: World) -> None:
    request = world.request()
    paid(world, request)
    assert sweep.run(at=AT + seconds(39))["asked"] == 0
    assert sweep.run(at=AT + seconds(40))["asked"] == 1
    assert state(request) == "paid"
    assert not any(sweep.run(at=AT + seconds(60)).values())


def test_the_sweep_expires_what_the_bank_says_is_unpaid_and_asks_on_for_late_money(world: World) -> None:
    request = world.request()
    at = AT
    while state(request) == "open":
        at += seconds(20)
        sweep.run(at=at)
    assert timedelta(minutes=15) < at - AT <= timedelta(minutes=15, seconds=40)
    assert state(request) == "expired"
    paid(world, request, at=at)
    while Payment.objects.count() == 0:
        at += seconds(20)
        sweep.run(at=at)
        assert at < AT + timedelta(hours=1)
    assert Payment.objects.get().kind == "late"
    assert world.bank.asked(Service.QR_QUERY) < 15
    check_laws()


def test_the_sweep_gets_the_qr_that_never_came(world: World) -> None:
    world.bank.mood = silent
    request = world.request()
    world.bank.mood = None
    sweep.run(at=AT + seconds(30))
    assert state(request) == "open"


def test_the_sweep_gives_up_a_request_that_never_reached_the_bank(world: World) -> None:
    world.bank.mood = silent
    request = world.request()
    for minute in range(17):
        sweep.run(at=AT + timedelta(minutes=minute))
    assert state(request) == "requesting"
    world.bank.mood = None
    sweep.run(at=AT + timedelta(minutes=30))
    assert state(request) == "expired"


def test_the_sweep_tells_again_what_an_outer_room_failed_to_hear(world: World) -> None:
    request = world.request()
    world.things.broken = True
    payment = world.book(request)
    assert sweep.run(at=SOON)["fulfilled"] == 0
    assert sweep.run(at=SOON + seconds(20))["fulfilled"] == 1
    payment.refresh_from_db()
    assert (payment.fulfilment, payment.fulfil_tries) == ("pending", 2)
    world.things.broken = False
    sweep.run(at=SOON + seconds(60))
    payment.refresh_from_db()
    assert payment.fulfilment == "done"
    assert world.things.settled == [(request.payable_key, payment.pk)]


def test_one_failing_request_keeps_no_other_waiting(world: World) -> None:
    bad, good = world.request(), world.request()

    def explodes(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        if body.get("originalPartnerReferenceNo") == bad.partner_reference_no:
            raise RuntimeError("meledak")
        return honest()

    world.bank.mood = explodes
    paid(world, good)
    sweep.run(at=AT + seconds(40))
    assert state(good) == "paid"
    bad.refresh_from_db()
    assert bad.next_ask_at == AT + seconds(60)


def test_a_short_payment_leaves_its_request_to_a_new_qr_or_the_expiry(world: World) -> None:
    request = world.request()
    paid(world, request, amount=PRICE - 1000)
    work(arrives(world, notice_of(world, request)))
    assert (Payment.objects.get().kind, state(request)) == ("short", "open")
    sweep.run(at=TOO_LATE)
    assert state(request) == "expired"
    check_laws()
