"""An agency spends in each of the four channels, from NPD to the ledger and the treasurer's book."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import people, spending
from tests.e2e.site import Site

pytestmark = pytest.mark.browser
DESKS = {"pptk": "pptk", "pa": "pa", "bp": "bendahara.pengeluaran"}


def expect_in_books(page: Page, site: Site, description: str, url: str) -> None:
    """The spend is paid, its journal stands behind it, and the treasurer's book has its row."""
    page.goto(url)
    expect(page.get_by_text("Dibayar", exact=True).first).to_be_visible()
    expect(page.locator("summary", has_text=re.compile(r"Jurnal \d+: Belanja dibayar"))).to_have_count(1)
    assert description in spending.book_text(page, site)


def test_transfer_goes_from_npd_over_the_bank_into_the_book(running_up: Site, browser: Browser) -> None:
    site, description = running_up, "Kertas A4 untuk rapat koordinasi e2e"
    with spending.office(browser, site, **DESKS) as desks:
        url = spending.raise_spend(
            desks["pptk"],
            site,
            amount="325.000",
            channel="cms",
            payee="SUMBER TULIS",
            description=description,
        )
        spending.approve_and_test(site, desks, url)
        treasurer = desks["bp"]
        treasurer.get_by_role("link", name="Bayar", exact=True).click()
        check = treasurer.get_by_role("button", name="Periksa nama ke bank")
        if check.count():
            check.click()
        expect(treasurer.get_by_text("Nama cocok").first).to_be_visible()
        spending.press(treasurer, site, "Bayar Rp", "bendahara.pengeluaran")
        expect(treasurer.get_by_role("heading", name="Sudah dibayar")).to_be_visible()
        expect_in_books(treasurer, site, description, url)


def test_merchants_qris_is_read_shown_and_paid(running_up: Site, browser: Browser) -> None:
    site, description = running_up, "Map dan amplop lewat QRIS e2e"
    with (
        spending.office(browser, site, **DESKS) as desks,
        people.screen(browser, width=390, height=844) as bank,
    ):
        bank.goto(f"{site.bank}/merchant/")
        content = bank.get_by_test_id("qris-toko-atk").input_value()
        url = spending.raise_spend(
            desks["pptk"], site, amount="87.500", channel="qris", payee="", description=description
        )
        spending.approve_and_test(site, desks, url)
        treasurer = desks["bp"]
        treasurer.get_by_role("link", name="Bayar", exact=True).click()
        treasurer.locator("textarea[name=content]").fill(content.strip())
        treasurer.get_by_role("button", name="Baca QRIS").click()
        expect(treasurer.get_by_text("UJI COBA TOKO ATK").first).to_be_visible()
        treasurer.locator("input[name=amount]").fill("87.500")
        spending.press(treasurer, site, "Bayar Rp", "bendahara.pengeluaran")
        expect(treasurer.get_by_role("heading", name="Sudah dibayar")).to_be_visible()
        expect_in_books(treasurer, site, description, url)


def test_e_money_tap_becomes_spending_once_its_receipt_is_in(
    running_up: Site, browser: Browser, tmp_path: Path
) -> None:
    """Top-up as an advance, the card's history read, the employee's receipt, PA's approval, the charge."""
    site, purpose, card = running_up, "Parkir rapat koordinasi e2e", "0001"
    shop = f"PARKIR {time.time_ns() % 10**9}"
    desks = {"pegawai": "pegawai", "pa": "pa", "bp": "bendahara.pengeluaran"}
    with (
        spending.office(browser, site, **desks) as people_at_work,
        people.screen(browser, width=390, height=844) as bank,
    ):
        treasurer, employee = people_at_work["bp"], people_at_work["pegawai"]
        _use_card(bank, site, card, kind="TOPUP", amount="100.000")
        _use_card(bank, site, card, kind="BELI", amount="12.000", merchant=shop)
        history = spending.download(bank, "history", tmp_path)
        treasurer.goto(f"{site.url}/uang-elektronik/")
        treasurer.locator("main a", has_text=card).first.click()
        treasurer.get_by_role("link", name=re.compile("Isi")).first.click()
        treasurer.locator("#id_amount").fill("100.000")
        treasurer.locator("#id_reference_no").fill("TRF-E2E-1")
        spending.press(treasurer, site, "Isi", "bendahara.pengeluaran")
        treasurer.goto(f"{site.url}/uang-elektronik/riwayat/")
        treasurer.locator("input[type=file]").set_input_files(history)
        treasurer.locator("main form button[type=submit]").first.click()
        treasurer.get_by_role("button", name="Simpan").first.click()
        employee.goto(f"{site.url}/uang-elektronik/saya/")
        employee.locator("main a", has_text=shop).first.click()
        employee.locator("input[type=file]").set_input_files(spending.picture(tmp_path))
        employee.locator("[name=purpose]").fill(purpose)
        spending.pick(employee, "#id_line", spending.STATIONERY)
        employee.get_by_role("button", name="Kirim laporan").click()
        pa = people_at_work["pa"]
        pa.goto(f"{site.url}/belanja/?keadaan=submitted&kanal=emoney")
        pa.locator("table.rows a", has_text=purpose).first.click()
        url = pa.url
        spending.press(pa, site, "Setujui", "pa")
        treasurer.goto(f"{site.url}/uang-elektronik/belum/?tahap=ready")
        treasurer.locator("main a", has_text=shop).first.click()
        for box in treasurer.locator("main input[type=checkbox]").all():
            box.check()
        treasurer.locator("#id_note").fill("Struk parkir terlampir.")
        spending.press(treasurer, site, "Bebankan", "bendahara.pengeluaran")
        expect_in_books(treasurer, site, purpose, url)


def _use_card(page: Page, site: Site, last_four: str, *, kind: str, amount: str, merchant: str = "") -> None:
    page.goto(f"{site.bank}/uang-elektronik/")
    page.get_by_test_id("emoney-card").filter(has_text=last_four).first.click()
    page.locator("#kind").select_option(kind)
    page.locator("#amount").fill(amount)
    page.locator("#merchant").fill(merchant)
    if kind == "TOPUP":
        page.locator("#account").select_option("0010200113001")
    page.get_by_test_id("use").click()
    page.wait_for_load_state()
