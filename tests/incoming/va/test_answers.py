"""What banks hear from our two endpoints, code by code; and that saying so books nothing, or once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from payments.incoming import booking, services
from payments.incoming.models import Payment, PaymentRequest, VaInquiry, VaNotice
from payments.incoming.registry import Why
from payments.incoming.verification import LAWS
from payments.ledger.models import Journal
from payments.snap import verification as snap_laws
from payments.snap.models import InboxMessage
from tests.incoming.va.teller import PAYMENT, PREFIX, Desk, amount, fields, kinds, paying, troubles
from tests.incoming.world import KIND, LRA, PRICE, make_account
from tests.snap.bank import add_partner

YES_ASK, YES_PAY = "2002400", "2002500"
LATE_INTEREST = Decimal("260.00")


def laws_hold() -> None:
    for law in (*LAWS, *snap_laws.LAWS):
        assert law.check().problems == [], law.name


def test_an_inquiry_names_the_payer_masked_and_the_amount_of_this_moment(desk: Desk) -> None:
    va = desk.open()
    said = desk.ask(va.number)
    data = said.body["virtualAccountData"]
    assert (said.status, said.code, said.message) == (200, YES_ASK, "Successful")
    assert data["virtualAccountName"] == "Bu** Sa*****"
    assert data["totalAmount"] == {"value": "13000.00", "currency": "IDR"}
    assert data["virtualAccountNo"] == fields(va.number)["virtualAccountNo"]
    assert data["inquiryStatus"] == "00"
    assert data["virtualAccountTrxType"] == "C"
    desk.bills.price += LATE_INTEREST
    later = desk.ask(va.number).body["virtualAccountData"]
    assert later["billDetails"][0]["billAmount"]["value"] == "13260.00"
    laws_hold()


def test_a_payment_is_booked_as_virtual_account(desk: Desk) -> None:
    va = desk.open()
    sent = paying(va.number)
    said = desk.pay(va.number, **sent)
    data = said.body["virtualAccountData"]
    assert (said.status, said.code) == (200, YES_PAY)
    assert data["paymentFlagStatus"] == "00"
    assert {name: data[name] for name in ("paymentRequestId", "paidAmount", "referenceNo")} == {
        name: sent[name] for name in ("paymentRequestId", "paidAmount", "referenceNo")
    }
    payment = Payment.objects.get()
    assert (payment.kind, payment.method, payment.seen_by) == ("exact", "va", "notice")
    assert (payment.revenue_amount, payment.kode_lra) == (PRICE, LRA)
    assert payment.reference_no == sent["referenceNo"]
    request = PaymentRequest.objects.get()
    assert (request.state, request.method, request.next_ask_at) == ("paid", "va", None)
    described = Journal.objects.get(pk=payment.journal_id).description
    assert described.startswith("Penerimaan Virtual Account (sesuai)")
    assert desk.bills.settled == [(desk.key, payment.pk)]
    laws_hold()


def test_a_paid_bill_is_4042414_and_4042514(desk: Desk) -> None:
    va = desk.open()
    assert desk.pay(va.number).code == YES_PAY
    assert desk.ask(va.number).code == "4042414"
    said = desk.pay(va.number)
    assert (said.status, said.code, said.message) == (404, "4042514", "Paid Bill")
    assert said.body["virtualAccountData"]["paymentFlagReason"]["indonesia"] == "Tagihan sudah lunas"
    assert kinds() == ["exact"]
    laws_hold()


@pytest.mark.parametrize(
    ("why", "case"), [(Why.PAID, "14"), (Why.EXPIRED, "19"), (Why.VOID, "19"), (Why.CLOSED, "12")]
)
def test_why_a_bill_cannot_be_paid_is_told_apart(desk: Desk, why: Why, case: str) -> None:
    va = desk.open()
    desk.bills.why = why
    assert desk.ask(va.number).code == f"40424{case}"
    assert desk.pay(va.number).code == f"40425{case}"
    assert not Payment.objects.exists()
    laws_hold()


def test_a_number_past_its_time_or_closed_is_19(desk: Desk) -> None:
    va = desk.open(over=True)
    assert (desk.ask(va.number).code, desk.pay(va.number).code) == ("4042419", "4042519")
    other = desk.open(key="lain")
    services.close_va(KIND, "lain", reason="diganti", by=None, at=timezone.now())
    assert (desk.ask(other.number).code, desk.pay(other.number).code) == ("4042419", "4042519")


@pytest.mark.parametrize("number", ["8809912345678903", "1234500000000001"])
def test_a_number_of_nobody_or_of_another_biller_is_12(desk: Desk, number: str) -> None:
    said = desk.ask(number)
    assert (said.code, desk.pay(number).code) == ("4042412", "4042512")
    assert said.message == "Invalid Bill/Virtual Account Virtual account not found"
    assert not VaInquiry.objects.exists()


def test_another_banks_number_is_unknown_to_this_bank(desk: Desk) -> None:
    other = make_account(add_partner("bank-lain"), desk.opd, nmid="ID20260000002", va_prefix=PREFIX)
    mine = Desk(desk.opd, other, desk.bills, desk.bank).open(key="bank-lain")
    assert desk.ask(mine.number).code == "4042412"


@pytest.mark.parametrize("paid", ["12999.99", "13000.01"])
def test_a_wrong_amount_is_4042513(desk: Desk, paid: str) -> None:
    va = desk.open()
    value = {"value": paid, "currency": "IDR"}
    assert desk.pay(va.number, paidAmount=value, totalAmount=value).code == "4042513"
    assert desk.pay(va.number, totalAmount=value).code == "4042513"
    assert not Payment.objects.exists()


def test_yesterdays_amount_is_refused_when_interest_has_grown(desk: Desk) -> None:
    va = desk.open()
    assert desk.ask(va.number).code == YES_ASK
    desk.bills.price += LATE_INTEREST
    assert desk.pay(va.number).code == "4042513"
    assert desk.pay(va.number, **paying(va.number, PRICE + LATE_INTEREST)).code == YES_PAY


def test_a_payment_of_another_numbers_inquiry_is_4042518_and_kept(desk: Desk) -> None:
    """18 counts as success at the bank: its money is on the liability, and the bill stays to be paid."""
    va, other = desk.open(), desk.open(key="lain")
    assert desk.ask(other.number, inquiryRequestId="T-1").code == YES_ASK
    assert desk.ask(va.number, inquiryRequestId="T-1").code == "4042418"
    assert desk.pay(va.number, paymentRequestId="T-1").code == "4042518"
    assert (kinds(), troubles()) == (["unexpected"], ["unexpected"])
    assert desk.ask(va.number).code == YES_ASK
    laws_hold()


def test_fields_that_contradict_each_other(desk: Desk) -> None:
    va = desk.open()
    assert desk.ask(va.number, customerNo="99999999999").code == "4002401"
    said = desk.pay(va.number, customerNo="99999999999")
    assert said.code == "4042518"
    assert kinds() == ["unexpected"]


@pytest.mark.parametrize("field", ["partnerServiceId", "customerNo", "virtualAccountNo", "inquiryRequestId"])
def test_an_inquiry_without_a_field_names_it(desk: Desk, field: str) -> None:
    said = desk.ask(desk.open().number, **{field: None})
    assert (said.code, said.message) == ("4002402", f"Invalid Mandatory Field {field}")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"paymentRequestId": None}, "4002502", "paymentRequestId"),
        ({"paidAmount": None}, "4002502", "paidAmount"),
        ({"paidAmount": {"value": "13000", "currency": "IDR"}}, "4002501", "paidAmount"),
        ({"paidAmount": {"value": "13000.00", "currency": "USD"}}, "4002501", "paidAmount"),
        ({"paidAmount": amount(0)}, "4002501", "paidAmount"),
        ({"paymentRequestId": "x" * 129}, "4002501", "paymentRequestId"),
        ({"partnerServiceId": 88099}, "4002501", "partnerServiceId"),
        ({"customerNo": "12a"}, "4002501", "customerNo"),
    ],
)
def test_a_payment_with_a_bad_field_names_it(
    desk: Desk, changes: dict[str, Any], code: str, field: str
) -> None:
    said = desk.pay(desk.open().number, **changes)
    assert said.code == code
    assert said.message.endswith(field)
    assert not VaNotice.objects.exists()


def test_an_advice_that_cannot_be_read_is_an_exception(desk: Desk) -> None:
    said = desk.pay(desk.open().number, paidAmount=None, totalAmount=None, flagAdvise="Y")
    assert (said.code, troubles()) == ("4002502", ["amount_missing"])


@pytest.mark.parametrize(
    "padding",
    [
        {"partnerServiceId": "88099"},
        {"partnerServiceId": "88099   "},
        {"virtualAccountNo": "{number}"},
        {"partnerServiceId": "88099", "virtualAccountNo": "{number}"},
        {"customerNo": "  {own}", "virtualAccountNo": "   88099  {own}"},
    ],
)
def test_banks_may_pad_as_they_do(desk: Desk, padding: dict[str, str]) -> None:
    va = desk.open()
    own = va.number[5:]
    changes = {name: text.format(number=va.number, own=own) for name, text in padding.items()}
    said = desk.ask(va.number, **changes)
    assert said.code == YES_ASK
    sent = fields(va.number) | changes
    assert said.body["virtualAccountData"]["partnerServiceId"] == sent["partnerServiceId"]
    assert desk.pay(va.number, **changes).code == YES_PAY


def test_the_official_samples_are_answered(desk: Desk) -> None:
    """Shapes of SNAP's samples, channelCode as a number and all; their number is nobody's."""
    common: dict[str, Any] = {
        "partnerServiceId": "  088899",
        "customerNo": "12345678901234567890",
        "virtualAccountNo": "  08889912345678901234567890",
        "channelCode": 6011,
        "hashedSourceAccountNo": "abcdefghijklmnopqrstuvwxyz123456",
        "sourceBankCode": "008",
        "additionalInfo": {"deviceId": "12345679237", "channel": "mobilephone"},
    }
    value = {"value": "12345678.00", "currency": "IDR"}
    asked = desk.ask("", **common, inquiryRequestId="abcdef-123456-abcdef", amount=value, language="ID")
    assert asked.code == "4042412"
    paid = desk.pay(
        "0",
        **common,
        paymentRequestId="abcdef-123456-abcdef",
        paidAmount=value,
        totalAmount=value,
        trxDateTime="20201231T235959Z",
        paymentType=1,
        flagAdvise="N",
        paidBills="95000",
    )
    assert paid.code == "4042512"
    assert paid.body["virtualAccountData"]["paymentType"] == 1


# --- once


def test_the_same_message_again_has_the_same_answer(desk: Desk) -> None:
    va = desk.open()
    sent = paying(va.number)
    first = desk.pay(va.number, external_id="77", **sent)
    again = desk.pay(va.number, external_id="77", **sent)
    assert (first.code, again.code) == (YES_PAY, YES_PAY)
    assert first.body == again.body
    states = list(InboxMessage.objects.order_by("pk").values_list("state", "verdict"))
    assert states == [("processed", YES_PAY), ("repeated", YES_PAY)]
    assert kinds() == ["exact"]
    laws_hold()


def test_the_same_external_id_for_another_message_is_a_conflict(desk: Desk) -> None:
    va = desk.open()
    desk.pay(va.number, external_id="77")
    assert desk.pay(va.number, external_id="77").code == "4092500"
    assert desk.ask(va.number, external_id="77").code == "4092400"
    assert kinds() == ["exact"]


def test_the_same_payment_request_again_is_booked_once(desk: Desk) -> None:
    va = desk.open()
    sent = paying(va.number)
    codes = [desk.pay(va.number, **sent).code, desk.pay(va.number, **sent).code]
    codes.append(desk.pay(va.number, **(sent | {"flagAdvise": "Y"})).code)
    assert codes == [YES_PAY] * 3
    assert kinds() == ["exact"]
    laws_hold()


def test_the_same_payment_request_with_another_amount_is_4042518_and_an_exception(desk: Desk) -> None:
    va = desk.open()
    sent = paying(va.number)
    desk.pay(va.number, **sent)
    changed = sent | {"paidAmount": amount(1), "totalAmount": amount(1)}
    assert desk.pay(va.number, **changed).code == "4042518"
    assert (kinds(), troubles()) == (["exact"], ["amount_differs"])


def test_a_refused_payment_may_come_right_with_another_amount(desk: Desk) -> None:
    va = desk.open()
    sent = paying(va.number)
    wrong = sent | {"paidAmount": amount(1), "totalAmount": amount(1)}
    codes = [desk.pay(va.number, **body).code for body in (wrong, wrong, sent)]
    assert codes == ["4042513", "4042513", YES_PAY]
    laws_hold()


# --- money that the bank took all the same


def advise(desk: Desk, number: str, value: Any = PRICE, **changes: Any) -> str:
    return desk.pay(number, **(paying(number, value) | {"flagAdvise": "Y"} | changes)).code


def test_an_advice_of_a_payment_that_never_arrived_settles(desk: Desk) -> None:
    va = desk.open()
    assert advise(desk, va.number) == YES_PAY
    assert kinds() == ["exact"]


def test_an_advice_for_a_paid_bill_is_14_and_kept_as_double(desk: Desk) -> None:
    va = desk.open()
    desk.pay(va.number)
    assert advise(desk, va.number) == "4042514"
    assert (kinds(), troubles()) == (["double", "exact"], ["double"])
    assert desk.bills.odd == [(desk.key, "double")]
    laws_hold()


def test_an_advice_for_a_void_bill_is_19_and_kept(desk: Desk) -> None:
    va = desk.open()
    desk.bills.why = Why.VOID
    assert advise(desk, va.number) == "4042519"
    assert (kinds(), troubles()) == (["unexpected"], ["unexpected"])
    laws_hold()


def test_an_advice_after_the_numbers_time_is_19_and_kept_as_late(desk: Desk) -> None:
    va = desk.open(over=True)
    assert advise(desk, va.number) == "4042519"
    assert (kinds(), troubles()) == (["late"], ["late"])
    laws_hold()


def test_an_advice_of_a_payment_in_time_settles_though_it_comes_late(desk: Desk) -> None:
    va = desk.open(over=True)
    paid_at = va.made_at
    assert advise(desk, va.number, trxDateTime=paid_at.isoformat()) == YES_PAY
    assert Payment.objects.get().paid_at == paid_at


@pytest.mark.parametrize(("value", "kind"), [("12000.00", "short"), ("14000.00", "unexpected")])
def test_an_advice_of_another_amount_is_13_and_pays_nothing(desk: Desk, value: str, kind: str) -> None:
    va = desk.open()
    assert advise(desk, va.number, Decimal(value)) == "4042513"
    assert (kinds(), troubles()) == ([kind], [kind])
    assert desk.ask(va.number).code == YES_ASK
    assert desk.pay(va.number).code == YES_PAY
    laws_hold()


def test_an_advice_after_a_no_keeps_the_money_and_says_no_again(desk: Desk) -> None:
    va = desk.open()
    wrong = paying(va.number, Decimal("12000.00"))
    assert desk.pay(va.number, **wrong).code == "4042513"
    assert not Payment.objects.exists()
    for _ in range(2):
        assert desk.pay(va.number, **(wrong | {"flagAdvise": "Y"})).code == "4042513"
    assert kinds() == ["short"]
    laws_hold()


def test_an_advice_for_a_number_of_nobody_is_kept_on_its_prefixs_account(desk: Desk) -> None:
    assert advise(desk, "8809912345678903") == "4042512"
    assert (kinds(), troubles()) == (["unexpected"], ["unknown_reference"])
    assert Payment.objects.get().method == "va"
    assert advise(desk, "1234500000000001") == "4042512"
    assert troubles() == ["unknown_reference", "unknown_terminal"]
    laws_hold()


def test_the_banks_clock_is_believed_within_reason(desk: Desk) -> None:
    va = desk.open()
    before = timezone.now()
    assert desk.pay(va.number, trxDateTime="20201231T235959Z").code == YES_PAY
    assert Payment.objects.get().paid_at - before < timedelta(minutes=1)


# --- with QRIS of the same thing


def test_a_settled_number_hurries_the_live_qris_and_the_second_is_double(desk: Desk) -> None:
    now = timezone.now()
    qris = services.plan_request(kind=KIND, key=desk.key, receiving_account=desk.account, by=None, at=now)
    va = desk.open()
    assert desk.pay(va.number).code == YES_PAY
    qris.refresh_from_db()
    assert qris.next_ask_at is not None
    assert qris.next_ask_at < timezone.now()
    services.record_money(
        services.MoneySeen(
            source="notice",
            partner_id=desk.account.partner_id,
            reference_no="",
            partner_reference_no=qris.partner_reference_no,
            rrn="632811000001",
            amount=PRICE,
            paid_at=timezone.now(),
        ),
        by=None,
        at=timezone.now(),
    )
    assert kinds() == ["double", "exact"]
    paid = services.plan_request(kind=KIND, key=desk.key, receiving_account=desk.account, by=None, at=now)
    assert paid.method == "va"


def test_a_thing_paid_by_qris_is_paid_for_its_number_too(desk: Desk) -> None:
    va = desk.open()
    qris = services.plan_request(
        kind=KIND, key=desk.key, receiving_account=desk.account, by=None, at=timezone.now()
    )
    services.record_money(
        services.MoneySeen(
            source="query",
            partner_id=desk.account.partner_id,
            reference_no="",
            partner_reference_no=qris.partner_reference_no,
            rrn="",
            amount=PRICE,
            paid_at=timezone.now(),
        ),
        by=None,
        at=timezone.now(),
    )
    assert (desk.ask(va.number).code, desk.pay(va.number).code) == ("4042414", "4042514")
    assert advise(desk, va.number) == "4042514"
    assert kinds() == ["double", "exact"]
    laws_hold()


# --- what may go wrong around us


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"secret": "palsu"}, "4012500"),
        ({"token": "tidak-dikenal"}, "4012501"),
        ({"signed_content": b"{}"}, "4012500"),
        ({"timestamp": "2020-01-01T00:00:00+07:00"}, "4002501"),
        ({"headers": {"X-EXTERNAL-ID": None}}, "4002502"),
    ],
)
def test_who_cannot_prove_themselves_pays_nothing(desk: Desk, changes: dict[str, Any], code: str) -> None:
    va = desk.open()
    assert desk.send(PAYMENT, paying(va.number), **changes).code == code
    assert not VaNotice.objects.exists()
    assert InboxMessage.objects.get().state == "refused"


def test_the_outer_rooms_failure_loses_no_money(desk: Desk) -> None:
    va = desk.open()
    desk.bills.broken = True
    assert desk.pay(va.number).code == YES_PAY
    assert Payment.objects.get().fulfilment == "pending"


def test_where_the_books_refuse_nothing_is_done_and_the_bank_comes_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    va = desk.open()
    sent = paying(va.number)
    with monkeypatch.context() as patch:
        patch.setattr(booking, "post", lambda *args, **kwargs: 1 / 0)
        assert desk.pay(va.number, external_id="5", **sent).code == "5002500"
    assert not PaymentRequest.objects.exists()
    assert not VaNotice.objects.exists()
    assert desk.pay(va.number, external_id="5", **sent).code == YES_PAY
    assert kinds() == ["exact"]
    laws_hold()


@pytest.mark.parametrize("advised", ["N", "Y"])
def test_the_banks_reference_told_under_another_id_is_the_same_payment(desk: Desk, advised: str) -> None:
    va = desk.open()
    told = paying(va.number)
    assert desk.send(PAYMENT, told).code == YES_PAY
    again = told | {"paymentRequestId": "lain-1", "flagAdvise": advised}
    assert desk.send(PAYMENT, again).code == YES_PAY
    assert (kinds(), troubles()) == (["exact"], [])
    laws_hold()
