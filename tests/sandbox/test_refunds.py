"""Services 77 and 78 about money that was paid, over real HTTP."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.sandbox.running import Bank
from tests.sandbox.wire import Answer, new_number

REFUND = "/v1.0/qr/qr-mpm-refund"


def paid(bank: Bank, outcome: str = "pays") -> str:
    reference = str(bank.client().generate("13000.00").body["referenceNo"])
    bank.press(reference, outcome)
    return reference


def rrns(bank: Bank, reference: str) -> list[str]:
    with psycopg.connect(bank.database_url) as theirs:
        rows = theirs.execute(
            "SELECT p.rrn FROM sandbox_payment p JOIN sandbox_qr q ON q.id = p.qr_id"
            " WHERE q.reference_no = %s ORDER BY p.id",
            [reference],
        )
        return [row[0] for row in rows]


def refund(bank: Bank, reference: str, amount: str = "13000.00", **changes: Any) -> Answer:
    client = bank.client()
    body = {
        "merchantId": client.merchant_id, "originalReferenceNo": reference, "partnerRefundNo": new_number(),
        "refundAmount": {"value": amount, "currency": "IDR"}, "reason": "Uji", **changes,
    }  # fmt: skip
    return client.call(REFUND, {name: value for name, value in body.items() if value is not None})


def standing(bank: Bank, reference: str) -> str:
    return str(bank.client().query(reference).body["latestTransactionStatus"])


def test_a_settled_payment_goes_back_in_parts_until_nothing_is_left(bank: Bank) -> None:
    reference = paid(bank)
    bank.close_day("late_credit")
    number = new_number()
    part = refund(bank, reference, "5000.00", partnerRefundNo=number, additionalInfo={"deviceId": "7"})
    assert part.code == "2007800"
    assert part.body["partnerRefundNo"] == number
    assert part.body["refundAmount"] == {"value": "5000.00", "currency": "IDR"}
    assert part.body["originalReferenceNo"] == reference
    assert part.body["refundTime"].endswith("+07:00")
    assert part.body["additionalInfo"] == {"deviceId": "7"}
    assert standing(bank, reference) == "00"
    assert refund(bank, reference, "5000.00", partnerRefundNo=number).code == "4097801"
    assert refund(bank, reference, "4000.00", partnerRefundNo=number).code == "4047818"
    assert refund(bank, reference, "8000.01").code == "4047813"
    assert refund(bank, reference, "8000.00").code == "2007800"
    assert standing(bank, reference) == "04"
    assert refund(bank, reference, "1.00").code == "4047813"


def test_the_late_credit_is_less_what_went_back(bank: Bank) -> None:
    reference = paid(bank)
    closed = bank.close_day("late_credit")
    batch = next(row.split(",")[2] for row in closed.settlement.splitlines() if reference in row)
    assert batch not in closed.statement
    gross = sum(
        int(row.split(",")[11].partition(".")[0]) for row in closed.settlement.splitlines() if batch in row
    )
    assert refund(bank, reference, "3000.00").code == "2007800"
    credit = next(row for row in bank.close_day().statement.splitlines() if batch in row)
    assert f"{gross - 3000:,}".replace(",", ".") + ",00" in credit
    assert refund(bank, reference, "1000.00").code == "4037815"


def test_before_settlement_a_payment_is_undone_whole_and_stands_in_no_file(bank: Bank) -> None:
    reference = paid(bank)
    assert refund(bank, reference).code == "4037815"
    (rrn,) = rrns(bank, reference)
    answer = bank.client().cancel(reference, additionalInfo={"rrn": rrn}, reason="Uji")
    assert answer.code == "2007700"
    assert standing(bank, reference) == "04"
    assert bank.client().cancel(reference, additionalInfo={"rrn": rrn}, reason="Uji").code == "4047704"
    assert rrn not in bank.close_day().settlement


def test_the_second_payment_of_a_qris_goes_back_by_its_rrn(bank: Bank) -> None:
    reference = paid(bank, "twice")
    first, second = rrns(bank, reference)
    assert bank.client().cancel(reference, additionalInfo={"rrn": second}, reason="Uji").code == "2007700"
    assert standing(bank, reference) == "00"
    settlement = bank.close_day().settlement
    assert first in settlement
    assert second not in settlement
    late = bank.client().cancel(reference, additionalInfo={"rrn": first}, reason="Uji")
    assert late.code == "4037715"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"partnerRefundNo": None}, "4007802"),
        ({"reason": None}, "4007802"),
        ({"refundAmount": {"value": "5000", "currency": "IDR"}}, "4007801"),
        ({"refundAmount": {"value": "0.00", "currency": "IDR"}}, "4047813"),
        ({"additionalInfo": {"rrn": "000000000000"}}, "4047801"),
        ({"originalReferenceNo": "TIDAKADA"}, "4047801"),
        ({"merchantId": "LAIN"}, "4047808"),
    ],
)
def test_a_refund_that_is_not_well_formed_has_its_exact_code(
    bank: Bank, changes: dict[str, Any], code: str
) -> None:
    assert refund(bank, paid(bank), **changes).code == code


def test_an_unpaid_qris_has_nothing_to_give_back(bank: Bank) -> None:
    reference = str(bank.client().generate("13000.00").body["referenceNo"])
    assert refund(bank, reference).code == "4047800"


def test_the_behaviours_meet_refunds_too(bank: Bank) -> None:
    reference = paid(bank)
    bank.close_day("late_credit")
    bank.behave("78", "refuse", case="40501")
    assert refund(bank, reference, "1000.00").code == "4057801"
    bank.behave("78", "refuse", case="40314")
    assert refund(bank, reference, "1000.00").code == "4037814"
