"""Services 15 to 18 and 36: whose account, money that moves once, and what is said of it afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import urllib3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox import official
from tests.sandbox.running import Bank
from tests.sandbox.wire import Answer, new_number

DISPAR, BPP, DIKBUD = "0010200113001", "0010200113002", "0010200120001"
TULIS, RAFFLESIA, CLOSED = "0010300000011", "0010300000012", "0010300000099"
KOMPUTER, HOTEL, BILLS = "8880011223344", "8880011223355", "9970000000001"


@pytest.fixture(autouse=True)
def _as_usual_afterwards(bank: Bank) -> Iterator[None]:
    yield
    for service in ("15", "16", "17", "18", "36"):
        bank.behave(service, "normal")


def test_inquiry_names_the_holder_with_the_official_members(bank: Bank) -> None:
    client = bank.client()
    inside, outside = client.inquire(TULIS), client.inquire(KOMPUTER, bank="998")
    assert (inside.code, outside.code) == ("2001500", "2001600")
    official.check("15", inside.body)
    official.check("16", outside.body)
    assert inside.body["beneficiaryAccountName"] == "CV SUMBER TULIS (UJI COBA)"
    assert inside.body["beneficiaryAccountStatus"] == "Rekening aktif"
    assert outside.body["beneficiaryAccountName"] == "TOKO KOMPUTER NUSANTARA (UJI COBA)"
    assert outside.body["beneficiaryBankName"] == "BANK LAIN UJI COBA"


@pytest.mark.parametrize(
    ("account", "bank_code", "code"),
    [
        ("0", "", "4041511"),
        (KOMPUTER, "", "4041511"),
        (CLOSED, "", "4031518"),
        ("", "", "4001502"),
        ("x" * 35, "", "4001501"),
        ("0", "998", "4041611"),
        (TULIS, "999", "4041602"),
        (KOMPUTER, "123", "4041603"),
    ],
)
def test_inquiry_refuses_with_the_exact_code(bank: Bank, account: str, bank_code: str, code: str) -> None:
    answer = bank.client().inquire(account, bank=bank_code)
    assert (answer.status, answer.code) == (int(code[:3]), code)


def test_a_transfer_inside_the_bank_moves_the_money_at_once(bank: Bank) -> None:
    client, number = bank.client(), new_number()
    before, had = bank.balance(DISPAR), bank.balance(TULIS)
    answer = client.transfer(
        DISPAR, TULIS, "1250000.00", partnerReferenceNo=number, customerReference="NPD1", remark="ATK"
    )
    assert answer.code == "2001700"
    official.check("17", answer.body)
    assert answer.body["sourceAccountNo"] == DISPAR
    assert bank.balance(DISPAR) == before - 1250000
    assert bank.balance(TULIS) == had + 1250000
    out, into = bank.movements(DISPAR)[0], bank.movements(TULIS)[0]
    assert out.reference == into.reference == answer.body["referenceNo"]
    assert (out.debit, into.credit) == (Decimal(1250000), Decimal(1250000))
    assert number in out.description


def test_a_transfer_to_another_bank_moves_the_money_at_once(bank: Bank) -> None:
    before, had = bank.balance(DISPAR), bank.balance(HOTEL)
    answer = bank.client().transfer(DISPAR, HOTEL, "900000.00", bank="998")
    assert answer.code == "2001800"
    official.check("18", answer.body)
    assert (bank.balance(DISPAR), bank.balance(HOTEL)) == (before - 900000, had + 900000)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"beneficiaryAccountNo": "0"}, "4041711"),
        ({"beneficiaryAccountNo": KOMPUTER}, "4041711"),
        ({"beneficiaryAccountNo": CLOSED}, "4031718"),
        ({"beneficiaryAccountNo": DISPAR}, "4031715"),
        ({"beneficiaryAccountNo": None}, "4001702"),
        ({"sourceAccountNo": TULIS}, "4041711"),
        ({"sourceAccountNo": "0"}, "4041711"),
        ({"sourceAccountNo": None}, "4001702"),
        ({"partnerReferenceNo": None}, "4001702"),
        ({"partnerReferenceNo": "x" * 65}, "4001701"),
        ({"transactionDate": None}, "4001702"),
        ({"transactionDate": "kemarin"}, "4001701"),
        ({"amount": None}, "4001702"),
        ({"amount": {"value": "1000", "currency": "IDR"}}, "4001701"),
        ({"amount": {"value": "0.00", "currency": "IDR"}}, "4041713"),
        ({"amount": {"value": "500000000.01", "currency": "IDR"}}, "4031702"),
        ({"customerReference": "x" * 31}, "4001701"),
    ],
)
def test_a_transfer_is_refused_with_the_exact_code_and_moves_nothing(
    bank: Bank, members: dict[str, Any], code: str
) -> None:
    before = bank.balances()
    answer = bank.client().transfer(DISPAR, TULIS, "1000.00", **members)
    assert (answer.status, answer.code) == (int(code[:3]), code)
    assert bank.balances() == before


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"beneficiaryBankCode": "999"}, "4041802"),
        ({"beneficiaryBankCode": "123"}, "4041803"),
        ({"beneficiaryAccountNo": TULIS}, "4041811"),
        ({"beneficiaryAccountName": None}, "4001802"),
        ({"amount": {"value": "250000000.01", "currency": "IDR"}}, "4031802"),
    ],
)
def test_a_transfer_to_another_bank_is_refused_with_the_exact_code(
    bank: Bank, members: dict[str, Any], code: str
) -> None:
    assert bank.client().transfer(DISPAR, HOTEL, "1000.00", bank="998", **members).code == code


def within_one_order(bank: Bank) -> Decimal:
    """The balance of an account that one order may empty, whatever other tests brought to it."""
    while bank.balance(BPP) > 400_000_000:
        bank.client().transfer(BPP, TULIS, "300000000.00")
    return bank.balance(BPP)


def test_too_little_money_is_insufficient_funds_and_the_number_stays_free(bank: Bank) -> None:
    client, number = bank.client(), new_number()
    value = f"{within_one_order(bank) + 1:.2f}"
    assert client.transfer(BPP, TULIS, value, partnerReferenceNo=number).code == "4031714"
    assert client.transfer_status(number).code == "4043601"
    assert client.transfer(BPP, TULIS, "1000.00", partnerReferenceNo=number).code == "2001700"


def test_another_partner_may_not_debit_our_accounts(bank: Bank) -> None:
    number = new_number()
    assert bank.client("guest").transfer(DISPAR, TULIS, "1000.00").code == "4041711"
    bank.client().transfer(DISPAR, TULIS, "1000.00", partnerReferenceNo=number)
    assert bank.client("guest").transfer_status(number).code == "4043601"


def test_the_same_number_is_a_duplicate_and_with_other_parameters_inconsistent(bank: Bank) -> None:
    client, number = bank.client(), new_number()
    before = bank.balance(DISPAR)
    codes = [
        client.transfer(DISPAR, TULIS, "5000.00", partnerReferenceNo=number).code,
        client.transfer(DISPAR, TULIS, "5000.00", partnerReferenceNo=number).code,
        client.transfer(DISPAR, TULIS, "6000.00", partnerReferenceNo=number).code,
        client.transfer(DISPAR, RAFFLESIA, "5000.00", partnerReferenceNo=number).code,
        client.transfer(DISPAR, HOTEL, "5000.00", bank="998", partnerReferenceNo=number).code,
    ]
    assert codes == ["2001700", "4091701", "4041718", "4041718", "4041818"]
    assert bank.balance(DISPAR) == before - 5000


def test_status_repeats_what_was_ordered_with_the_official_members(bank: Bank) -> None:
    client, number = bank.client(), new_number()
    made = client.transfer(
        DISPAR, HOTEL, "7000.00", bank="998", partnerReferenceNo=number, customerReference="INV7"
    )
    found = client.transfer_status(number, "18", originalReferenceNo=made.body["referenceNo"])
    assert found.code == "2003600"
    official.check("36", found.body)
    body = found.body
    assert (body["latestTransactionStatus"], body["previousResponseCode"]) == ("00", "2001800")
    assert body["amount"] == {"value": "7000.00", "currency": "IDR"}
    assert (body["beneficiaryAccountNo"], body["beneficiaryBankCode"]) == (HOTEL, "998")
    assert (body["sourceAccountNo"], body["referenceNumber"]) == (DISPAR, "INV7")


@pytest.mark.parametrize(
    ("number", "service", "code"),
    [("tidak ada", "17", "4043601"), ("", "17", "4003602"), ("1", "47", "4003601"), ("1", "", "4003602")],
)
def test_status_refuses_with_the_exact_code(bank: Bank, number: str, service: str, code: str) -> None:
    assert bank.client().transfer_status(number, service).code == code


def test_status_asks_for_the_service_that_was_ordered(bank: Bank) -> None:
    client, number = bank.client(), new_number()
    client.transfer(DISPAR, TULIS, "1000.00", partnerReferenceNo=number)
    assert client.transfer_status(number, "18").code == "4043601"


def test_lost_answer_has_moved_the_money_and_silence_has_not(bank: Bank) -> None:
    client, numbers = bank.client(timeout=1), (new_number(), new_number())
    client.log_in()
    before = bank.balance(DISPAR)
    for mode, number in zip(("lost", "silent"), numbers, strict=True):
        bank.behave("17", mode)
        with pytest.raises(urllib3.exceptions.TimeoutError):
            client.transfer(DISPAR, TULIS, "8000.00", partnerReferenceNo=number)
    assert client.transfer_status(numbers[0]).body["latestTransactionStatus"] == "00"
    assert client.transfer_status(numbers[1]).code == "4043601"
    assert bank.balance(DISPAR) == before - 8000
    assert client.transfer(DISPAR, TULIS, "8000.00", partnerReferenceNo=numbers[0]).code == "4091701"


def test_refusing_moves_nothing(bank: Bank) -> None:
    bank.behave("18", "refuse", case="40305")
    before = bank.balance(DISPAR)
    assert bank.client().transfer(DISPAR, HOTEL, "1000.00", bank="998").code == "4031805"
    assert bank.balance(DISPAR) == before


@pytest.mark.parametrize(
    ("succeeds", "status", "previous"), [(True, "00", "2001700"), (False, "06", "4031705")]
)
def test_in_progress_moves_money_only_once_the_bank_says_so(
    bank: Bank, succeeds: bool, status: str, previous: str
) -> None:
    bank.behave("17", "pending")
    client, number, before = bank.client(), new_number(), bank.balance(DISPAR)
    answer = client.transfer(DISPAR, TULIS, "9000.00", partnerReferenceNo=number)
    assert (answer.status, answer.code) == (202, "2021700")
    waiting = client.transfer_status(number).body
    assert (waiting["latestTransactionStatus"], waiting["previousResponseCode"]) == ("03", "2021700")
    assert bank.balance(DISPAR) == before
    bank.end(number, succeeds=succeeds)
    ended = client.transfer_status(number).body
    assert (ended["latestTransactionStatus"], ended["previousResponseCode"]) == (status, previous)
    assert bank.balance(DISPAR) == before - (9000 if succeeds else 0)
    assert client.transfer(DISPAR, TULIS, "9000.00", partnerReferenceNo=number).code == "4091701"


def test_an_ended_order_does_not_end_again(bank: Bank) -> None:
    bank.behave("17", "pending")
    client, number, browser = bank.client(), new_number(), bank.browser()
    client.transfer(DISPAR, TULIS, "9000.00", partnerReferenceNo=number)
    page = browser.get("/rekening/")
    bank.end(number, succeeds=False)
    identity = next(x["data-id"] for x in page.marked("pending") if x["data-reference"] == number)
    again = browser.post(page, f"/rekening/menunggu/{identity}/", succeeds=1)
    assert again.status == 422
    assert "sudah selesai" in again.text
    assert client.transfer_status(number).body["latestTransactionStatus"] == "06"


@pytest.mark.parametrize(("mode", "status"), [("pending", "00"), ("failing", "06")])
def test_in_progress_ends_by_itself_after_some_seconds(bank: Bank, mode: str, status: str) -> None:
    bank.behave("18", mode, seconds=1)
    client, number, before = bank.client(), new_number(), bank.balance(DISPAR)
    assert client.transfer(DISPAR, HOTEL, "3000.00", bank="998", partnerReferenceNo=number).code == "2021800"
    until = time.monotonic() + 15
    found = "03"
    while found == "03" and time.monotonic() < until:
        time.sleep(0.2)
        found = client.transfer_status(number, "18").body["latestTransactionStatus"]
    assert found == status
    assert bank.balance(DISPAR) == before - (3000 if status == "00" else 0)


def test_in_progress_fails_where_the_money_is_gone_by_then(bank: Bank) -> None:
    client, number = bank.client(), new_number()
    left = within_one_order(bank)
    bank.behave("17", "pending")
    client.transfer(BPP, TULIS, f"{left:.2f}", partnerReferenceNo=number)
    client.transfer(BPP, TULIS, "1.00")
    bank.end(number, succeeds=True)
    ended = client.transfer_status(number).body
    assert (ended["latestTransactionStatus"], ended["previousResponseCode"]) == ("06", "4031714")
    assert bank.balance(BPP) == left - 1


def test_only_orders_can_be_in_progress(bank: Bank) -> None:
    assert bank.behave("15", "pending").status == 422


def at_once(count: int, call: Any) -> list[Answer]:
    """The answers of ``count`` calls that start together."""
    gate, answers = threading.Barrier(count), []

    def run() -> None:
        gate.wait(10)
        answers.append(call())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == count
    return answers


def test_one_number_ordered_by_several_at_once_moves_money_once(bank: Bank) -> None:
    client, before = bank.client(), bank.balance(DISPAR)
    for _ in range(5):
        number = new_number()
        answers = at_once(4, lambda: client.transfer(DISPAR, TULIS, "100.00", partnerReferenceNo=number))  # noqa: B023
        assert sorted(answer.code for answer in answers) == ["2001700", "4091701", "4091701", "4091701"]
    assert bank.balance(DISPAR) == before - 500


def test_orders_at_once_never_overdraw_an_account(bank: Bank) -> None:
    client = bank.client()
    left = bank.balance(DIKBUD)
    if left > 100:
        client.transfer(DIKBUD, BPP, f"{left - 100:.2f}")
    answers = at_once(4, lambda: client.transfer(DIKBUD, TULIS, "60.00"))
    assert sorted(answer.code for answer in answers) == ["2001700", "4031714", "4031714", "4031714"]
    assert bank.balance(DIKBUD) == 40
    bank.top_up(DIKBUD, 500_000_000)


_NUMBERS = (DISPAR, BPP, DIKBUD)
_TARGETS = ((TULIS, ""), (BPP, ""), (DIKBUD, ""), (DISPAR, ""), (HOTEL, "998"), (CLOSED, ""), (BILLS, "997"))


@given(
    orders=st.lists(
        st.tuples(
            st.sampled_from(_NUMBERS),
            st.sampled_from(_TARGETS),
            st.decimals("0.01", "900000000", places=2),
            st.sampled_from(["new", "new", "same"]),
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
def test_no_sequence_of_transfers_makes_or_loses_money(
    bank: Bank, orders: list[tuple[str, tuple[str, str], Decimal, str]]
) -> None:
    client, before, number = bank.client(), bank.balances(), new_number()
    expected = dict(before)
    for source, (target, code), amount, which in orders:
        number = new_number() if which == "new" else number
        answer = client.transfer(source, target, f"{amount:.2f}", bank=code, partnerReferenceNo=number)
        if answer.status == 200:
            expected[source] -= amount
            expected[target] += amount
    after = bank.balances()
    assert after == expected
    assert sum(after.values()) == sum(before.values())
    assert min(after.values()) >= 0
