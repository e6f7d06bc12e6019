"""The poster's printed QRIS: paid at the bank, told without a request, claimed as tickets; then heads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e import people, spending
from tests.e2e.site import Site

pytestmark = pytest.mark.browser
HOUSE = "Rumah Pengasingan Bung Karno"
TOLD, UNTOLD = "21.000", "9.000"
"""Amounts that no unclaimed money of the demo has; the bank says nothing of the second."""


def test_money_of_the_poster_becomes_tickets_beside_the_heads(
    running_up: Site, browser: Browser, tmp_path: Path
) -> None:
    site = running_up
    with people.signed_in(browser, site, "admin") as admin:
        poster = _poster(admin, site, tmp_path)
    with people.screen(browser, width=390, height=844) as bank:
        _pay(bank, site, poster, TOLD, "pays")
        expect(bank.get_by_test_id("notice").first).to_have_attribute("data-state", "delivered")
        _pay(bank, site, poster, UNTOLD, "lost")
        settlement, statement = people.close_day(bank, site, tmp_path)
    with (
        people.signed_in(browser, site, "loket") as officer,
        people.signed_in(browser, site, "bendahara") as treasurer,
    ):
        officer.set_viewport_size({"width": 390, "height": 844})
        _claim(officer, site, TOLD, "3 Dewasa, 2 Anak")
        _count_as_ticketed(officer, treasurer, site)
        people.upload(treasurer, site, settlement)
        _claim_what_only_the_file_told(treasurer, site)
    with people.signed_in(browser, site, "kuasabud") as kuasa_bud:
        people.upload(kuasa_bud, site, statement)
    proof = site.manage("verify")
    assert proof.returncode == 0, proof.stdout


def _poster(admin: Page, site: Site, into: Path) -> Path:
    """The whole poster on a photo: the QRIS, and the code of the page beside it."""
    admin.goto(f"{site.url}/pengaturan/titik/")
    admin.get_by_role("link", name=HOUSE).first.click()
    admin.get_by_role("link", name="Poster", exact=True).click()
    expect(admin.get_by_text("atau ketik di peramban")).to_be_visible()
    target = into / "poster.png"
    admin.screenshot(path=target, full_page=True)
    return target


def _pay(bank: Page, site: Site, poster: Path, amount: str, outcome: str) -> None:
    bank.goto(site.bank)
    bank.get_by_test_id("qris-picture").set_input_files(poster)
    bank.get_by_test_id("find").click()
    expect(bank.get_by_text("QRIS cetak tidak menyebut jumlah")).to_be_visible()
    bank.get_by_test_id("printed-amount").fill(amount)
    bank.get_by_test_id("printed-go").click()
    expect(bank.get_by_test_id("amount")).to_have_text(f"Rp\u00a0{amount}")
    bank.get_by_test_id(f"outcome-{outcome}").check()
    bank.get_by_test_id("pay").click()
    expect(bank.get_by_test_id("result")).to_have_attribute("data-done", "yes")


def _claim(officer: Page, site: Site, amount: str, choice: str) -> None:
    officer.goto(f"{site.url}/retribusi/qris-statis/")
    row = officer.locator("table.rows tbody tr").filter(has_text=f"Rp\u00a0{amount}")
    for _ in range(20):
        if row.count():
            break
        officer.wait_for_timeout(1000)
        officer.reload()
    expect(row).to_have_count(1)
    expect(row).to_contain_text("belum diklaim")
    row.get_by_role("link").click()
    officer.get_by_role("button", name=f"Klaim {choice}", exact=True).click()
    expect(officer.get_by_text("tiketnya terbit")).to_be_visible()
    officer.get_by_role("link", name="Lihat tiket").click()
    expect(officer.locator(".qr svg").first).to_be_visible()


def _count_as_ticketed(officer: Page, treasurer: Page, site: Site) -> None:
    """As many heads as tickets: the three stand side by side, and agree."""
    tickets = _today(treasurer, site).locator("[data-label='Tiket (orang)']").inner_text().strip()
    officer.goto(f"{site.url}/retribusi/kepala/hitung/")
    spending.pick(officer, "#id_point", HOUSE)
    officer.locator("#id_heads").fill(tickets.replace(".", ""))
    officer.locator("#id_note").fill("Dihitung ulang sesudah klaim.")
    officer.get_by_role("button", name="Catat hitungan").click()
    expect(officer.get_by_text(f"{tickets} kepala dicatat")).to_be_visible()
    row = _today(treasurer, site)
    expect(row.locator("[data-label='Kepala']")).to_have_text(re.compile(rf"^\s*{re.escape(tickets)}\s*$"))
    expect(row.locator("[data-label='Selisih']")).to_contain_text("cocok")


def _today(treasurer: Page, site: Site) -> Locator:
    treasurer.goto(f"{site.url}/retribusi/kepala/")
    row = treasurer.locator("table.rows tbody tr").filter(has_text=HOUSE).first
    expect(row).to_be_visible()
    return row


def _claim_what_only_the_file_told(treasurer: Page, site: Site) -> None:
    treasurer.goto(f"{site.url}/retribusi/qris-statis/")
    expect(treasurer.locator("table.rows tbody tr").filter(has_text=f"Rp\u00a0{UNTOLD}")).to_have_count(1)
    spending.press(treasurer, site, "Catat, lalu klaim", "bendahara")
    expect(treasurer.get_by_text("Sekarang pilih tiketnya")).to_be_visible()
    treasurer.get_by_role("button", name="Klaim 3 Anak", exact=True).click()
    expect(treasurer.get_by_text("tiketnya terbit")).to_be_visible()
