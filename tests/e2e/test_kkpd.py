"""One whole cycle of the government card, each step by its own office, to SP2D and the paid bill."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import people, spending
from tests.e2e.site import Site

pytestmark = pytest.mark.browser
SUFFIX = ".kominfo"
DESKS = {
    "holder": f"pemegang.kkpd{SUFFIX}",
    "pptk": f"pptk{SUFFIX}",
    "pa": f"pa{SUFFIX}",
    "bp": f"bendahara.pengeluaran{SUFFIX}",
    "ppk": f"ppk{SUFFIX}",
    "admin": f"admin.kkpd{SUFFIX}",
    "bud": "kuasabud",
}
_NOW = time.time_ns() // 10**6
MERCHANT, AMOUNT = f"TOKO UJI COBA {_NOW % 10**6:06}", f"{400 + _NOW % 500}.000"
"""A purchase of its own for each run: the same one again is asked about."""


def today() -> str:
    """The day in WIB."""
    return datetime.now(timezone(timedelta(hours=7))).date().isoformat()


def test_card_cycle_from_receipt_to_paid_bill(running_up: Site, browser: Browser, tmp_path: Path) -> None:
    site = running_up
    with (
        spending.office(browser, site, **DESKS) as desks,
        people.screen(browser, width=1200, height=900) as bank,
    ):
        _report(desks["holder"], site, tmp_path)
        _sign(desks, site)
        bill = _bill(bank, site, tmp_path)
        address = _import(desks["admin"], site, bill)
        _test(desks["pa"], site, address)
        claim = _claim(desks, site, address)
        _treasury(desks, site, claim)
        treasurer = desks["bp"]
        treasurer.goto(address)
        treasurer.locator("#id_reference_no").fill("TRF-E2E-KKPD")
        spending.press(treasurer, site, "Catat pelunasan", DESKS["bp"])
        treasurer.goto(address)
        expect(treasurer.get_by_text("TRF-E2E-KKPD").first).to_be_visible()
        _documents_print(treasurer, site, address, claim)
        assert MERCHANT in spending.book_text(treasurer, site, "kkpd") or "KKPD" in treasurer.content()


def _report(holder: Page, site: Site, into: Path) -> None:
    holder.set_viewport_size({"width": 390, "height": 844})
    holder.goto(f"{site.url}/kkpd/lapor/")
    holder.locator("#id_transaction_date").fill(today())
    holder.locator("#id_merchant").fill(MERCHANT)
    holder.locator("#id_amount").fill(AMOUNT)
    spending.pick(holder, "#id_line", spending.STATIONERY)
    holder.locator("#id_purpose").fill("Alat tulis untuk bimbingan teknis e2e")
    holder.locator("#id_via").select_option("edc")
    holder.locator("#id_photo").set_input_files(spending.picture(into))
    holder.locator("main form button[type=submit]").first.click()
    holder.wait_for_load_state()
    expect(holder.get_by_text(MERCHANT).first).to_be_visible()


def _sign(desks: dict[str, Page], site: Site) -> None:
    holder, pptk = desks["holder"], desks["pptk"]
    holder.goto(f"{site.url}/kkpd/dpr/")
    holder.get_by_role("button", name="Susun DPR").first.click()
    holder.wait_for_url("**/kkpd/dpr/*-*/")
    pptk.goto(holder.url)
    spending.press(pptk, site, "Tandatangani DPR", DESKS["pptk"])
    expect(pptk.get_by_text("Ditandatangani").first).to_be_visible()


def _bill(bank: Page, site: Site, into: Path) -> Path:
    bank.goto(f"{site.bank}/kartu/")
    spending.pick(bank, "#card", "3034")
    bank.locator("#merchant").fill(MERCHANT)
    bank.locator("#amount").fill(AMOUNT)
    bank.get_by_test_id("spend").click()
    expect(bank.get_by_text(MERCHANT).first).to_be_visible()
    spending.pick(bank, "#owner", "KOMINFO")
    bank.get_by_test_id("issue").click()
    number = bank.get_by_test_id("bill").first.get_attribute("data-number")
    return spending.download(bank, f"bill-{number}", into)


def _import(admin: Page, site: Site, bill: Path) -> str:
    admin.goto(f"{site.url}/kkpd/tagihan/unggah/")
    admin.locator("input[type=file]").set_input_files(bill)
    admin.get_by_role("button", name="Unggah tagihan").click()
    admin.wait_for_url("**/kkpd/tagihan/*-*/")
    return admin.url


def _test(pa: Page, site: Site, address: str) -> None:
    pa.goto(address)
    pa.get_by_role("link", name="Uji baris tagihan").click()
    for box in pa.locator("#uji ~ form input[type=checkbox], section form input[type=checkbox]").all():
        box.check()
    spending.press(pa, site, "Loloskan", DESKS["pa"])
    pa.goto(address)
    spending.press(pa, site, "Terbitkan DPT", DESKS["pa"])
    pa.goto(address)
    spending.press(pa, site, "Buat NPD KKPD", DESKS["pa"])


def _claim(desks: dict[str, Page], site: Site, address: str) -> str:
    desks["ppk"].goto(address)
    spending.press(desks["ppk"], site, "Verifikasi LPJ", DESKS["ppk"])
    desks["bp"].goto(address)
    spending.press(desks["bp"], site, "Ajukan SPP-GU KKPD", DESKS["bp"])
    desks["bp"].goto(address)
    desks["bp"].locator("main a[href*='/belanja/spp/']").first.click()
    desks["bp"].wait_for_url("**/belanja/spp/*-*/")
    return desks["bp"].url


def _treasury(desks: dict[str, Page], site: Site, claim: str) -> None:
    desks["ppk"].goto(claim)
    spending.press(desks["ppk"], site, "Verifikasi SPP", DESKS["ppk"])
    desks["pa"].goto(claim)
    spending.press(desks["pa"], site, "Terbitkan SPM", DESKS["pa"])
    bud = desks["bud"]
    bud.goto(claim)
    bud.locator("#id_sp2d_number").fill("SP2D/E2E/GU-KKPD/1")
    bud.locator("#id_sp2d_date").fill(today())
    spending.press(bud, site, "Catat SP2D", DESKS["bud"])
    expect(bud.get_by_text("SP2D terbit").first).to_be_visible()


def _documents_print(page: Page, site: Site, address: str, claim: str) -> None:
    """DPT, NPD, SPP, SPM and SP2D open as pages with a letterhead, the sum in words and a QR to verify."""
    seen = []
    for where in (address, claim):
        page.goto(where)
        links = page.locator("main a[href*='/dokumen/']").evaluate_all("all => all.map(one => one.href)")
        for link in dict.fromkeys(one for one in links if one.endswith("/cetak/")):
            page.goto(link)
            expect(page.locator(".letterhead")).to_contain_text(
                "Pemerintah Provinsi Bengkulu", ignore_case=True
            )
            expect(page.locator(".verification svg").first).to_be_visible()
            seen.append(page.locator("h1").first.inner_text())
    assert len(seen) >= 5, seen
