"""A new collection point from nothing to money in RKUD's way: opened, poster, sold by QRIS and cash, STS."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import people, spending
from tests.e2e.site import Site

pytestmark = pytest.mark.browser
PLACE = "Taman Pantai Panjang"
MERCHANT = {
    "kind": "rkud", "merchant_id": "PKP000000000005", "nmid": "ID20260000005", "terminal_id": "A01",
    "merchant_pan": "9360099900000000058", "merchant_name": "UJI COBA PANTAI PANJANG",
    "bank_account": "0010100000017", "decree_number": "SK Uji 9/2026", "decree_date": "2026-01-02",
}  # fmt: skip


def test_a_new_point_sells_by_qris_and_cash_and_its_cash_is_deposited(
    running_up: Site, browser: Browser, tmp_path: Path
) -> None:
    with people.signed_in(browser, running_up, "admin") as admin:
        _open_the_point(admin, running_up)
        _print_the_poster(admin, running_up)
    with people.signed_in(browser, running_up, "loket") as officer:
        officer.set_viewport_size({"width": 390, "height": 800})
        _open_the_shift(officer, running_up)
        with people.screen(browser, width=360, height=740) as bank:
            _sell_by_qris(officer, bank, running_up, tmp_path)
        _sell_for_cash(officer)
        _close_the_shift(officer, running_up)
    with people.signed_in(browser, running_up, "bendahara") as treasurer:
        _deposit(treasurer, running_up)
    proof = running_up.manage("verify")
    assert proof.returncode == 0, proof.stdout


def _open_the_point(admin: Page, site: Site) -> None:
    """Copied from the house, with an account, hours and the decree of its own: no developer needed."""
    admin.goto(f"{site.url}/pengaturan/titik/")
    admin.get_by_role("link", name="Rumah Pengasingan Bung Karno").first.click()
    admin.get_by_role("link", name="Salin", exact=True).click()
    admin.locator("#id_name").fill(PLACE)
    admin.locator("#id_slug").fill("taman-pantai-panjang")
    spending.pick(admin, "#id_opd", "Dinas Pariwisata")
    admin.locator("#id_address").fill("Pantai Panjang, Kota Bengkulu")
    admin.locator("#id_contact").fill("bendahara penerimaan Dinas Pariwisata")
    admin.locator("main form button[type=submit]").first.click()
    expect(admin.get_by_role("heading", name=PLACE)).to_be_visible()
    admin.get_by_role("link", name="Daftarkan rekening").click()
    admin.locator("#id_partner").select_option(index=1)
    for name, value in MERCHANT.items():
        field = admin.locator(f"#id_{name}")
        field.select_option(value) if name == "kind" else field.fill(value)
    admin.get_by_role("button", name="Daftarkan").click()
    admin.get_by_role("link", name="Ubah jam buka").click()
    for day in range(7):
        admin.locator(f"#id_buka_{day}").fill("00:00")
        admin.locator(f"#id_tutup_{day}").fill("23:59")
    admin.get_by_role("button", name="Simpan jam buka").click()
    admin.get_by_role("button", name="Mulai menjual").click()
    expect(admin.get_by_text("Titik ini sekarang menjual.")).to_be_visible()


def _print_the_poster(admin: Page, site: Site) -> None:
    admin.get_by_role("link", name="Poster", exact=True).click()
    expect(admin.get_by_text("atau ketik di peramban")).to_be_visible()
    address = admin.get_by_role("link", name=re.compile("A4")).first.get_attribute("href")
    poster = admin.request.get(f"{site.url}{address}")
    assert poster.body().startswith(b"%PDF")


def _open_the_shift(officer: Page, site: Site) -> None:
    officer.goto(f"{site.url}/loket/buka/")
    spending.pick(officer, "#id_point", PLACE)
    officer.get_by_role("button", name="Buka shift").click()
    expect(officer.get_by_role("heading", name=PLACE)).to_be_visible()


def _sell_by_qris(officer: Page, bank: Page, site: Site, into: Path) -> None:
    """Three taps: the tariff twice, and QRIS; the customer pays what the screen shows."""
    officer.get_by_role("button", name=re.compile("^Dewasa")).first.dblclick()
    officer.get_by_role("button", name="QRIS", exact=True).click()
    picture = into / "layar.png"
    officer.locator(".face .qr").screenshot(path=picture)
    people.pay(bank, site, picture)
    expect(officer.get_by_role("heading", name="Lunas")).to_be_visible(timeout=60_000)
    officer.get_by_role("link", name="Penjualan berikutnya").click()


def _sell_for_cash(officer: Page) -> None:
    officer.get_by_role("button", name=re.compile("^Anak")).first.click()
    officer.locator("summary", has_text="Tunai").click()
    officer.get_by_role("button", name="Pengunjung tidak punya aplikasi").click()
    expect(officer.get_by_role("heading", name="Lunas")).to_be_visible()
    expect(officer.get_by_text("Tunai ·")).to_be_visible()


def _close_the_shift(officer: Page, site: Site) -> None:
    """The drawer holds three thousand of cash: two notes are counted, and the totals name each channel."""
    officer.goto(f"{site.url}/loket/tutup/")
    officer.locator("#id_k2000").fill("1")
    officer.locator("#id_k1000").fill("1")
    officer.get_by_role("button", name="Tutup shift").click()
    expect(officer.get_by_text("Shift ditutup")).to_be_visible()
    for words in ("Rp\u00a010.000", "Rp\u00a03.000"):
        expect(officer.get_by_text(words).first).to_be_visible()


def _deposit(treasurer: Page, site: Site) -> None:
    treasurer.goto(f"{site.url}/loket/setoran/")
    treasurer.get_by_role("link", name="Setor tunai").first.click()
    treasurer.get_by_label(re.compile(f"{PLACE}.*3.000")).check()
    treasurer.get_by_label("Nomor bukti setor dari bank").fill("SETOR E2E 1")
    spending.press(treasurer, site, "Catat setoran dan terbitkan STS", "bendahara")
    expect(treasurer.get_by_text("SETOR E2E 1").first).to_be_visible()
    treasurer.goto(f"{site.url}/loket/penjualan/")
    expect(treasurer.get_by_text("Pengunjung tidak punya aplikasi").first).to_be_visible()
    treasurer.goto(f"{site.url}/retribusi/penerimaan/")
    expect(treasurer.get_by_role("heading", name="Di loket, di luar QRIS")).to_be_visible()
