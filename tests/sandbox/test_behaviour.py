"""How the bank can misbehave towards the app's own calls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import urllib3

from tests.sandbox.running import Bank
from tests.sandbox.wire import new_number


@pytest.fixture(autouse=True)
def _as_usual_afterwards(bank: Bank) -> Iterator[None]:
    yield
    for service in ("47", "51", "77"):
        bank.behave(service, "normal")


def test_refuses_with_the_chosen_code_and_then_is_as_usual(bank: Bank) -> None:
    bank.behave("47", "refuse", case="40306", times=2)
    client, number = bank.client(), new_number()
    codes = [client.generate(partnerReferenceNo=number).code for _ in range(3)]
    assert codes == ["4034706", "4034706", "2004700"]


def test_stays_silent_and_does_nothing(bank: Bank) -> None:
    bank.behave("47", "silent")
    client, number = bank.client(timeout=1), new_number()
    client.log_in()
    with pytest.raises(urllib3.exceptions.TimeoutError):
        client.generate(partnerReferenceNo=number)
    assert client.query("", originalPartnerReferenceNo=number).code == "4045101"


def test_did_it_but_the_answer_is_lost(bank: Bank) -> None:
    bank.behave("47", "lost")
    client, number = bank.client(timeout=1), new_number()
    client.log_in()
    with pytest.raises(urllib3.exceptions.TimeoutError):
        client.generate(partnerReferenceNo=number)
    assert client.query("", originalPartnerReferenceNo=number).body["latestTransactionStatus"] == "01"
    assert (
        client.generate(partnerReferenceNo=number, amount={"value": "1.00", "currency": "IDR"}).code
        == "4044718"
    )


def test_a_patient_caller_is_told_timeout(bank: Bank) -> None:
    bank.behave("77", "lost")
    client = bank.client()
    reference = client.generate().body["referenceNo"]
    assert client.cancel(reference).code == "5047700"
    assert client.query(reference).body["latestTransactionStatus"] == "05"


def test_services_misbehave_apart_from_each_other(bank: Bank) -> None:
    bank.behave("51", "refuse", case="50000")
    client = bank.client()
    reference = client.generate().body["referenceNo"]
    assert client.query(reference).code == "5005100"
    assert client.query(reference).code == "2005100"


def test_an_unproven_call_does_not_use_up_a_plan(bank: Bank) -> None:
    bank.behave("51", "refuse", case="50000")
    client = bank.client()
    forged = client.call("/v1.0/qr/qr-mpm-query", {}, **{"X-SIGNATURE": "c2FsYWg="})
    assert forged.code == "4015100"
    assert client.query("0").code == "5005100"


def test_the_page_shows_the_plan_and_the_calls(bank: Bank) -> None:
    page = bank.behave("77", "refuse", case="40306", times=3)
    assert "Menolak (403 06), 3 panggilan lagi" in page.text
    bank.client().query("0")
    calls = bank.browser().get("/perilaku/").marked("call")
    assert calls[0]["data-code"] == "4045101"


@pytest.mark.parametrize(
    "fields",
    [
        {"service": "99", "mode": "silent"},
        {"service": "47", "mode": "meledak"},
        {"service": "47", "mode": "refuse", "case": ""},
        {"service": "47", "mode": "silent", "times": "0"},
        {"service": "47", "mode": "silent", "times": "100"},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_in_words(bank: Bank, fields: dict[str, str]) -> None:
    browser = bank.browser()
    page = browser.post(browser.get("/perilaku/"), **{"case": "", "times": "1", **fields})
    assert page.status == 422
    assert page.marked("error")
