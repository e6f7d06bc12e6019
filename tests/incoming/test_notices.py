"""From a stored notice to booked money, as the partner's profile says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from opd.office import crypto
from payments.incoming import notices, services, sweep
from payments.incoming.models import MoneyException, NoticeWork, Payment, PaymentRequest
from payments.snap import services as snap
from payments.snap.codes import Service
from payments.snap.models import InboxMessage
from tests.incoming.bank import Answer
from tests.incoming.test_asking import says, silent
from tests.incoming.test_booking import TOO_LATE, check_laws, troubles
from tests.incoming.world import OTHER_RRN, PRICE, RRN, SOON, World, seconds, state

_external = count(1)
Honest = Callable[[], Answer]


def arrives(world: World, body: dict[str, Any], *, at: datetime = SOON) -> int:
    """A verified notice, stored and handed over as ``payments.snap`` does it."""
    raw = json.dumps(body).encode()
    message = InboxMessage.objects.create(
        received_at=at,
        service=Service.QR_NOTIFY.code,
        path="/snap/v1.0/qr/qr-mpm-notify",
        external_id=str(next(_external)),
        body=crypto.encrypt(raw),
        body_size=len(raw),
        body_sha256="0" * 64,
        partner=world.partner,
        state=InboxMessage.State.ACCEPTED,
        verdict="2005200",
    )
    notice = snap.notice(message.pk)
    assert notice is not None
    notices.handle(notice)
    return message.pk


def work(inbox_id: int, *, at: datetime = SOON) -> str | None:
    assert notices.claim(inbox_id, at)
    return notices.process(inbox_id, at=at)


def paid(world: World, request: PaymentRequest, *, at: datetime = SOON, **facts: Any) -> None:
    world.bank.pay(request.partner_reference_no, at=at, **facts)


def notice_of(world: World, request: PaymentRequest, place: int = -1, **changes: Any) -> dict[str, Any]:
    return world.bank.notice(request.partner_reference_no, place, **changes)


def test_a_notice_is_checked_with_the_bank_and_booked(world: World) -> None:
    request = world.request()
    paid(world, request)
    inbox_id = arrives(world, notice_of(world, request))
    assert work(inbox_id) == "dibukukan"
    payment = Payment.objects.get()
    assert (payment.kind, payment.rrn, payment.seen_by, payment.payer_mask) == (
        "exact",
        RRN,
        "notice",
        "•••001",
    )
    assert state(request) == "paid"
    assert world.bank.asked(Service.QR_QUERY) == 1
    message = InboxMessage.objects.get(pk=inbox_id)
    assert (message.state, message.outcome) == ("processed", "dibukukan")
    check_laws()


def test_a_repeated_notice_books_nothing_more(world: World) -> None:
    request = world.request()
    paid(world, request)
    for _ in range(3):
        work(arrives(world, notice_of(world, request)))
    assert Payment.objects.count() == 1
    assert troubles() == []


def test_the_queried_amount_is_booked_and_the_notices_own_is_an_exception(world: World) -> None:
    request = world.request()
    paid(world, request)
    wrong = notice_of(world, request, amount={"value": "14000.00", "currency": "IDR"})
    assert work(arrives(world, wrong)) == "dibukukan"
    assert Payment.objects.get().amount == PRICE
    trouble = MoneyException.objects.get()
    assert (trouble.kind, trouble.amount, trouble.expected_amount) == (
        "amount_differs",
        Decimal("14000.00"),
        PRICE,
    )


@pytest.mark.parametrize("amount", [None, {"value": "Rp13.000", "currency": "IDR"}])
def test_a_notice_without_an_amount_is_queried_and_remembered(world: World, amount: Any) -> None:
    request = world.request()
    paid(world, request)
    assert work(arrives(world, notice_of(world, request, amount=amount))) == "dibukukan"
    assert Payment.objects.get().amount == PRICE
    trouble = MoneyException.objects.get()
    assert (trouble.kind, trouble.state) == ("amount_missing", "explained")
    assert "13000.00" in trouble.explanation


def test_an_amount_found_nowhere_stays_an_open_exception(world: World) -> None:
    request = world.request()
    paid(world, request)

    def mute(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        status, content = honest()
        content.pop("amount", None)
        return status, content

    world.bank.mood = mute
    assert work(arrives(world, notice_of(world, request, amount=None))) is None
    assert Payment.objects.count() == 0
    assert MoneyException.objects.get().state == "open"


def test_a_notice_without_rrn_is_booked_and_adopts_it_later(world: World) -> None:
    request = world.request()
    paid(world, request)
    work(arrives(world, notice_of(world, request, rrn=None)))
    assert Payment.objects.get().rrn == ""
    work(arrives(world, notice_of(world, request)))
    assert Payment.objects.get().rrn == RRN


def test_the_second_payment_of_a_reference_is_booked_from_its_own_notice(world: World) -> None:
    request = world.request()
    paid(world, request)
    work(arrives(world, notice_of(world, request)))
    paid(world, request, at=SOON + seconds(3), rrn=OTHER_RRN)
    work(arrives(world, notice_of(world, request), at=SOON + seconds(4)), at=SOON + seconds(4))
    assert sorted(Payment.objects.values_list("kind", "amount")) == [("double", PRICE), ("exact", PRICE)]
    assert troubles() == ["double"]
    check_laws()


@pytest.mark.parametrize("apart", [0, 3])
def test_a_second_payment_of_an_amount_that_nobody_confirms_waits_for_its_settlement(
    world: World, apart: int
) -> None:
    """The query shows one payment of a reference. That the other is of 77 rupiah only its notice says."""
    request = world.request()
    paid(world, request)
    work(arrives(world, notice_of(world, request)))
    paid(world, request, at=SOON + seconds(apart), rrn=OTHER_RRN)
    wrong = {"value": "77.00", "currency": "IDR"}
    waiting = arrives(world, notice_of(world, request, amount=wrong), at=SOON + seconds(4))
    assert work(waiting, at=SOON + seconds(4)) is None
    assert Payment.objects.count() == 1
    ours, reference = request.partner_reference_no, Payment.objects.get().reference_no
    line = world.seen(
        None, source="settlement", partner_reference_no=ours, reference_no=reference, rrn=OTHER_RRN
    )
    services.record_money(line, by=None, at=TOO_LATE)
    assert dict(Payment.objects.values_list("rrn", "amount")) == {RRN: PRICE, OTHER_RRN: PRICE}
    sweep.run(at=TOO_LATE + timedelta(days=1))
    assert NoticeWork.objects.get(inbox_id=waiting).outcome == "dibukukan"
    trouble = MoneyException.objects.get(kind="amount_differs")
    assert [trouble.amount, trouble.expected_amount] == [77, PRICE]
    check_laws()


def test_a_silent_bank_leaves_the_notice_waiting_with_growing_pauses(world: World) -> None:
    request = world.request()
    paid(world, request)
    inbox_id = arrives(world, notice_of(world, request))
    world.bank.mood = silent
    at = SOON
    for pause in (20, 40, 80):
        assert work(inbox_id, at=at) is None
        row = NoticeWork.objects.get(inbox_id=inbox_id)
        assert row.next_try_at == at + seconds(pause)
        at += seconds(pause)
    assert state(request) == "open"
    world.bank.mood = None
    assert work(inbox_id, at=at) == "dibukukan"


def test_a_notice_that_no_answer_ever_confirms_is_left_to_the_settlement(world: World) -> None:
    request = world.request()
    paid(world, request)
    inbox_id = arrives(world, notice_of(world, request))
    world.bank.mood = silent
    assert work(inbox_id, at=SOON + timedelta(hours=37)) == "menunggu settlement"
    assert troubles() == ["not_confirmed"]
    assert Payment.objects.count() == 0


def test_a_notice_that_the_bank_denies_is_an_exception(world: World) -> None:
    request = world.request()
    paid(world, request)
    body = notice_of(world, request)
    world.bank.transactions[request.partner_reference_no].status = "06"
    assert work(arrives(world, body)) == "tidak dibenarkan bank: failed"
    assert troubles() == ["not_confirmed"]
    assert state(request) == "open"


def test_an_unpaid_answer_is_asked_again(world: World) -> None:
    request = world.request()
    paid(world, request)
    world.bank.transactions[request.partner_reference_no].status = "01"
    assert work(arrives(world, notice_of(world, request))) is None


def test_an_answer_about_another_reference_is_no_answer(world: World) -> None:
    request = world.request()
    paid(world, request)

    def confused(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        status, content = honest()
        return status, {**content, "originalPartnerReferenceNo": "LAIN"}

    world.bank.mood = confused
    assert work(arrives(world, notice_of(world, request))) is None
    assert Payment.objects.count() == 0


def test_a_notice_of_something_else_than_a_payment_changes_nothing(world: World) -> None:
    request = world.request()
    paid(world, request)
    body = notice_of(world, request, latestTransactionStatus="06")
    assert work(arrives(world, body)) == "bukan pembayaran"
    assert Payment.objects.count() == 0


def test_a_notice_for_an_unknown_reference_on_a_registered_terminal_is_a_liability(world: World) -> None:
    request = world.request()
    paid(world, request)
    body = notice_of(world, request)
    known = world.bank.transactions[request.partner_reference_no]
    known.reference_no, world.bank.transactions["STATIC"] = "R0", known
    body |= {"originalReferenceNo": "STATIC-9", "originalPartnerReferenceNo": "STATIC"}
    known.reference_no = "STATIC-9"
    assert work(arrives(world, body)) == "dibukukan"
    payment = Payment.objects.get()
    assert (payment.kind, payment.request_id) == ("unexpected", None)
    assert troubles() == ["unknown_reference"]
    check_laws()


def test_a_notice_for_an_unregistered_terminal_raises_the_phantom_alarm(world: World) -> None:
    request = world.request()
    paid(world, request)
    body = notice_of(
        world, request, nmid="ID20269999999", originalPartnerReferenceNo="X", originalReferenceNo="Y"
    )
    assert work(arrives(world, body)) == "kejanggalan"
    assert troubles() == ["unknown_terminal"]
    assert Payment.objects.count() == 0


def test_small_notices_are_booked_at_once_where_the_partner_allows_it(world: World) -> None:
    world.partner.query_back, world.partner.query_back_above = "above", PRICE
    world.partner.save()
    request = world.request()
    paid(world, request)
    assert work(arrives(world, notice_of(world, request))) == "dibukukan"
    assert world.bank.asked(Service.QR_QUERY) == 0
    world.things.price = PRICE + 1
    large = world.request()
    paid(world, large)
    work(arrives(world, notice_of(world, large)))
    assert world.bank.asked(Service.QR_QUERY) == 1


def test_a_small_notice_that_comes_after_the_expiry_is_checked_for_its_paid_time(world: World) -> None:
    world.partner.query_back, world.partner.query_back_above = "above", PRICE
    world.partner.save()
    request = world.request()
    paid(world, request)
    work(arrives(world, notice_of(world, request), at=TOO_LATE), at=TOO_LATE)
    assert world.bank.asked(Service.QR_QUERY) == 1
    assert Payment.objects.get().kind == "exact"


def test_a_partner_checked_by_the_sweep_alone_waits_for_it(world: World) -> None:
    world.partner.query_back = "sweep"
    world.partner.save()
    request = world.request()
    paid(world, request)
    inbox_id = arrives(world, notice_of(world, request))
    assert work(inbox_id) is None
    assert world.bank.asked(Service.QR_QUERY) == 0
    sweep.run(at=SOON + seconds(20))
    assert state(request) == "paid"


def test_one_worker_at_a_time_has_a_notice(world: World) -> None:
    request = world.request()
    paid(world, request)
    inbox_id = arrives(world, notice_of(world, request))
    assert notices.claim(inbox_id, SOON)
    assert not notices.claim(inbox_id, SOON)
    assert notices.claim(inbox_id, SOON + notices.LEASE)
    notices.process(inbox_id, at=SOON)
    assert not notices.claim(inbox_id, SOON + timedelta(days=1))


def test_books_that_refuse_keep_the_notice_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    request = world.request()
    paid(world, request)
    inbox_id = arrives(world, notice_of(world, request))

    def closed(*_: Any, **__: Any) -> None:
        raise RuntimeError("buku tertutup")

    with monkeypatch.context() as patch:
        patch.setattr("payments.incoming.booking.post", closed)
        assert work(inbox_id) is None
    assert work(inbox_id, at=SOON + seconds(20)) == "dibukukan"


@pytest.mark.parametrize("code", ["4045101", "5005100"])
def test_an_unknown_or_failing_query_books_nothing(world: World, code: str) -> None:
    request = world.request()
    paid(world, request)
    inbox_id = arrives(world, notice_of(world, request))
    world.bank.mood = says(Service.QR_QUERY, int(code[:3]), code)
    work(inbox_id)
    assert Payment.objects.count() == 0
    assert state(request) == "open"
