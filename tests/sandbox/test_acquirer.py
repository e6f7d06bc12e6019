"""Services 47, 51 and 77 over real HTTP, asked by a client that shares no code with the bank."""

from __future__ import annotations

import time
from typing import Any

import pytest
import urllib3

from payments import qris
from payments.qris import picture
from tests.sandbox.running import Bank
from tests.sandbox.wire import new_number, soon


def test_generate_answers_with_the_official_members_and_a_strict_qris(bank: Bank) -> None:
    number = new_number()
    answer = bank.client().generate(
        "13000.00", partnerReferenceNo=number, additionalInfo={"deviceId": "12345679237"}
    )
    assert (answer.status, answer.code) == (200, "2004700")
    assert answer.headers["X-TIMESTAMP"].endswith("+07:00")
    body = answer.body
    assert body["partnerReferenceNo"] == number
    assert body["additionalInfo"] == {"deviceId": "12345679237"}
    payload = qris.parse(body["qrContent"])
    assert not payload.warnings
    assert payload.is_dynamic
    assert str(payload.amount) == "13000.00"
    assert (payload.merchant_name, payload.city, payload.postal_code) == ("UJI COBA RBK", "BENGKULU", "38117")
    assert (payload.mcc, payload.nmid) == ("9399", "ID20260000001")
    assert payload.merchants[0].pan.startswith("93600999")
    assert payload.additional.bill_number == number[-20:]
    assert payload.additional.reference_label == body["referenceNo"]
    assert payload.additional.terminal_label == body["terminalId"] == "A01"


def test_qr_url_is_a_picture_of_the_qris(bank: Bank) -> None:
    body = bank.client().generate().body
    found = urllib3.request("GET", body["qrUrl"], retries=False, timeout=20)
    assert picture.read(found.data) == [body["qrContent"]]


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        ({"partnerReferenceNo": None}, "4004702", "Invalid Mandatory Field partnerReferenceNo"),
        ({"partnerReferenceNo": "x" * 65}, "4004701", "Invalid Field Format partnerReferenceNo"),
        ({"partnerReferenceNo": 17}, "4004701", "Invalid Field Format partnerReferenceNo"),
        ({"merchantId": None}, "4004702", "Invalid Mandatory Field merchantId"),
        ({"merchantId": "TIDAKADA"}, "4044708", "Invalid Merchant"),
        ({"terminalId": "Z99"}, "4044717", "Invalid Terminal"),
        ({"amount": None}, "4004702", "Invalid Mandatory Field amount"),
        ({"amount": {"value": "13000", "currency": "IDR"}}, "4004701", "Invalid Field Format amount"),
        ({"amount": {"value": 13000.0, "currency": "IDR"}}, "4004701", "Invalid Field Format amount"),
        ({"amount": {"value": "13000.00", "currency": "USD"}}, "4004701", "Invalid Field Format amount"),
        ({"amount": {"value": "0.00", "currency": "IDR"}}, "4044713", "Invalid Amount"),
        (
            {"amount": {"value": "10000000.01", "currency": "IDR"}},
            "4034702",
            "Exceeds Transaction Amount Limit",
        ),
        ({"validityPeriod": soon(minutes=-1)}, "4004701", "Invalid Field Format validityPeriod"),
        ({"validityPeriod": soon(hours=10)}, "4004701", "Invalid Field Format validityPeriod"),
        ({"validityPeriod": "besok"}, "4004701", "Invalid Field Format validityPeriod"),
    ],
)
def test_generate_refuses_with_the_exact_code(
    bank: Bank, members: dict[str, Any], code: str, message: str
) -> None:
    answer = bank.client().generate(**members)
    assert (answer.code, answer.body["responseMessage"]) == (code, message)
    assert answer.status == int(code[:3])


def test_ten_million_is_still_within_the_limit(bank: Bank) -> None:
    assert bank.client().generate("10000000.00").code == "2004700"


def test_without_validity_a_qris_is_given(bank: Bank) -> None:
    assert bank.client().generate(validityPeriod=None).code == "2004700"


def test_same_partner_reference_is_duplicate_and_with_other_parameters_inconsistent(bank: Bank) -> None:
    client, number, validity = bank.client(), new_number(), soon(minutes=9)
    first = client.generate("5000.00", partnerReferenceNo=number, validityPeriod=validity)
    again = client.generate("5000.00", partnerReferenceNo=number, validityPeriod=validity)
    other = client.generate("6000.00", partnerReferenceNo=number, validityPeriod=validity)
    assert (first.code, again.code, other.code) == ("2004700", "4094701", "4044718")
    assert "qrContent" not in again.body


def test_partners_do_not_see_each_other(bank: Bank) -> None:
    reference = bank.client().generate().body["referenceNo"]
    guest = bank.client("guest")
    assert guest.query(reference).code == "4045101"
    assert guest.cancel(reference).code == "4047701"
    assert guest.generate(merchantId=bank.client().merchant_id).code == "4044708"
    assert guest.generate().code == "2004700"


def test_query_follows_a_qris_from_initiated_to_paid(bank: Bank) -> None:
    client = bank.client()
    made = client.generate("13000.00").body
    before = client.query(made["referenceNo"]).body
    assert (before["responseCode"], before["latestTransactionStatus"]) == ("2005100", "01")
    assert "paidTime" not in before
    bank.press(made["referenceNo"], "pays")
    after = client.query(made["referenceNo"], originalPartnerReferenceNo=made["partnerReferenceNo"]).body
    assert after["latestTransactionStatus"] == "00"
    assert after["paidTime"].endswith("+07:00")
    assert after["amount"] == {"value": "13000.00", "currency": "IDR"}
    assert (after["serviceCode"], after["terminalId"]) == ("47", "A01")
    assert after["originalReferenceNo"] == made["referenceNo"]


def test_query_of_an_expired_unpaid_qris_says_failed_expired(bank: Bank) -> None:
    client = bank.client()
    reference = client.generate(validityPeriod=soon(seconds=2)).body["referenceNo"]
    time.sleep(2.1)
    body = client.query(reference).body
    assert (body["latestTransactionStatus"], body["transactionStatusDesc"]) == ("06", "Expired")


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"originalReferenceNo": "0"}, "4045101"),
        ({"originalPartnerReferenceNo": "bukan pasangannya"}, "4045101"),
        ({"originalReferenceNo": ""}, "4005102"),
        ({"serviceCode": ""}, "4005102"),
        ({"serviceCode": "60"}, "4005101"),
        ({"merchantId": "TIDAKADA"}, "4045108"),
    ],
)
def test_query_refuses_with_the_exact_code(bank: Bank, members: dict[str, str], code: str) -> None:
    client = bank.client()
    reference = client.generate().body["referenceNo"]
    assert client.query(**{"reference_no": reference, **members}).code == code


def test_a_cancelled_qris_stays_cancelled_and_cannot_be_paid(bank: Bank) -> None:
    client, browser = bank.client(), bank.browser()
    made = client.generate().body
    form = browser.get(f"/qris/{made['referenceNo']}/")
    answer = client.cancel(made["referenceNo"], originalPartnerReferenceNo=made["partnerReferenceNo"])
    assert answer.code == "2007700"
    assert answer.body["cancelTime"].endswith("+07:00")
    assert answer.body["originalPartnerReferenceNo"] == made["partnerReferenceNo"]
    assert client.query(made["referenceNo"]).body["latestTransactionStatus"] == "05"
    assert client.cancel(made["referenceNo"]).code == "4047704"
    page = browser.post(form, outcome="pays")
    assert page.status == 422
    assert "sudah dibatalkan" in page.text
    assert browser.get(form.url).marked("pay") == []


def test_cancel_by_partner_reference_alone_frees_a_qris_whose_answer_was_lost(bank: Bank) -> None:
    client, number = bank.client(), new_number()
    client.generate(partnerReferenceNo=number)
    assert client.cancel("", originalPartnerReferenceNo=number).code == "2007700"


def test_a_paid_qris_cannot_be_cancelled(bank: Bank) -> None:
    client = bank.client()
    reference = client.generate().body["referenceNo"]
    bank.press(reference, "pays")
    assert client.cancel(reference).code == "4047700"
    assert client.query(reference).body["latestTransactionStatus"] == "00"


def test_cancel_checks_the_amount_where_it_is_given(bank: Bank) -> None:
    client = bank.client()
    reference = client.generate("5000.00").body["referenceNo"]
    assert client.cancel(reference, amount={"value": "5000.01", "currency": "IDR"}).code == "4047713"
    assert client.cancel(reference, amount={"value": "5000.00", "currency": "IDR"}).code == "2007700"
