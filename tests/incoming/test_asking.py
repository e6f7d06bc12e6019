"""Conversations with the bank about one request, with a bank that answers, refuses, or is silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.db import DatabaseError

from opd import audit
from opd.office.models import DatedRule
from payments.incoming import bank, intents, services
from payments.incoming.models import MoneyException, Payment, PaymentAttempt, PaymentRequest
from payments.incoming.services import RequestError
from payments.snap.codes import Service
from tests.incoming.bank import Answer
from tests.incoming.test_booking import check_laws
from tests.incoming.world import AT, KIND, OTHER_RRN, PRICE, SOON, World, make_account, seconds, state

Honest = Callable[[], Answer]
EXPIRED = AT + timedelta(minutes=15, seconds=10)


def silent(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
    return None


def silent_for(*services_: Service) -> Callable[[Service, dict[str, Any], Honest], Answer | None]:
    """Says nothing and does nothing."""
    return lambda service, body, honest: None if service in services_ else honest()


def loses_answer_of(*services_: Service) -> Callable[[Service, dict[str, Any], Honest], Answer | None]:
    """Does it, and the answer is lost."""

    def mood(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        answer = honest()
        return None if service in services_ else answer

    return mood


def says(
    wanted: Service, status: int, code: str
) -> Callable[[Service, dict[str, Any], Honest], Answer | None]:
    refusal = (status, {"responseCode": code, "responseMessage": "uji"})
    return lambda service, body, honest: refusal if service is wanted else honest()


def fresh(request: PaymentRequest) -> PaymentRequest:
    return PaymentRequest.objects.get(pk=request.pk)


def test_a_request_gets_the_banks_qr(world: World) -> None:
    request = world.request()
    assert request.state == "open"
    assert request.qr_content.startswith("000201")
    assert request.reference_no == "BANK00000001"
    assert len(request.partner_reference_no) <= 25
    service, body = world.bank.calls[0]
    assert service is Service.QR_GENERATE
    assert body == {
        "partnerReferenceNo": request.partner_reference_no,
        "amount": {"value": "13000.00", "currency": "IDR"},
        "merchantId": "MID0001",
        "terminalId": "A01",
        "validityPeriod": "2026-11-24T10:15:00+07:00",
    }


def test_a_second_click_returns_the_same_request(world: World) -> None:
    assert world.request("kunci").pk == world.request("kunci").pk
    assert world.bank.asked(Service.QR_GENERATE) == 1


def test_a_second_click_with_another_amount_is_refused(world: World) -> None:
    world.request("kunci")
    world.things.price = Decimal("99000.00")
    with pytest.raises(RequestError, match="jumlah lain"):
        world.request("kunci")


def test_a_paid_thing_is_not_asked_for_again(world: World) -> None:
    request = world.request("kunci")
    world.book(request)
    assert world.request("kunci").state == "paid"
    assert PaymentRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("price", "words"), [("10000000.01", "melebihi batas"), ("0.00", "Tidak ada yang harus dibayar")]
)
def test_an_amount_outside_the_rule_is_refused(world: World, price: str, words: str) -> None:
    world.things.price = Decimal(price)
    with pytest.raises(RequestError, match=words):
        world.request()
    assert PaymentRequest.objects.count() == 0


def test_the_largest_amount_is_a_dated_rule(world: World) -> None:
    rule = DatedRule.objects.get(key="qris.max_amount")
    assert rule.legal_basis
    world.things.price = Decimal("10000000.00")
    assert world.request().state == "open"


def test_the_expiry_has_a_default_and_a_limit(world: World) -> None:
    request = services.request_payment(kind=KIND, key="baku", receiving_account=world.account, by=None, at=AT)
    assert request.expires_at == AT + timedelta(minutes=15)
    for minutes in (0, 121):
        with pytest.raises(RequestError, match="Batas waktu"):
            world.request(minutes=minutes)


def test_an_account_not_in_force_takes_no_request(world: World) -> None:
    later = make_account(
        world.partner, world.opd, nmid="ID20260000005", valid_from=AT.date() + timedelta(days=1)
    )
    world.account = later
    with pytest.raises(RequestError, match="Rekening penerimaan"):
        world.request()


def test_a_silent_bank_leaves_the_intent_and_is_asked_again_with_the_same_reference(world: World) -> None:
    world.bank.mood = silent
    request = world.request()
    assert request.state == "requesting"
    world.bank.mood = None
    again = services.ensure_qr(request.pk, at=SOON)
    assert again.state == "open"
    assert again.partner_reference_no == request.partner_reference_no


def test_a_lost_answer_takes_a_new_reference_and_keeps_the_old_one_known(world: World) -> None:
    world.bank.mood = loses_answer_of(Service.QR_GENERATE)
    request = world.request()
    world.bank.mood = None
    again = services.ensure_qr(request.pk, at=SOON)
    assert again.state == "open"
    assert again.partner_reference_no != request.partner_reference_no
    assert world.bank.transactions[request.partner_reference_no].status == "05"
    assert PaymentAttempt.objects.filter(request=request).count() == 2
    old = world.seen(request, reference_no="")
    payment = services.record_money(old, by=None, at=SOON)
    assert payment is not None
    assert (payment.request_id, payment.kind, state(request)) == (request.pk, "exact", "paid")
    check_laws()


def test_a_lost_answer_whose_money_is_there_is_booked_not_replaced(world: World) -> None:
    world.bank.mood = loses_answer_of(Service.QR_GENERATE)
    request = world.request()
    world.bank.mood = None
    world.bank.pay(request.partner_reference_no, at=SOON)
    assert services.ensure_qr(request.pk, at=SOON).state == "paid"
    assert Payment.objects.count() == 1


def test_a_claimed_request_is_not_asked_for_twice(world: World) -> None:
    world.bank.mood = silent
    request = world.request()
    world.bank.mood = None
    attempt = PaymentAttempt.objects.get(request=request)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(claimed_until=SOON + seconds(20))
    assert services.ensure_qr(request.pk, at=SOON).state == "requesting"
    assert services.ensure_qr(request.pk, at=SOON + seconds(21)).state == "open"


@pytest.mark.parametrize(("status", "code"), [(404, "4044708"), (403, "4034719"), (400, "4004701")])
def test_a_refusal_fails_the_request_with_a_plain_message(world: World, status: int, code: str) -> None:
    world.bank.mood = says(Service.QR_GENERATE, status, code)
    request = world.request("kunci")
    assert request.state == "failed"
    assert "Anda belum membayar apa pun" in request.message
    world.bank.mood = None
    assert world.request("kunci").state == "open"


@pytest.mark.parametrize(("status", "code"), [(500, "5004700"), (504, "5044700"), (429, "4294700")])
def test_a_passing_trouble_of_the_bank_is_waited_out(world: World, status: int, code: str) -> None:
    world.bank.mood = says(Service.QR_GENERATE, status, code)
    request = world.request()
    assert request.state == "requesting"
    assert request.next_ask_at is not None


@pytest.mark.parametrize(("field", "value"), [("nmid", "ID20269999999"), ("merchant_name", "UJI COBA LAIN")])
def test_a_qr_of_somebody_else_is_never_shown(world: World, field: str, value: str) -> None:
    setattr(world.bank, field, value)
    request = world.request()
    assert (request.state, request.qr_content) == ("failed", "")
    trouble = MoneyException.objects.get()
    assert trouble.kind == "qr_mismatch"
    assert value in trouble.detail
    assert world.bank.asked(Service.QR_CANCEL) == 1


def test_a_qr_of_another_amount_is_never_shown(world: World) -> None:
    def greedy(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        if service is Service.QR_GENERATE:
            body["amount"] = {"value": "99000.00", "currency": "IDR"}
        return honest()

    world.bank.mood = greedy
    assert world.request().state == "failed"
    assert MoneyException.objects.get().expected_amount == PRICE


def test_an_unreadable_qr_is_never_shown(world: World) -> None:
    def garbled(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        status, content = honest()
        return status, {**content, **({"qrContent": "000201xx"} if "qrContent" in content else {})}

    world.bank.mood = garbled
    assert world.request().state == "failed"
    assert MoneyException.objects.get().kind == "qr_mismatch"


def test_asking_the_bank_books_what_it_finds(world: World) -> None:
    request = world.request()
    world.bank.pay(request.partner_reference_no, at=SOON)
    assert services.confirm(request.pk, at=SOON).state == "paid"
    payment = Payment.objects.get()
    assert (payment.seen_by, payment.paid_at, payment.rrn) == ("query", SOON, "")


def test_asking_is_throttled_for_each_request(world: World) -> None:
    request = world.request()
    for pause in (0, 1, 2.9, 3, 4, 6):
        services.confirm(request.pk, at=SOON + timedelta(seconds=pause))
    assert world.bank.asked(Service.QR_QUERY) == 3


def test_a_paid_request_is_not_asked_about(world: World) -> None:
    request = world.request()
    world.book(request)
    assert services.confirm(request.pk, at=SOON).state == "paid"
    assert world.bank.asked(Service.QR_QUERY) == 0


@pytest.mark.parametrize(
    ("status", "before", "after"),
    [
        ("01", "open", "expired"),
        ("02", "open", "open"),
        ("03", "open", "open"),
        ("04", "open", "expired"),
        ("05", "cancelled", "cancelled"),
        ("06", "open", "expired"),
        ("07", "open", "expired"),
        ("99", "open", "open"),
    ],
)
def test_every_status_has_its_effect_before_and_after_the_expiry(
    world: World, status: str, before: str, after: str
) -> None:
    for at, expected in ((SOON, before), (EXPIRED, after)):
        request = world.request()
        world.bank.transactions[request.partner_reference_no].status = status
        assert services.confirm(request.pk, at=at).state == expected
    assert Payment.objects.count() == 0
    assert MoneyException.objects.filter(kind="refunded_at_bank").exists() is (status == "04")


def test_a_request_expires_only_after_the_bank_says_unpaid(world: World) -> None:
    request = world.request()
    assert services.expire(request.pk, at=AT + timedelta(minutes=14)).state == "open"
    assert world.bank.asked(Service.QR_QUERY) == 0
    world.bank.mood = silent
    assert services.expire(request.pk, at=EXPIRED).state == "open"
    world.bank.mood = None
    assert services.expire(request.pk, at=EXPIRED).state == "expired"


def test_expiring_a_paid_request_pays_it(world: World) -> None:
    request = world.request()
    world.bank.pay(request.partner_reference_no, at=SOON)
    assert services.expire(request.pk, at=EXPIRED).state == "paid"


def test_silence_is_remembered_and_asked_again_soon(world: World) -> None:
    request = world.request()
    world.bank.mood = silent
    services.confirm(request.pk, at=SOON)
    first = fresh(request)
    assert (first.unanswered, first.next_ask_at) == (1, SOON + seconds(20))
    world.bank.mood = None
    services.confirm(request.pk, at=SOON + seconds(20))
    assert fresh(request).unanswered == 0


def test_an_answer_paid_without_an_amount_is_an_exception_and_books_nothing(world: World) -> None:
    request = world.request()
    world.bank.pay(request.partner_reference_no, at=SOON)

    def mute(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        status, content = honest()
        content.pop("amount", None)
        return status, content

    world.bank.mood = mute
    assert services.confirm(request.pk, at=SOON).state == "open"
    assert MoneyException.objects.get().kind == "amount_missing"
    assert services.expire(request.pk, at=EXPIRED).state == "open", "never closed while money may be there"


def test_cancelling_asks_the_bank_first_and_last(world: World) -> None:
    request = world.request()
    assert services.cancel(request.pk, reason="berubah pikiran", by=None, at=SOON).state == "cancelled"
    assert [service for service, _ in world.bank.calls][-2:] == [Service.QR_CANCEL, Service.QR_QUERY]
    assert fresh(request).next_ask_at is None


def test_cancelling_finds_the_money_that_came_first(world: World) -> None:
    request = world.request()
    world.bank.pay(request.partner_reference_no, at=SOON)
    assert services.cancel(request.pk, reason="uji", by=None, at=SOON).state == "paid"
    assert Payment.objects.get().kind == "exact"


def test_a_cancellation_whose_answer_is_lost_is_found_by_the_question(world: World) -> None:
    request = world.request()
    world.bank.mood = loses_answer_of(Service.QR_CANCEL)
    assert services.cancel(request.pk, reason="uji", by=None, at=SOON).state == "cancelled"


def test_a_silent_bank_cancels_nothing(world: World) -> None:
    request = world.request()
    world.bank.mood = silent
    assert services.cancel(request.pk, reason="uji", by=None, at=SOON).state == "open"


def test_a_bank_that_cannot_cancel_is_asked_on_after_we_did(world: World) -> None:
    request = world.request()
    world.bank.mood = says(Service.QR_CANCEL, 403, "4037701")
    assert services.cancel(request.pk, reason="uji", by=None, at=SOON).state == "cancelled"
    again = fresh(request).next_ask_at
    assert again is not None
    world.bank.pay(request.partner_reference_no, at=SOON)
    services.confirm(request.pk, at=again)
    assert (Payment.objects.get().kind, state(request)) == ("unexpected", "cancelled")
    check_laws()


def test_a_request_without_qr_can_be_cancelled(world: World) -> None:
    world.bank.mood = silent
    request = world.request()
    world.bank.mood = None
    assert services.cancel(request.pk, reason="uji", by=None, at=SOON).state == "cancelled"


def test_a_closed_request_stays_closed(world: World) -> None:
    request = world.request()
    world.book(request)
    assert services.cancel(request.pk, reason="uji", by=None, at=SOON).state == "paid"
    assert services.expire(request.pk, at=EXPIRED).state == "paid"


def test_a_new_qr_asks_about_the_old_one_first(world: World) -> None:
    request = world.request()
    world.bank.pay(request.partner_reference_no, at=SOON)
    renewed = services.renew(request.pk, by=None, at=SOON)
    assert (renewed.pk, renewed.state) == (request.pk, "paid")
    assert world.bank.asked(Service.QR_GENERATE) == 1


def test_a_new_qr_while_open_belongs_to_the_same_request(world: World) -> None:
    request = world.request()
    renewed = services.renew(request.pk, by=None, at=SOON)
    assert (renewed.pk, renewed.state) == (request.pk, "open")
    assert renewed.partner_reference_no != request.partner_reference_no
    assert renewed.expires_at == SOON + timedelta(minutes=15)
    assert world.bank.transactions[request.partner_reference_no].status == "05"


def test_asking_twice_for_a_new_qr_gives_one(world: World) -> None:
    request = world.request()
    first = services.renew(request.pk, by=None, at=SOON)
    again = services.renew(request.pk, by=None, at=SOON + seconds(2))
    assert again.partner_reference_no == first.partner_reference_no
    later = services.renew(request.pk, by=None, at=SOON + seconds(3))
    assert later.partner_reference_no != first.partner_reference_no


def test_a_question_in_the_middle_of_a_renewal_does_not_close_the_request(world: World) -> None:
    request = world.request()

    def asked_meanwhile(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        answer = honest()
        if service is Service.QR_CANCEL:
            world.bank.mood = None
            assert services.confirm(request.pk, at=SOON).state == "open"
        return answer

    world.bank.mood = asked_meanwhile
    renewed = services.renew(request.pk, by=None, at=SOON)
    assert renewed.state == "open"
    assert renewed.partner_reference_no != request.partner_reference_no


def test_money_on_the_old_and_the_new_qr_is_one_payment_and_a_double(world: World) -> None:
    request = world.request()
    world.bank.mood = says(Service.QR_CANCEL, 405, "4057700")
    renewed = services.renew(request.pk, by=None, at=SOON)
    world.bank.mood = None
    for reference in (request.partner_reference_no, renewed.partner_reference_no):
        world.bank.pay(reference, at=SOON)
    services.confirm(request.pk, at=SOON + seconds(5))
    assert sorted(Payment.objects.values_list("kind", flat=True)) == ["double", "exact"]
    assert state(request) == "paid"
    check_laws()


def test_a_new_qr_after_the_expiry_is_a_new_request(world: World) -> None:
    request = world.request("kunci")
    services.expire(request.pk, at=EXPIRED)
    renewed = services.renew(request.pk, by=None, at=EXPIRED)
    assert renewed.pk != request.pk
    assert (renewed.state, renewed.payable_key) == ("open", "kunci")


@pytest.mark.parametrize("mood", [silent, says(Service.QR_QUERY, 500, "5005100")])
def test_no_new_qr_while_the_old_one_is_in_doubt(world: World, mood: Any) -> None:
    request = world.request()
    world.bank.mood = mood
    renewed = services.renew(request.pk, by=None, at=SOON)
    assert renewed.partner_reference_no == request.partner_reference_no


def test_no_new_qr_while_a_payment_is_on_its_way(world: World) -> None:
    request = world.request()
    world.bank.transactions[request.partner_reference_no].status = "02"
    assert services.renew(request.pk, by=None, at=SOON).partner_reference_no == request.partner_reference_no


def test_a_qr_that_comes_after_the_cancellation_is_cancelled_at_the_bank(world: World) -> None:
    world.bank.mood = silent
    request = world.request()
    attempt = PaymentAttempt.objects.select_related("request__receiving_account__partner").get(
        request=request
    )
    world.bank.mood = None
    services.cancel(request.pk, reason="uji", by=None, at=SOON)
    _, content = world.bank.answer(
        Service.QR_GENERATE,
        {
            "partnerReferenceNo": attempt.partner_reference_no,
            "amount": {"value": "13000.00"},
            "merchantId": "MID0001",
        },
    ) or (0, {})
    issued = bank.QrIssued(content["referenceNo"], content["qrContent"])
    assert intents.save_answer(attempt, issued, at=SOON) is intents.Saved.CANCEL
    assert state(request) == "cancelled"


def test_a_qr_issued_elsewhere_is_accepted_if_it_fits(world: World) -> None:
    request = world.request()
    for key, amount, wanted in (("baik", PRICE, "open"), ("buruk", PRICE + 1, "failed")):
        world.things.price = amount
        planned = services.plan_request(kind=KIND, key=key, receiving_account=world.account, by=None, at=AT)
        accepted = services.accept_qr(
            planned.pk, reference_no=f"DEMO-{key}", qr_content=request.qr_content, at=AT
        )
        assert accepted.state == wanted
    assert world.bank.asked(Service.QR_GENERATE) == 1


def test_a_failed_audit_write_makes_no_request(world: World) -> None:
    with (
        mock.patch.object(audit, "record", side_effect=DatabaseError("audit penuh")),
        pytest.raises(DatabaseError),
    ):
        world.request()
    assert PaymentRequest.objects.count() == 0
    assert world.bank.calls == []


def test_a_second_rrn_does_not_come_from_questions(world: World) -> None:
    request = world.request()
    world.bank.pay(request.partner_reference_no, at=SOON)
    world.bank.pay(request.partner_reference_no, at=SOON, rrn=OTHER_RRN)
    services.confirm(request.pk, at=SOON)
    services.confirm(request.pk, at=SOON + seconds(5))
    assert Payment.objects.count() == 1
