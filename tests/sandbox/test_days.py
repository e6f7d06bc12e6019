"""Business days and their files, read by code of the tests' own and by the product's strict readers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import urllib3

from payments.reconciliation.parsers import settlement, statement
from tests.sandbox.counters import Page
from tests.sandbox.running import Bank, Closed
from tests.sandbox.wire import WIB

RBK, MUSEUM = 0, 1


@pytest.fixture(autouse=True)
def _nothing_due(bank: Bank) -> Iterator[None]:
    """Each test starts with a day of its own, and MDR at zero."""
    bank.close_day()
    yield
    for key in ("rumah-bung-karno", "museum-negeri"):
        _set_rate(bank, key, "0")


def _set_rate(bank: Bank, key: str, percent: str) -> Page:
    merchant = next(item for item in bank.credentials["ours"]["merchants"] if item["key"] == key)
    browser = bank.browser()
    page = browser.get("/hari/")
    return browser.post(page, "/hari/tarif/", merchant_id=merchant["merchant_id"], percent=percent)


def _pay(bank: Bank, amount: str, merchant: int = RBK, outcome: str = "lost") -> str:
    merchant_id = bank.credentials["ours"]["merchants"][merchant]["merchant_id"]
    reference: str = bank.client().generate(amount, merchantId=merchant_id).body["referenceNo"]
    assert bank.press(reference, outcome).status == 200
    return reference


def _rows(closed: Closed) -> tuple[list[dict[str, str]], list[str]]:
    """The settlement's rows by column, and its trailer."""
    *lines, trailer = list(csv.reader(io.StringIO(closed.settlement)))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]], trailer


def _rupiah(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", ".") or "0")


def _movements(closed: Closed) -> list[list[str]]:
    return list(csv.reader(io.StringIO(closed.statement), delimiter=";"))[1:]


def test_settlement_holds_every_payment_once_with_true_control_totals(bank: Bank) -> None:
    references = {_pay(bank, "13000.00"), _pay(bank, "5000.00"), _pay(bank, "2000.00", MUSEUM)}
    closed = bank.close_day()
    rows, trailer = _rows(closed)
    assert {row["reference_no"] for row in rows} == references
    assert {row["settlement_date"] for row in rows} == {closed.day}
    assert trailer == ["TRAILER", "3", "20000.00", "0.00", "20000.00"]
    compact = closed.day.replace("-", "")
    assert {row["batch_no"] for row in rows} == {
        f"B{compact}-ID20260000001",
        f"B{compact}-ID20260000002",
    }
    assert all(row["status"] == "SUCCESS" and row["trx_time"].endswith("+07:00") for row in rows)
    assert all(row["merchant_pan"].startswith("93600999") for row in rows)


def test_two_payments_of_one_qris_are_two_rows(bank: Bank) -> None:
    reference = _pay(bank, "3000.00", outcome="twice")
    rows, _ = _rows(bank.close_day())
    assert [row["reference_no"] for row in rows] == [reference, reference]
    assert rows[0]["rrn"] != rows[1]["rrn"]


def test_both_files_pass_the_products_strict_readers(bank: Bank) -> None:
    _pay(bank, "13000.00")
    closed = bank.close_day("drop_row", "unknown_row", "wrong_amount", "fee_deducted")
    assert list(settlement.parse(io.BytesIO(closed.settlement.encode())))
    assert list(statement.parse(io.BytesIO(closed.statement.encode())))
    bank.close_day()
    empty = bank.close_day()
    assert _rows(empty)[1] == ["TRAILER", "0", "0.00", "0.00", "0.00"]
    assert list(settlement.parse(io.BytesIO(empty.settlement.encode())))


def test_statement_credits_each_batch_net_and_continues_the_day_before(bank: Bank) -> None:
    _set_rate(bank, "museum-negeri", "0.7")
    _pay(bank, "13000.00")
    _pay(bank, "10000.00", MUSEUM)
    first, second = bank.close_day(), bank.close_day()
    moves = _movements(first)
    assert (moves[0][4], moves[-1][4]) == ("SALDO AWAL", "SALDO AKHIR")
    credits = {move[9]: _rupiah(move[7]) for move in moves if move[4].startswith("QRIS SETTLEMENT")}
    assert sorted(credits.values()) == [Decimal("9930.00"), Decimal("13000.00")]
    assert set(credits) == {row["batch_no"] for row in _rows(first)[0]}
    assert len(moves) > 2 + len(credits), "mutasi lain harus ada"
    balance = _rupiah(moves[0][8])
    for move in moves[1:]:
        balance += _rupiah(move[7]) - _rupiah(move[6])
        assert _rupiah(move[8]) == balance
    assert _rupiah(_movements(second)[0][8]) == balance
    assert {move[2] for move in moves} == {"0010100000017"}


def test_mdr_of_a_merchant_is_taken_from_its_rows_alone(bank: Bank) -> None:
    _set_rate(bank, "museum-negeri", "0.7")
    _pay(bank, "13000.00")
    _pay(bank, "10000.00", MUSEUM)
    rows, trailer = _rows(bank.close_day())
    assert {row["nmid"]: row["mdr"] for row in rows} == {"ID20260000001": "0.00", "ID20260000002": "70.00"}
    assert trailer[2:] == ["23000.00", "70.00", "22930.00"]


@pytest.mark.parametrize("percent", ["-1", "11", "0.005", "banyak", ""])
def test_a_rate_that_makes_no_sense_is_refused_in_words(bank: Bank, percent: str) -> None:
    page = _set_rate(bank, "museum-negeri", percent)
    assert page.status == 422
    assert "Tarif MDR harus antara 0 dan 10 persen" in page.text


def test_closing_moves_the_business_day_and_not_the_clock(bank: Bank) -> None:
    day = date.fromisoformat(bank.open_day())
    closed = bank.close_day()
    assert closed.day == day.isoformat()
    assert bank.open_day() == (day + timedelta(days=1)).isoformat()
    reference = _pay(bank, "5000.00")
    paid = datetime.fromisoformat(bank.client().query(reference).body["paidTime"])
    assert abs(datetime.now(WIB) - paid) < timedelta(minutes=1)
    (row,) = _rows(bank.close_day())[0]
    assert row["settlement_date"] == (day + timedelta(days=1)).isoformat()
    assert datetime.fromisoformat(row["trx_time"]) == paid


def test_a_second_press_on_the_same_page_closes_nothing(bank: Bank) -> None:
    browser = bank.browser()
    page = browser.get("/hari/")
    browser.post(page, "/hari/tutup/")
    again = browser.post(page, "/hari/tutup/")
    assert again.status == 422
    assert "sudah ditutup" in again.text
    assert date.fromisoformat(bank.open_day()) == date.fromisoformat(page.fields()["day"]) + timedelta(days=1)


def test_files_stay_as_they_were_given_out(bank: Bank) -> None:
    closed = bank.close_day()
    name = f"QRIS_SETTLEMENT_93600999_{closed.day.replace('-', '')}.csv"
    found = urllib3.request("GET", f"{bank.url}/hari/berkas/{name}", retries=False, timeout=20)
    assert found.data.decode() == closed.settlement
    assert found.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_dropped_row_comes_with_the_next_day(bank: Bank) -> None:
    references = [_pay(bank, "1000.00"), _pay(bank, "2000.00")]
    first, second = bank.close_day("drop_row"), bank.close_day()
    (kept,), (late,) = _rows(first)[0], _rows(second)[0]
    assert [kept["reference_no"], late["reference_no"]] == references
    assert _rows(first)[1][1:3] == ["1", "1000.00"]


def test_an_unknown_row_is_nobodys_payment(bank: Bank) -> None:
    reference = _pay(bank, "1000.00")
    rows, trailer = _rows(bank.close_day("unknown_row"))
    stranger = next(row for row in rows if row["reference_no"] != reference)
    assert bank.client().query(stranger["reference_no"]).code == "4045101"
    assert trailer[1:3] == ["2", "8000.00"]


def test_a_wrong_amount_stands_in_one_row_and_in_the_totals(bank: Bank) -> None:
    _pay(bank, "1000.00")
    _pay(bank, "2000.00")
    rows, trailer = _rows(bank.close_day("wrong_amount"))
    assert [row["amount_gross"] for row in rows] == ["2000.00", "2000.00"]
    assert trailer[2] == "4000.00"


def test_a_deducted_fee_lowers_net_and_credit(bank: Bank) -> None:
    _pay(bank, "10000.00")
    closed = bank.close_day("fee_deducted")
    (row,), trailer = _rows(closed)
    assert (row["mdr"], row["amount_net"]) == ("70.00", "9930.00")
    assert trailer[2:] == ["10000.00", "70.00", "9930.00"]
    assert any(_rupiah(move[7]) == Decimal("9930.00") for move in _movements(closed))


def test_a_guests_payment_is_in_no_file_of_the_province(bank: Bank) -> None:
    reference = bank.client("guest").generate().body["referenceNo"]
    bank.press(reference, "pays")
    assert _rows(bank.close_day())[0] == []
