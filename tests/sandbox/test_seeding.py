"""The bank's past, as the app's demo seed tells it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from payments import qris
from tests.sandbox.running import Bank
from tests.sandbox.wire import WIB, new_number, soon


def _qr(bank: Bank) -> dict[str, Any]:
    merchant = bank.credentials["ours"]["merchants"][0]
    number = new_number()
    account = qris.MerchantAccount(
        "ID.CO.UJICOBA.WWW", merchant["merchant_pan"], merchant["merchant_id"], "URE"
    )
    payload = qris.build(
        merchants=[account],
        nmid=merchant["nmid"],
        merchant_name=merchant["name"],
        city="BENGKULU",
        postal_code="38117",
        amount=Decimal(1000),
        additional=qris.AdditionalData(reference_label=number),
    )
    return {
        "partner_reference_no": new_number(),
        "reference_no": number,
        "qr_content": str(payload),
        "merchant_id": merchant["merchant_id"],
        "amount": "1000.00",
        "validity": soon(minutes=10),
        "created_at": soon(minutes=-5),
        "partner": "ours",
    }


def _payment(bank: Bank, qr: dict[str, Any], *, settled: bool) -> dict[str, Any]:
    return {
        "reference_no": qr["reference_no"],
        "rrn": new_number()[-12:],
        "amount": "1000.00",
        "paid_at": soon(minutes=-4),
        "business_date": bank.open_day(),
        "settled": settled,
    }


def _seed(bank: Bank, folder: Path, data: object) -> str:
    file = folder / "seed.json"
    file.write_text(json.dumps(data))
    return bank.manage("sandbox_seed", str(file))


def test_seed_is_taken_once_and_known_to_query_list_and_files(bank: Bank, tmp_path: Path) -> None:
    bank.close_day()
    waiting, settled, due = (_qr(bank) for _ in range(3))
    payments = [_payment(bank, settled, settled=True), _payment(bank, due, settled=False)]
    data = {"qrs": [waiting, settled, due], "payments": payments}
    assert "3 QRIS dan 2 pembayaran ditambahkan" in _seed(bank, tmp_path, data)
    assert "sudah ada" in _seed(bank, tmp_path, data)
    numbers = [qr["reference_no"] for qr in (waiting, settled, due)]
    client = bank.client()
    states = [client.query(number).body["latestTransactionStatus"] for number in numbers]
    assert states == ["01", "00", "00"]
    assert numbers[0] in bank.browser().get("/").text
    closed = bank.close_day()
    assert numbers[2] in closed.settlement
    assert numbers[1] not in closed.settlement


def test_a_seeded_open_qris_can_be_paid_and_is_notified(bank: Bank, tmp_path: Path) -> None:
    qr = _qr(bank)
    _seed(bank, tmp_path, {"qrs": [qr]})
    bank.press(qr["reference_no"], "pays")
    (notice,) = bank.app.notices(qr["reference_no"], 1)
    assert notice.body["originalPartnerReferenceNo"] == qr["partner_reference_no"]


def test_an_open_day_is_not_opened_again(bank: Bank, tmp_path: Path) -> None:
    day = bank.open_day()
    bank.close_day()
    after = bank.open_day()
    _seed(bank, tmp_path, {"opened_on": day, "opening_balance": "1.00"})
    assert bank.open_day() == after


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"merchant_id": "TIDAKADA"}, "Merchant TIDAKADA"),
        ({"amount": "seribu"}, "bukan jumlah uang"),
        ({"qr_content": "000201"}, "Isi berkas tidak sah"),
    ],
)
def test_a_wrong_member_refuses_the_whole_file(
    bank: Bank, tmp_path: Path, change: dict[str, str], says: str
) -> None:
    good, bad = _qr(bank), {**_qr(bank), **change}
    with pytest.raises(RuntimeError, match=says):
        _seed(bank, tmp_path, {"qrs": [good, bad]})
    assert bank.client().query(good["reference_no"]).code == "4045101"


def test_a_missing_member_and_an_unknown_qris_are_named(bank: Bank, tmp_path: Path) -> None:
    qr = _qr(bank)
    payment = _payment(bank, qr, settled=False)
    with pytest.raises(RuntimeError, match="yang tidak ada"):
        _seed(bank, tmp_path, {"payments": [payment]})
    del payment["rrn"]
    with pytest.raises(RuntimeError, match="Anggota 'rrn' tidak ada"):
        _seed(bank, tmp_path, {"qrs": [qr], "payments": [payment]})


def test_credentials_of_the_guest_are_printed_and_work(bank: Bank) -> None:
    printed = json.loads(bank.manage("sandbox_credentials"))
    assert list(printed) == [
        *("url", "client_id", "client_secret", "private_key"),
        *("partner_id", "channel_id", "merchant_id"),
    ]
    client = bank.client("guest")
    client.url, client.identity = printed["url"], {**printed, "merchants": [printed]}
    assert client.generate().code == "2004700"


def _spending(bank: Bank) -> dict[str, Any]:
    """One thing of each part, days ago."""
    day = (datetime.now(WIB) - timedelta(days=3)).date().isoformat()
    at, key, number = soon(hours=-72), uuid4(), new_number()
    card, emoney = "526422******1242", "603298******0003"
    return {
        "top_ups": [{"account": "0010200113002", "amount": "1000.00", "at": at, "key": str(key)}],
        "transfers": [
            {
                "channel": "17",
                "partner_reference_no": number,
                "reference_no": f"R{number}"[:25],
                "source": "0010200113001",
                "target": "0010300000011",
                "amount": "125000.00",
                "at": at,
                "remark": "ATK",
            }
        ],
        "qris_payments": [
            {
                "partner_reference_no": f"Q{number}",
                "reference_no": f"Q{number}"[:25],
                "rrn": new_number()[-12:],
                "qr_content": bank.shop("parkir"),
                "amount": "5000.00",
                "at": at,
                "source": "0010200113001",
            }
        ],
        "card_transactions": [
            {
                "card": card,
                "rrn": new_number()[-12:],
                "amount": "75000.00",
                "merchant": "RM RAFFLESIA (UJI COBA)",
                "mcc": "5812",
                "way": "EDC",
                "date": day,
                "at": at,
            }
        ],
        "card_bills": [
            {"number": f"T{number}", "owner": "DISPAR", "due_date": "2027-01-20", "until": day, "at": at}
        ],
        "bill_payments": [
            {
                "channel": "18",
                "bank_code": "997",
                "partner_reference_no": f"B{number}",
                "reference_no": f"B{number}"[:25],
                "source": "0010200113001",
                "target": "9970000000001",
                "amount": "75000.00",
                "at": at,
                "customer_reference": f"T{number}",
            }
        ],
        "emoney": [
            {
                "card": emoney,
                "kind": "TOPUP",
                "amount": "50000.00",
                "at": at,
                "reference_no": f"E{number}"[:25],
                "account": "0010200113001",
            }
        ],
    }


def test_an_agencys_past_spending_is_taken_once_and_dated_then(bank: Bank, tmp_path: Path) -> None:
    data = _spending(bank)
    before = bank.balance("0010200113001")
    assert "7 mutasi belanja" in _seed(bank, tmp_path, data)
    assert "sudah ada" in _seed(bank, tmp_path, data)
    assert bank.balance("0010200113001") == before - 125_000 - 5_000 - 75_000 - 50_000
    day = data["card_transactions"][0]["date"]
    text = bank.statement("0010200113001", day, day)
    assert all(
        part in text for part in (data["qris_payments"][0]["rrn"], data["transfers"][0]["reference_no"])
    )
    status = bank.client().transfer_status(data["transfers"][0]["partner_reference_no"])
    assert status.body["transactionDate"] == data["transfers"][0]["at"]
    assert bank.bill_paid(data["card_bills"][0]["number"]) == 75_000
    assert data["emoney"][0]["reference_no"] in bank.emoney_history("603298******0003")


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("transfers", {"target": "0010300000099"}),
        ("transfers", {"amount": "999999999.00"}),
        ("qris_payments", {"qr_content": "000201"}),
        ("card_transactions", {"card": "526422******0000"}),
        ("emoney", {"kind": "BELI", "amount": "9000000.00"}),
    ],
)
def test_spending_that_the_bank_would_refuse_is_refused_whole(
    bank: Bank, tmp_path: Path, part: str, change: dict[str, str]
) -> None:
    data, before = _spending(bank), bank.balances()
    data[part][0] |= change
    with pytest.raises(RuntimeError, match=r"Isi berkas tidak sah|Bank menolak"):
        _seed(bank, tmp_path, data)
    assert bank.balances() == before


def test_accounts_begin_where_the_app_says_unless_they_moved(bank: Bank, tmp_path: Path) -> None:
    bank.top_up("0010200113001", 1_000)
    moved = bank.balance("0010200113001")
    still, before = next((one, left) for one, left in bank.balances().items() if not bank.movements(one))
    openings = [
        {"account": "0010200113001", "balance": "5.00"},
        {"account": still, "balance": "79292951.00"},
    ]
    _seed(bank, tmp_path, {"openings": openings})
    assert bank.balance("0010200113001") == moved
    assert bank.balance(still) == Decimal("79292951.00")
    _seed(bank, tmp_path, {"openings": [{"account": still, "balance": f"{before:.2f}"}]})
    assert bank.balance(still) == before
