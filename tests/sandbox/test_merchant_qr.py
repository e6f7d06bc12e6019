"""Services 48 and 50, and 51 for what was paid: a merchant's QRIS from an account or with a card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import urllib3

from payments import qris
from payments.qris import picture
from tests.sandbox import official
from tests.sandbox.running import Bank
from tests.sandbox.test_transfers import BPP, DISPAR, TULIS, at_once
from tests.sandbox.wire import new_number, soon

KOPI, CLEARING = "0010300000101", "9990000000001"
CARD = "526422******1234"


@pytest.fixture(autouse=True)
def _as_usual_afterwards(bank: Bank) -> Iterator[None]:
    yield
    for service in ("48", "50", "51"):
        bank.behave(service, "normal")


@pytest.fixture
def coffee(bank: Bank) -> str:
    return bank.shop("warung-kopi")


def stranger(amount: int | None = None) -> str:
    """The QRIS of a merchant that no bank of ours has."""
    account = qris.MerchantAccount("COM.LAIN.WWW", "9360000812345678903", "M0001", "UKE")
    payload = qris.build(
        merchants=[account],
        nmid="ID1020000000001",
        merchant_name="RUMAH MAKAN JAUH",
        city="JAKARTA",
        postal_code="10110",
        mcc="5812",
        amount=amount,
    )
    return str(payload)


def test_the_printed_codes_are_static_strict_and_readable_from_their_picture(bank: Bank) -> None:
    for key in ("warung-kopi", "toko-atk", "parkir"):
        text = bank.shop(key)
        payload = qris.parse(text)
        assert not payload.warnings
        assert not payload.is_dynamic
        assert payload.merchants[0].pan.startswith("93600999")
        found = urllib3.request("GET", f"{bank.url}/merchant/{key}.png", retries=False, timeout=20)
        assert picture.read(found.data) == [text]


def test_decode_tells_the_merchant_with_the_official_members(bank: Bank, coffee: str) -> None:
    number = new_number()
    answer = bank.client().decode(coffee, partnerReferenceNo=number)
    assert answer.code == "2004800"
    official.check("48", answer.body)
    body = answer.body
    assert (body["merchantName"], body["merchantLocation"]) == ("UJI COBA WARUNG KOPI", "BENGKULU")
    assert body["merchantInfos"] == [{"merchantPAN": "9360099900000001017", "acquirerName": "BANK UJI COBA"}]
    assert (body["partnerReferenceNo"], body["additionalInfo"]["nmid"]) == (number, "ID20260000101")
    assert "transactionAmount" not in body


def test_decode_reads_any_good_qris_with_its_amount(bank: Bank) -> None:
    ours = bank.client().generate("21000.00").body["qrContent"]
    found = bank.client().decode(ours).body
    assert (found["merchantName"], found["transactionAmount"]["value"]) == ("UJI COBA RBK", "21000.00")
    far = bank.client().decode(stranger()).body
    assert (far["merchantName"], far["merchantInfos"][0]["acquirerName"]) == (
        "RUMAH MAKAN JAUH",
        "PENYELENGGARA 93600008",
    )


@pytest.mark.parametrize(
    ("change", "members", "code", "says"),
    [
        (lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"), {}, "4004801", "qrContent"),
        (lambda text: text.replace("KOPI", "TEHH"), {}, "4004801", "qrContent"),
        (lambda _: "bukan qris", {}, "4004801", "qrContent"),
        (lambda text: text + "x" * 512, {}, "4004801", "qrContent"),
        (lambda _: None, {}, "4004802", "qrContent"),
        (lambda text: text, {"scanTime": None}, "4004802", "scanTime"),
        (lambda text: text, {"scanTime": "tadi"}, "4004801", "scanTime"),
    ],
)
def test_decode_refuses_with_the_exact_code(
    bank: Bank, coffee: str, change: Any, members: dict[str, Any], code: str, says: str
) -> None:
    answer = bank.client().decode(change(coffee), **members)
    assert answer.code == code
    assert answer.body["responseMessage"].endswith(says)


def test_paying_a_printed_code_debits_the_account_and_credits_the_shop(bank: Bank, coffee: str) -> None:
    client, number = bank.client(), new_number()
    before, had = bank.balance(DISPAR), bank.balance(KOPI)
    answer = client.pay(coffee, "36000.00", source=DISPAR, partnerReferenceNo=number)
    assert answer.code == "2005000"
    official.check("50", answer.body)
    rrn = answer.body["additionalInfo"]["rrn"]
    assert re.fullmatch(r"[0-9]{12}", rrn)
    assert (bank.balance(DISPAR), bank.balance(KOPI)) == (before - 36000, had + 36000)
    assert rrn in bank.movements(DISPAR)[0].description
    found = client.payment_status(number).body
    official.check("51", found)
    assert (found["latestTransactionStatus"], found["additionalInfo"]["rrn"]) == ("00", rrn)
    assert found["amount"] == {"value": "36000.00", "currency": "IDR"}
    assert (found["serviceCode"], found["originalReferenceNo"]) == ("50", answer.body["referenceNo"])
    assert found["paidTime"].endswith("+07:00")


def test_payment_may_name_the_decode_and_have_its_number(bank: Bank, coffee: str) -> None:
    client, number = bank.client(), new_number()
    decoded = client.decode(coffee, partnerReferenceNo=number).body
    more = {"sourceAccountNo": DISPAR, "decodeReferenceNo": decoded["referenceNo"]}
    answer = client.pay(
        "", "1000.00", partnerReferenceNo=number, additionalInfo=more, merchantId="ID20260000101"
    )
    assert answer.code == "2005000"
    other = {**more, "qrContent": stranger()}
    assert client.pay("", "1000.00", additionalInfo=other).code == "4005001"
    unknown = {**more, "decodeReferenceNo": "0"}
    assert client.pay("", "1000.00", additionalInfo=unknown).code == "4045001"


def test_a_merchant_elsewhere_is_paid_through_clearing(bank: Bank) -> None:
    before, had = bank.balance(DISPAR), bank.balance(CLEARING)
    assert bank.client().pay(stranger(15000), "15000.00", source=DISPAR).code == "2005000"
    assert (bank.balance(DISPAR), bank.balance(CLEARING)) == (before - 15000, had + 15000)


def test_a_code_that_this_bank_gave_out_is_paid_and_notified_as_by_any_payer(bank: Bank) -> None:
    client = bank.client()
    made = client.generate("21000.00").body
    paid = client.pay(made["qrContent"], "21000.00", source=DISPAR)
    assert paid.code == "2005000"
    assert client.query(made["referenceNo"]).body["latestTransactionStatus"] == "00"
    (notice,) = bank.app.notices(made["referenceNo"], 1)
    assert notice.body["additionalInfo"]["rrn"] == paid.body["additionalInfo"]["rrn"]
    before = bank.balance(DISPAR)
    assert client.pay(made["qrContent"], "21000.00", source=DISPAR).code == "4045014"
    assert bank.balance(DISPAR) == before


def test_a_cancelled_code_cannot_be_paid(bank: Bank) -> None:
    client, before = bank.client(), bank.balance(DISPAR)
    made = client.generate("21000.00", validityPeriod=soon(minutes=9)).body
    client.cancel(made["referenceNo"])
    assert client.pay(made["qrContent"], "21000.00", source=DISPAR).code == "4045004"
    assert bank.balance(DISPAR) == before


@pytest.mark.parametrize(
    ("value", "members", "more", "code"),
    [
        ("10000000.01", {}, {}, "4035002"),
        ("1000.00", {"merchantId": "LAIN"}, {}, "4045008"),
        ("1000.00", {"amount": None}, {}, "4005002"),
        ("1000.00", {"partnerReferenceNo": ""}, {}, "4005002"),
        ("1000.00", {}, {"sourceAccountNo": "0"}, "4045011"),
        ("1000.00", {}, {"sourceAccountNo": TULIS}, "4045011"),
        ("1000.00", {}, {"sourceAccountNo": ""}, "4005002"),
        ("1000.00", {}, {"qrContent": "rusak"}, "4005001"),
        ("1000.00", {}, {"qrContent": ""}, "4005002"),
        ("1000.00", {}, {"sourceOfFunds": "POHON"}, "4005001"),
        ("1000.00", {}, {"sourceOfFunds": "CARD"}, "4005002"),
        ("1000.00", {}, {"sourceOfFunds": "CARD", "cardToken": "526422******9999"}, "4045011"),
        ("1000.00", {"additionalInfo": "teks"}, {}, "4005001"),
    ],
)
def test_payment_refuses_with_the_exact_code_and_moves_nothing(
    bank: Bank, coffee: str, value: str, members: dict[str, Any], more: dict[str, str], code: str
) -> None:
    before = bank.balances()
    body = {"additionalInfo": {"qrContent": coffee, "sourceAccountNo": DISPAR, **more}, **members}
    answer = bank.client().pay(coffee, value, source=DISPAR, **body)
    assert (answer.status, answer.code) == (int(code[:3]), code)
    assert bank.balances() == before


def test_ten_million_may_be_paid_and_a_fixed_amount_only_exactly(bank: Bank, coffee: str) -> None:
    client = bank.client()
    assert client.pay(coffee, "10000000.00", source=DISPAR).code == "2005000"
    assert client.pay(stranger(15000), "14999.00", source=DISPAR).code == "4045013"


def test_the_same_number_pays_once(bank: Bank, coffee: str) -> None:
    client, number, before = bank.client(), new_number(), bank.balance(DISPAR)
    answers = at_once(4, lambda: client.pay(coffee, "500.00", source=DISPAR, partnerReferenceNo=number))
    assert sorted(item.code for item in answers) == ["2005000", "4095001", "4095001", "4095001"]
    assert client.pay(coffee, "600.00", source=DISPAR, partnerReferenceNo=number).code == "4045018"
    assert client.pay(coffee, "500.00", source=BPP, partnerReferenceNo=number).code == "4045018"
    assert bank.balance(DISPAR) == before - 500


def test_query_refuses_with_the_exact_code(bank: Bank) -> None:
    client = bank.client()
    assert client.payment_status("tidak ada").code == "4045101"
    assert client.payment_status("").code == "4005102"


def test_lost_answer_has_paid_and_the_query_has_the_rrn(bank: Bank, coffee: str) -> None:
    bank.behave("50", "lost")
    client, number, before = bank.client(timeout=1), new_number(), bank.balance(DISPAR)
    with pytest.raises(urllib3.exceptions.TimeoutError):
        client.pay(coffee, "700.00", source=DISPAR, partnerReferenceNo=number)
    found = client.payment_status(number).body
    assert (found["latestTransactionStatus"], bank.balance(DISPAR)) == ("00", before - 700)
    assert found["additionalInfo"]["rrn"]


def test_in_progress_has_no_rrn_until_it_succeeds(bank: Bank, coffee: str) -> None:
    bank.behave("50", "pending")
    client, number, before = bank.client(), new_number(), bank.balance(DISPAR)
    answer = client.pay(coffee, "800.00", source=DISPAR, partnerReferenceNo=number)
    assert (answer.status, answer.code) == (202, "2025000")
    waiting = client.payment_status(number).body
    assert waiting["latestTransactionStatus"] == "03"
    assert "rrn" not in waiting["additionalInfo"]
    assert "paidTime" not in waiting
    assert bank.balance(DISPAR) == before
    bank.end(number, succeeds=True)
    assert re.fullmatch(r"[0-9]{12}", client.payment_status(number).body["additionalInfo"]["rrn"])
    assert bank.balance(DISPAR) == before - 800


def test_in_progress_on_a_code_that_was_paid_meanwhile_fails_and_moves_nothing(bank: Bank) -> None:
    client, number, before = bank.client(), new_number(), bank.balance(DISPAR)
    made = client.generate("21000.00").body
    bank.behave("50", "pending")
    client.pay(made["qrContent"], "21000.00", source=DISPAR, partnerReferenceNo=number)
    bank.press(made["referenceNo"], "pays")
    bank.end(number, succeeds=True)
    found = client.payment_status(number).body
    assert found["latestTransactionStatus"] == "06"
    assert "rrn" not in found["additionalInfo"]
    assert bank.balance(DISPAR) == before


def test_with_a_card_no_account_is_debited_and_the_bill_has_the_same_rrn(bank: Bank, coffee: str) -> None:
    before, number = bank.balances(), new_number()
    answer = bank.client().pay(coffee, "45000.00", card="5264 22•• •••• 1234", partnerReferenceNo=number)
    assert answer.code == "2005000"
    assert bank.balances() == before
    _, bill = bank.card_bill("DISPAR")
    (line,) = [row for row in bill.splitlines() if answer.body["additionalInfo"]["rrn"] in row]
    assert "UJI COBA WARUNG KOPI;5814;QRIS;" in line
    assert ";45000.00;" in line
    assert bank.client("guest").pay(coffee, "1000.00", card=CARD).code == "4045011"


def test_paying_in_the_banks_own_app_gives_an_rrn(bank: Bank, coffee: str) -> None:
    before = bank.balance(BPP)
    rrn = bank.pay_in_app(coffee, 12000, source=BPP)
    assert re.fullmatch(r"[0-9]{12}", rrn)
    assert bank.balance(BPP) == before - 12000
    assert rrn in bank.movements(BPP)[0].description
    assert bank.pay_in_app(coffee, 13000, card=CARD) != rrn
    with pytest.raises(AssertionError, match="Pilih satu sumber dana"):
        bank.pay_in_app(coffee, 13000)
    assert bank.balance(BPP) == before - Decimal(12000)
