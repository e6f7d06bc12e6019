"""A printed QRIS of a merchant of ours: the payer types the amount; the bank reports no reference."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from PIL import Image

from payments import qris
from payments.qris import picture
from tests.sandbox.counters import Page
from tests.sandbox.running import Bank


def code(bank: Bank, **changes: Any) -> str:
    """The printed QRIS of our first merchant, as an acquirer would hand it over."""
    merchant = bank.credentials["ours"]["merchants"][0]
    account = qris.MerchantAccount(
        "ID.CO.UJICOBA.WWW", changes.pop("pan", merchant["merchant_pan"]), "M1", "URE"
    )
    given = {
        "merchants": [account], "nmid": merchant["nmid"], "merchant_name": merchant["name"],
        "city": "BENGKULU", "postal_code": "38117",
        "additional": qris.AdditionalData(terminal_label=changes.pop("terminal", merchant["terminal_id"])),
    }  # fmt: skip
    return str(qris.build(**(given | changes)))


def find(bank: Bank, text: str) -> Page:
    browser = bank.browser()
    return browser.post(browser.get("/"), text=text)


def typed(bank: Bank, text: str, amount: object) -> Page:
    """The page on which the payer confirms the amount."""
    browser = bank.browser()
    return browser.post(browser.get(f"/cetak/?{urlencode({'isi': text})}"), amount=amount)


def reference_of(page: Page) -> str:
    """The bank's reference in the address of a payment's page."""
    return page.url.strip("/").rsplit("/", 1)[-1]


def paid(bank: Bank, amount: object, outcome: str = "pays") -> tuple[str, Page]:
    """The bank's reference of one payment, and the page that tells of it."""
    reference = reference_of(typed(bank, code(bank), amount))
    return reference, bank.press(reference, outcome)


def test_its_payment_is_told_without_a_reference_of_the_partner(bank: Bank) -> None:
    reference, page = paid(bank, "13.000")
    assert page.status == 200
    (notice,) = bank.app.notices(reference, 1)
    assert "originalPartnerReferenceNo" not in notice.body
    assert (notice.body["originalReferenceNo"], notice.body["amount"]["value"]) == (reference, "13000.00")
    extra = notice.body["additionalInfo"]
    assert (extra["nmid"], extra["terminalId"]) == ("ID20260000001", "A01")
    answer = bank.client().query(reference).body
    assert (answer["latestTransactionStatus"], answer["amount"]["value"]) == ("00", "13000.00")
    assert "originalPartnerReferenceNo" not in answer


def test_each_payment_is_one_of_its_own_and_paid_once(bank: Bank) -> None:
    first, second = (reference_of(typed(bank, code(bank), 5000)) for _ in range(2))
    assert first != second
    browser = bank.browser()
    page = browser.get(f"/qris/{first}/")
    assert browser.post(page, outcome="pays").status == 200
    again = browser.post(page, outcome="pays", tap=str(uuid4()))
    assert again.status == 422
    assert "buka QRIS cetaknya sekali lagi" in again.text
    assert len(bank.app.notices(first, 1)) == 1


def test_the_settlement_file_names_no_reference_of_the_partner(bank: Bank) -> None:
    reference, _ = paid(bank, 7000, "lost")
    closed = bank.close_day()
    rows = list(csv.DictReader(io.StringIO(closed.settlement)))
    (row,) = [one for one in rows if one["reference_no"] == reference]
    assert (row["partner_reference_no"], row["bill_no"], row["amount_gross"]) == ("", "", "7000.00")


def test_a_poster_bears_another_code_that_no_wallet_pays(bank: Bank) -> None:
    poster = Image.new("RGB", (900, 500), "white")
    for place, text in enumerate((code(bank), "https://contoh.invalid/t/1/")):
        with Image.open(io.BytesIO(picture.png(text, scale=6))) as symbol:
            poster.paste(symbol.convert("RGB"), (place * 450, 10))
    out = io.BytesIO()
    poster.save(out, "PNG")
    browser = bank.browser()
    page = browser.upload(browser.get("/"), "picture", out.getvalue(), "image/png", text="")
    assert page.marked("printed-form")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pan": "9360099900000009999"}, "bukan terbitan bank uji coba"),
        ({"nmid": "ID2099000000099"}, "bukan terbitan bank uji coba"),
        ({"terminal": "Z99"}, "bukan terbitan bank uji coba"),
        ({"amount": 5000}, "bukan terbitan bank uji coba"),
    ],
)
def test_a_code_that_is_not_a_printed_one_of_ours_is_not_paid(
    bank: Bank, changes: dict[str, Any], words: str
) -> None:
    page = find(bank, code(bank, **changes))
    assert page.status == 422
    assert words in page.text


@pytest.mark.parametrize("amount", ["", "nol", 0, -5, "10.000.001"])
def test_an_amount_that_cannot_be_paid_is_said_so(bank: Bank, amount: object) -> None:
    assert typed(bank, code(bank), amount).status == 422


def test_what_happened_at_the_bank_is_offered_as_far_as_it_makes_sense(bank: Bank) -> None:
    page = typed(bank, code(bank), 5000)
    offered = [name for name in ("pays", "lost", "twice", "late", "short") if page.marked(f"outcome-{name}")]
    assert offered == ["pays", "lost"]
    assert "Uang QRIS statis" in paid(bank, 6000)[1].text
