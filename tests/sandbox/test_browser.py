"""The bank's pages in Chromium: a newcomer pays, sees the notice arrive, and each page passes axe."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.sandbox.running import Bank

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
