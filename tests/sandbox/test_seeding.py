"""The bank's past, as the app's demo seed tells it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from payments import qris
from tests.sandbox.running import Bank
from tests.sandbox.wire import new_number, soon


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
