"""The whole way over real HTTP with real signatures, and what may go wrong on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from opd.office import queue
from payments.incoming import services, sweep, tasks
from payments.incoming.models import NoticeWork, Payment, PaymentAttempt, PaymentRequest
from payments.snap import keys, vault
from payments.snap.codes import Service
from payments.snap.models import InboxMessage, OutgoingCall
from tests.incoming.bank import Answer, Bank
from tests.incoming.server import Wire, on_the_wire
from tests.incoming.test_asking import Honest, loses_answer_of, silent, silent_for
from tests.incoming.test_booking import check_laws
from tests.incoming.world import Things, World, make_account, make_opd, seconds, state
from tests.snap import bank as snap_bank

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """What would have been sent to the broker; nothing leaves."""
    sent: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(queue, "_send", lambda task, args: sent.append((task, args)))
    return sent


@pytest.fixture
def wired(db: None, things: Things, nudges: list[Any]) -> Iterator[World]:
    opd, shop = make_opd(), Bank()
    things.opd_id = opd.pk
    public = keys.public_of(snap_bank.private_key("kami"))
    with on_the_wire(Wire(shop, public_key=public, client_secret="rahasia-kami")) as wire:
        partner = snap_bank.add_partner(base_url=wire.url)
        yield World(opd, partner, make_account(partner, opd), things, shop)


def ask(world: World) -> PaymentRequest:
    return world.request(at=timezone.now())


def told(world: World, request: PaymentRequest, **how: Any) -> snap_bank.Said:
    body = world.bank.notice(request.partner_reference_no)
    return snap_bank.Bank(world.partner).send(json.dumps(body).encode(), **how)


def test_a_visitor_pays_and_the_notice_books_it(wired: World, nudges: list[tuple[str, list[str]]]) -> None:
    request = ask(wired)
    assert request.state == "open"
    wired.bank.pay(request.partner_reference_no, at=timezone.now())
    assert told(wired, request).code == "2005200"
    ((task, (inbox_id,)),) = nudges
    assert task == "incoming.process_notice"
    tasks.process_notice(inbox_id)
    assert state(request) == "paid"
    assert Payment.objects.get().rrn
    assert InboxMessage.objects.get(pk=inbox_id).outcome == "dibukukan"
    assert OutgoingCall.objects.filter(state="sent").count() == 0
    check_laws()


def test_a_broker_that_is_gone_costs_one_sweep(wired: World, nudges: list[Any]) -> None:
    request = ask(wired)
    wired.bank.pay(request.partner_reference_no, at=timezone.now())
    assert told(wired, request).code == "2005200"
    nudges.clear()
    tasks.sweep()
    assert state(request) == "paid"
    assert not NoticeWork.objects.filter(done_at=None).exists()


def test_a_forged_notice_does_not_block_the_real_one(wired: World) -> None:
    request = ask(wired)
    wired.bank.pay(request.partner_reference_no, at=timezone.now())
    forged = told(wired, request, secret="salah", external_id="77")
    assert forged.code == "4015200"
    tasks.sweep()
    assert (state(request), NoticeWork.objects.count()) == ("open", 0)
    assert told(wired, request, external_id="77").code == "2005200"
    assert told(wired, request, external_id="77").code == "4095200"
    tasks.sweep()
    assert state(request) == "paid"
    assert Payment.objects.count() == 1


def test_a_lost_notice_is_found_by_the_sweep(wired: World) -> None:
    request = ask(wired)
    wired.bank.pay(request.partner_reference_no, at=timezone.now())
    sweep.run(at=timezone.now() + seconds(60))
    assert (state(request), Payment.objects.get().seen_by) == ("paid", "query")


def test_a_bank_that_hangs_up_leaves_the_intent(wired: World) -> None:
    wired.bank.mood = silent
    request = ask(wired)
    assert request.state == "requesting"
    assert OutgoingCall.objects.filter(service="47", state="unknown").exists()
    wired.bank.mood = None
    assert (
        services.ensure_qr(request.pk, at=timezone.now()).partner_reference_no == request.partner_reference_no
    )
    assert state(request) == "open"


def test_a_lost_answer_leads_to_a_new_reference(wired: World) -> None:
    wired.bank.mood = loses_answer_of(Service.QR_GENERATE)
    request = ask(wired)
    assert request.state == "requesting"
    wired.bank.mood = None
    sweep.run(at=timezone.now() + seconds(60))
    assert state(request) == "open"
    assert PaymentAttempt.objects.filter(request=request).count() == 2
    assert wired.bank.transactions[request.partner_reference_no].status == "05"


def test_a_silent_bank_keeps_the_notice_until_it_speaks(wired: World) -> None:
    request = ask(wired)
    wired.bank.pay(request.partner_reference_no, at=timezone.now())
    wired.bank.mood = silent_for(Service.QR_QUERY)
    assert told(wired, request).code == "2005200"
    sweep.run(at=timezone.now() + seconds(1))
    assert (state(request), NoticeWork.objects.get().tries) == ("open", 1)
    wired.bank.mood = None
    sweep.run(at=timezone.now() + seconds(60))
    assert state(request) == "paid"


def test_credentials_that_the_bank_does_not_know_fail_with_a_plain_message(wired: World) -> None:
    wired.partner.client_secret = vault.seal("lain")
    wired.partner.save()
    request = ask(wired)
    assert request.state == "failed"
    assert "Anda belum membayar" in request.message


def test_cancelling_over_the_wire_ends_at_the_bank_too(wired: World) -> None:
    request = ask(wired)
    assert services.cancel(request.pk, reason="uji", by=None, at=timezone.now()).state == "cancelled"
    assert wired.bank.transactions[request.partner_reference_no].status == "05"


def test_a_bank_that_answers_nonsense_books_nothing(wired: World) -> None:
    request = ask(wired)
    wired.bank.pay(request.partner_reference_no, at=timezone.now())

    def nonsense(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        return 200, {"responseCode": "2005100", "latestTransactionStatus": ["00"], "amount": "banyak"}

    wired.bank.mood = nonsense
    services.confirm(request.pk, at=timezone.now())
    assert (state(request), Payment.objects.count()) == ("open", 0)
    wired.bank.mood = None
    services.confirm(request.pk, at=timezone.now() + timedelta(seconds=4))
    assert state(request) == "paid"
