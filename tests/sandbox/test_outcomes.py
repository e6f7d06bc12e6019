"""Each outcome of the phone page: what the bank's query says afterwards, and which notices the app gets."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from payments.qris import picture
from tests.sandbox.counters import Page
from tests.sandbox.running import Bank
from tests.sandbox.wire import soon


def _new(bank: Bank, amount: str = "13000.00", **members: Any) -> str:
    reference: str = bank.client().generate(amount, **members).body["referenceNo"]
    return reference


def _rrns(page: Page) -> list[str]:
    return [item["data-rrn"] for item in page.marked("payment")]


def test_pays_sends_one_signed_notice_with_the_members_of_snap(bank: Bank) -> None:
    made = bank.client().generate("13000.00").body
    page = bank.press(made["referenceNo"], "pays")
    (notice,) = bank.app.notices(made["referenceNo"], 1)
    (rrn,) = _rrns(page)
    assert notice.code == "2005200"
    assert notice.headers["X-TIMESTAMP"].endswith("+07:00")
    body = notice.body
    assert body["originalPartnerReferenceNo"] == made["partnerReferenceNo"]
    assert (body["latestTransactionStatus"], body["amount"]["value"]) == ("00", "13000.00")
    extra = body["additionalInfo"]
    assert (extra["rrn"], extra["nmid"], extra["terminalId"]) == (rrn, "ID20260000001", "A01")
    assert extra["acquirerId"] == "93600999"
    assert extra["issuerId"].startswith("9360099")
    assert extra["mdr"] == "0.00"
    assert re.fullmatch(r"\d{12}", rrn)
    assert re.fullmatch(r"62800\d{8}", body["customerNumber"])
    assert bank.client().query(made["referenceNo"]).body["paidTime"] == extra["paidTime"]


def test_twice_makes_two_payments_with_two_rrns(bank: Bank) -> None:
    reference = _new(bank)
    page = bank.press(reference, "twice")
    assert len(set(_rrns(page))) == 2
    notices = bank.app.notices(reference, 2)
    assert {notice.body["additionalInfo"]["rrn"] for notice in notices} == set(_rrns(page))
    assert len({notice.external_id for notice in notices}) == 2


def test_a_paid_qris_can_only_be_paid_again(bank: Bank) -> None:
    reference = _new(bank)
    first = bank.press(reference, "pays")
    assert bank.press(reference, "pays").status == 422
    second = bank.press(reference, "again")
    assert _rrns(first) != _rrns(second)
    assert len(bank.app.notices(reference, 2)) == 2


def test_late_on_an_expired_qris_pays_at_once_with_a_later_paid_time(bank: Bank) -> None:
    validity = soon(seconds=2)
    reference = _new(bank, validityPeriod=validity)
    time.sleep(3.1)
    assert bank.press(reference, "pays").status == 422
    bank.press(reference, "late")
    body = bank.client().query(reference).body
    assert body["latestTransactionStatus"] == "00"
    assert body["paidTime"] > validity
    bank.app.notices(reference, 1)


def test_late_on_a_valid_qris_waits_until_it_has_expired(bank: Bank) -> None:
    validity = soon(seconds=2)
    reference = _new(bank, validityPeriod=validity)
    page = bank.press(reference, "late")
    assert page.marked("result")[0]["data-done"] == "no"
    assert bank.client().query(reference).body["latestTransactionStatus"] == "01"
    (notice,) = bank.app.notices(reference, 1)
    assert notice.body["additionalInfo"]["paidTime"] > validity


def test_lost_pays_without_a_word(bank: Bank) -> None:
    reference = _new(bank)
    page = bank.press(reference, "lost")
    assert page.marked("notice")[0]["data-state"] == "lost"
    assert bank.client().query(reference).body["latestTransactionStatus"] == "00"
    time.sleep(0.7)
    assert bank.app.notices(reference, 0) == []


def test_delayed_pays_now_and_tells_later(bank: Bank) -> None:
    reference = _new(bank)
    started = time.monotonic()
    bank.press(reference, "delayed", delay_seconds=2)
    assert bank.client().query(reference).body["latestTransactionStatus"] == "00"
    bank.app.notices(reference, 1)
    assert time.monotonic() - started >= 2


def test_repeated_with_the_same_external_id_is_one_payment(bank: Bank) -> None:
    reference = _new(bank)
    page = bank.press(reference, "repeated_same")
    first, second = bank.app.notices(reference, 2)
    assert len(_rrns(page)) == 1
    assert first.external_id == second.external_id
    assert first.content == second.content
    assert (first.code, second.code) == ("2005200", "4095200")


def test_repeated_with_a_new_external_id_is_one_payment(bank: Bank) -> None:
    reference = _new(bank)
    page = bank.press(reference, "repeated_new")
    first, second = bank.app.notices(reference, 2)
    assert len(_rrns(page)) == 1
    assert first.external_id != second.external_id
    assert first.content == second.content
    assert (first.code, second.code) == ("2005200", "2005200")


def test_forged_comes_first_with_the_external_id_of_the_real_one(bank: Bank) -> None:
    reference = _new(bank)
    bank.press(reference, "forged")
    forged, real = bank.app.notices(reference, 2)
    assert forged.external_id == real.external_id
    assert (forged.code, real.code) == ("4015200", "2005200")


def test_forged_only_moves_no_money(bank: Bank) -> None:
    reference = _new(bank)
    page = bank.press(reference, "forged_only")
    (notice,) = bank.app.notices(reference, 1)
    assert notice.code == "4015200"
    assert _rrns(page) == []
    assert bank.client().query(reference).body["latestTransactionStatus"] == "01"


def test_wrong_amount_stands_in_the_notice_alone(bank: Bank) -> None:
    reference = _new(bank, "13000.00")
    bank.press(reference, "wrong_amount")
    (notice,) = bank.app.notices(reference, 1)
    assert notice.body["amount"]["value"] == "14000.00"
    assert bank.client().query(reference).body["amount"]["value"] == "13000.00"


def test_no_amount_and_no_rrn_leave_just_that_out(bank: Bank) -> None:
    without_amount, without_rrn = _new(bank), _new(bank)
    bank.press(without_amount, "no_amount")
    bank.press(without_rrn, "no_rrn")
    (first,) = bank.app.notices(without_amount, 1)
    (second,) = bank.app.notices(without_rrn, 1)
    assert "amount" not in first.body
    assert "rrn" in first.body["additionalInfo"]
    assert "amount" in second.body
    assert "rrn" not in second.body["additionalInfo"]


@pytest.mark.parametrize(("outcome", "booked"), [("short", "12000.00"), ("excess", "14000.00")])
def test_short_and_excess_are_what_the_bank_itself_booked(bank: Bank, outcome: str, booked: str) -> None:
    reference = _new(bank, "13000.00")
    bank.press(reference, outcome)
    (notice,) = bank.app.notices(reference, 1)
    assert notice.body["amount"]["value"] == booked
    assert bank.client().query(reference).body["amount"]["value"] == booked


def test_a_second_press_of_the_same_form_pays_once(bank: Bank) -> None:
    reference = _new(bank)
    browser = bank.browser()
    form = browser.get(f"/qris/{reference}/")
    first, second = browser.post(form, outcome="pays"), browser.post(form, outcome="pays")
    assert first.url == second.url
    assert _rrns(first) == _rrns(second)
    assert len(_rrns(first)) == 1


def test_a_guest_has_no_notices_and_no_choices_about_them(bank: Bank) -> None:
    client = bank.client("guest")
    reference = client.generate().body["referenceNo"]
    assert bank.browser().get(f"/qris/{reference}/").marked("outcome-lost") == []
    assert bank.press(reference, "lost").status == 422
    page = bank.press(reference, "pays")
    assert page.marked("notice") == []
    assert client.query(reference).body["latestTransactionStatus"] == "00"


@pytest.mark.parametrize(("answer", "seen"), [(None, ""), ((503, "5035200"), "5035200")])
def test_an_app_that_hangs_up_or_fails_is_tried_again_and_each_attempt_is_shown(
    bank: Bank, answer: tuple[int, str] | None, seen: str
) -> None:
    reference = _new(bank)
    bank.app.will_answer(reference, answer)
    page = bank.press(reference, "pays")
    first, second = bank.app.notices(reference, 2)
    assert (first.code, second.code) == (seen, "2005200")
    assert first.external_id != second.external_id
    assert first.content == second.content
    time.sleep(0.3)
    page = bank.browser().get(page.url)
    assert [item["data-code"] for item in page.marked("attempt")] == [seen, "2005200"]
    assert page.marked("notice")[0]["data-state"] == "delivered"


def test_a_refused_notice_is_not_tried_again(bank: Bank) -> None:
    reference = _new(bank)
    bank.app.will_answer(reference, (400, "4005201"))
    page = bank.press(reference, "pays")
    bank.app.notices(reference, 1)
    time.sleep(0.3)
    assert bank.browser().get(page.url).marked("notice")[0]["data-state"] == "refused"


def test_the_phone_finds_a_qris_by_text_picture_and_list(bank: Bank) -> None:
    made = bank.client().generate("7000.00").body
    browser = bank.browser()
    home = browser.get("/")
    assert home.marked("open-qr")[0]["data-reference"] == made["referenceNo"]
    by_text = browser.post(home, text=made["qrContent"])
    by_picture = browser.upload(home, "picture", picture.png(made["qrContent"]), "image/png")
    assert by_text.url == by_picture.url == f"/qris/{made['referenceNo']}/"
    assert "Rp\u00a07.000" in by_text.text
    assert "ID20260000001" in by_text.text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Tempel teks QRIS atau unggah satu gambarnya."),
        ("bukan qris", "Bukan QRIS yang sah"),
    ],
)
def test_the_phone_says_what_is_wrong_with_a_text(bank: Bank, text: str, says: str) -> None:
    browser = bank.browser()
    page = browser.post(browser.get("/"), text=text)
    assert page.status == 422
    assert says in page.text


def test_the_phone_says_what_is_wrong_with_a_picture(bank: Bank) -> None:
    browser = bank.browser()
    home = browser.get("/")
    assert "bukan gambar" in browser.upload(home, "picture", b"bukan gambar", "image/png").text


def test_a_press_without_the_form_token_is_refused(bank: Bank) -> None:
    reference = _new(bank)
    browser = bank.browser()
    form = browser.get(f"/qris/{reference}/")
    page = browser.post(form, outcome="pays", csrfmiddlewaretoken="x" * 64)
    assert page.status == 403
    assert bank.client().query(reference).body["latestTransactionStatus"] == "01"


def test_two_postmen_deliver_each_notice_once(bank: Bank) -> None:
    """The bank of the tests runs two processes, each with a postman."""
    references = [_new(bank) for _ in range(8)]
    for reference in references:
        bank.press(reference, "pays")
    for reference in references:
        bank.app.notices(reference, 1)
    time.sleep(1)
    assert [len(bank.app.notices(reference, 1)) for reference in references] == [1] * 8
