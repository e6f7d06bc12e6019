"""The bank's pages in Chromium: a newcomer pays, sees the notice arrive, and each page passes axe."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.sandbox.running import Bank
from tests.sandbox.test_transfers import DISPAR, TULIS
from tests.sandbox.wire import WIB, new_number

pytestmark = pytest.mark.browser
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter(one => one.offsetParent && one.type !== "hidden" && !one.closest("p:not(.pair), .skip"))
  .map(one => (one.closest("label") ?? one).getBoundingClientRect())
  .filter(box => box.width > 1 && (box.height < 43.5 || box.width < 43.5)).length"""


def _examine(page: Page, name: str) -> None:
    """No finding of axe, nothing wider than the screen, nothing too small for a thumb."""
    found = Axe().run(page)
    assert not found.violations_count, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate(SMALL_TARGETS) == 0
    if folder := os.environ.get("LOOK_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/bank-{name}.png", full_page=True)


def test_a_newcomer_pays_from_the_list_and_sees_the_notice_arrive(bank: Bank, phone: Page) -> None:
    phone.goto(bank.url)
    expect(phone.get_by_role("heading", name="Ponsel uji coba")).to_be_visible()
    reference = bank.client().generate("21000.00").body["referenceNo"]
    bill = phone.locator(f'[data-testid=open-qr][data-reference="{reference}"]')
    expect(bill).to_contain_text("Rp\u00a021.000", timeout=10_000)
    bill.click()
    expect(phone.get_by_test_id("amount")).to_have_text("Rp\u00a021.000")
    expect(phone.get_by_test_id("nmid")).to_have_text("ID20260000001")
    phone.get_by_test_id("outcome-repeated_same").check()
    phone.get_by_test_id("pay").click()
    expect(phone.get_by_test_id("expect")).to_contain_text("dibukukan sekali")
    notices = phone.get_by_test_id("notice")
    expect(notices.nth(0)).to_have_attribute("data-state", "delivered", timeout=10_000)
    expect(notices.nth(1)).to_have_attribute("data-state", "refused", timeout=10_000)


def test_the_delay_can_be_chosen_only_where_it_matters(bank: Bank, phone: Page) -> None:
    reference = bank.client().generate().body["referenceNo"]
    phone.goto(f"{bank.url}/qris/{reference}/")
    expect(phone.get_by_test_id("delay")).to_be_hidden()
    phone.get_by_test_id("outcome-delayed").check()
    phone.get_by_test_id("delay").fill("3")
    phone.get_by_test_id("pay").click()
    notice = phone.get_by_test_id("notice")
    expect(notice).to_have_attribute("data-state", "waiting")
    expect(notice).to_have_attribute("data-state", "delivered", timeout=10_000)


def test_a_day_is_closed_and_its_files_are_downloaded(bank: Bank, desktop: Page) -> None:
    day = bank.open_day()
    desktop.goto(f"{bank.url}/hari/")
    desktop.get_by_test_id("close-day").click()
    with desktop.expect_download() as download:
        desktop.get_by_test_id(f"settlement-{day}").click()
    assert download.value.suggested_filename == f"QRIS_SETTLEMENT_93600999_{day.replace('-', '')}.csv"
    with desktop.expect_download() as download:
        desktop.get_by_test_id(f"statement-{day}").click()
    assert download.value.suggested_filename == f"RKUD_0010100000017_{day.replace('-', '')}.csv"


def test_a_behaviour_is_planned_with_the_form(bank: Bank, phone: Page) -> None:
    phone.goto(f"{bank.url}/perilaku/")
    phone.get_by_label("Panggilan", exact=True).select_option("77")
    phone.get_by_label("Bank", exact=True).select_option("refuse")
    phone.get_by_label("Kode bila menolak").select_option("50000")
    phone.get_by_test_id("behave").click()
    expect(phone.get_by_test_id("plan").nth(2)).to_have_text("Menolak (500 00), 1 panggilan lagi")
    bank.behave("77", "normal")


def test_an_order_in_progress_is_finished_with_its_button(bank: Bank, phone: Page) -> None:
    number = new_number()
    bank.behave("17", "pending")
    bank.client().transfer(DISPAR, TULIS, "15000.00", partnerReferenceNo=number)
    phone.goto(f"{bank.url}/rekening/")
    phone.get_by_test_id(f"finish-{number}").click()
    expect(phone.get_by_test_id(f"finish-{number}")).to_have_count(0)
    assert bank.client().transfer_status(number).body["latestTransactionStatus"] == "00"


def test_a_bulk_file_is_uploaded_and_its_result_downloaded(bank: Bank, desktop: Page, tmp_path: Path) -> None:
    name = f"OB_3.26_26112026_{new_number()[-6:]}.csv"
    file = tmp_path / name
    file.write_text(f"3.26;{DISPAR};CV SUMBER TULIS;{TULIS};125000;{new_number()}\n")
    desktop.goto(f"{bank.url}/cms/")
    desktop.get_by_test_id("bulk-file").set_input_files(file)
    desktop.get_by_test_id("execute").click()
    with desktop.expect_download() as download:
        desktop.get_by_test_id(f"result-{name}").click()
    assert download.value.suggested_filename == f"HASIL_{name}"
    assert "BERHASIL" in Path(download.value.path()).read_text()


def test_a_card_purchase_is_billed_with_the_forms(bank: Bank, desktop: Page) -> None:
    desktop.goto(f"{bank.url}/kartu/")
    form = desktop.get_by_test_id("spend-form")
    form.get_by_label("Kartu", exact=True).select_option("5264 22•• •••• 2034, DIKBUD")
    form.get_by_label("Merchant").fill("RM RAFFLESIA")
    form.get_by_label("Jumlah (Rp)").fill("250.000")
    form.get_by_test_id("spend").click()
    expect(desktop.get_by_test_id("purchase").first).to_contain_text("RM RAFFLESIA")
    desktop.get_by_label("Kartu milik").select_option("DIKBUD")
    desktop.get_by_test_id("issue").click()
    bill = desktop.get_by_test_id("bill").first
    expect(bill).to_contain_text("Belum dibayar")
    with desktop.expect_download() as download:
        bill.get_by_role("link").click()
    assert download.value.suggested_filename.startswith("TAGIHAN_TGH")


def test_a_phone_reaches_every_counter_through_the_bar(bank: Bank, phone: Page) -> None:
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.goto(bank.url)
    for name in ("Rekening", "CMS", "Kartu"):
        phone.get_by_label("Bagian bank uji coba").get_by_role("link", name=name).click()
        expect(phone.locator(".tabs [aria-current]:visible")).to_have_text(name)
    for name in ("Merchant", "Uang elektronik", "Berita", "Perilaku", "Hari bank"):
        phone.get_by_role("link", name="Lainnya").click()
        phone.locator("main").get_by_role("link", name=name).click()
        expect(phone.locator(".tabs [aria-current]:visible")).to_have_text("Lainnya")


@pytest.mark.parametrize("width", [320, 1366])
def test_every_counter_passes_axe_on_a_phone_and_a_desktop(bank: Bank, phone: Page, width: int) -> None:
    _some_business(bank)
    phone.set_viewport_size({"width": width, "height": 900})
    pages = {
        "rekening": "/rekening/",
        "satu-rekening": f"/rekening/{DISPAR}/",
        "merchant": "/merchant/",
        "cms": "/cms/",
        "kartu": "/kartu/",
        "uang-elektronik": "/uang-elektronik/",
        "satu-kartu": "/uang-elektronik/1/",
        "lainnya": "/lainnya/",
        "tolak": f"/rekening/{DISPAR}/mutasi.csv",
    }
    for name, path in pages.items():
        phone.goto(bank.url + path)
        _examine(phone, f"{name}-{width}")


def _some_business(bank: Bank) -> None:
    client, text = bank.client(), bank.shop("warung-kopi")
    bank.behave("17", "pending")
    client.transfer(DISPAR, TULIS, "125000000.00", remark="PENGADAAN LAPTOP")
    client.transfer(DISPAR, TULIS, "98765432.10")
    client.pay(text, "36000.00", source=DISPAR)
    client.pay(text, "42000.00", card="526422******1234")
    bank.card_spend(
        "526422******2042", 1_250_000, "HOTEL PANTAI (UJI COBA)", day=datetime.now(WIB).date().isoformat()
    )
    number, _ = bank.card_bill("DIKBUD")
    client.transfer(DISPAR, "9970000000001", "1000.00", bank="997", customerReference=number)
    bank.emoney_use("603298******0001", "TOPUP", 100_000)
    bank.emoney_use("603298******0001", "BELI", 15_000, merchant="PARKIR BANDARA", terminal="T01")
    name = f"OB_1.01.2.19.0.00.01.0000_26112026_{new_number()[-6:]}.csv"
    lines = "".join(f"3.26;{DISPAR};CV;{TULIS};{n};{new_number()}\n" for n in (1000, 2000))
    bank.cms(name, lines, failing="2")
    bank.cms_transfer(DISPAR, TULIS, 5_000, "sewa kursi")
    bank.top_up(DISPAR, 300_000_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_passes_axe_on_the_narrowest_phone(bank: Bank, phone: Page, scheme: str) -> None:
    phone.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    phone.set_viewport_size({"width": 320, "height": 640})
    client = bank.client()
    reference = client.generate("7500000.00").body["referenceNo"]
    waiting = client.generate("7500000.00").body["referenceNo"]
    client.generate("20000000.00")
    bank.app.will_answer(reference, (503, "5035200"))
    result = bank.press(reference, "forged").url
    bank.close_day()
    pages = {
        "ponsel": "/",
        "va": "/va/",
        "qris": f"/qris/{waiting}/",
        "hasil": result,
        "berita": "/berita/",
        "perilaku": "/perilaku/",
        "hari": "/hari/",
        "tidak-ada": "/qris/0/",
    }
    for name, path in pages.items():
        phone.goto(bank.url + path)
        _examine(phone, f"{name}-{scheme}")
