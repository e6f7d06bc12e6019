"""An administrator's first hour on servers of one's own: no demo account, a partner, a point that sells."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import people, site
from tests.e2e.broker import broker
from tests.e2e.site import Site
from tests.e2e.test_own_servers import database

pytestmark = pytest.mark.browser
AGENCIES = site.ROOT / "opd" / "data" / "opd_bengkulu.csv"


def fill(page: Page, **values: str) -> None:
    """Fill fields by their form name; a select takes the label."""
    for name, value in values.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def test_first_administrator_sets_up_until_a_place_sells(
    running_up: Site, browser: Browser, tmp_path: Path
) -> None:
    guest = json.loads(running_up.manage("sandbox_credentials").stdout)
    kept = json.loads((running_up.data / "sandbox-credentials.json").read_text(encoding="utf-8"))
    merchant = kept["guest"]["merchants"][0]
    with (
        database() as address,
        broker() as queue,
        site.running(DATABASE_URL=address, REDIS_URL=queue.url) as own,
        people.screen(browser, width=1366, height=900) as page,
    ):
        made = site.manage(
            *("create_admin", "kepala", "--name", "Kepala Sistem (uji)", "--decree", "SK 1/2026"),
            env={"DATA_DIR": str(own.data), "DATABASE_URL": address, "REDIS_URL": queue.url},
        )
        assert made.returncode == 0, made.stderr
        password = re.findall(r"\b(?:[a-z0-9]{4}-){3}[a-z0-9]{4}\b", made.stdout)[0]
        page.goto(f"{own.url}/masuk/")
        page.get_by_label("Nama pengguna").fill("kepala")
        page.get_by_label("Kata sandi").fill(password)
        press(page, "Masuk")
        page.wait_for_url("**/kantor/")
        _agencies(page, own)
        secret = people.activate_factor(page, own, password)
        _treasurer(page, own, secret)
        _partner(page, own, guest)
        _point(page, own, merchant)
        _sale(browser, own, running_up, tmp_path)


def _agencies(page: Page, own: Site) -> None:
    page.goto(f"{own.url}/pengaturan/opd/impor/")
    page.locator("[name=file]").set_input_files(AGENCIES)
    press(page, "Periksa berkas")
    expect(page.get_by_text("46 OPD baru")).to_be_visible()
    press(page, "Simpan")
    expect(page.locator("table.rows tbody tr")).to_have_count(46)


def _treasurer(page: Page, own: Site, secret: str) -> None:
    page.goto(f"{own.url}/pengaturan/pengguna/baru/")
    fill(page, username="bendahara.baru", name="Bendahara Baru (uji)")
    press(page, "Buat akun")
    page.get_by_role("link", name="Lanjut ke peran").click()
    fill(page, role="Bendahara penerimaan", opd="Dinas Pariwisata", decree_number="SK 2/2026")
    fill(page, decree_date="2026-01-02", valid_from="2026-01-02")
    press(page, "Tetapkan peran")
    people.give_code(page, secret)
    expect(page.locator("table.rows tbody tr")).to_have_count(1)


def _partner(page: Page, own: Site, guest: dict[str, Any]) -> None:
    page.goto(f"{own.url}/pengaturan/mitra/baru/")
    fill(page, slug="bank-baru", name="Bank Baru", base_url=guest["url"], client_id=guest["client_id"])
    fill(page, partner_id=guest["partner_id"], channel_id=guest["channel_id"], inbound_client_id="bank-baru")
    press(page, "Simpan profil")
    partner = page.url
    page.get_by_role("link", name="Isi kunci privat").click()
    fill(page, private_key=guest["private_key"])
    press(page, "Simpan kunci")
    page.get_by_role("link", name="Isi client secret").click()
    fill(page, secret="salah")
    press(page, "Simpan client secret")
    press(page, "Uji sambungan")
    expect(page.get_by_text("Tanda tangan ditolak")).to_be_visible()
    page.goto(f"{partner}rahasia/")
    fill(page, secret=guest["client_secret"])
    press(page, "Simpan client secret")
    press(page, "Uji sambungan")
    expect(page.get_by_text("Tanda tangan transaksi diterima")).to_be_visible()


def _point(page: Page, own: Site, merchant: dict[str, str]) -> None:
    page.goto(f"{own.url}/pengaturan/titik/")
    page.get_by_role("link", name="Tambah titik").first.click()
    fill(page, name="Taman Uji", slug="taman-uji", opd="Dinas Pariwisata", address="Jl. Uji 1")
    fill(page, contact="loket Taman Uji", legal_basis="Perda uji")
    page.locator("[name=sells_outside_hours]").check()
    press(page, "Buat titik")
    point = page.url
    expect(page.get_by_role("button", name="Mulai menjual")).to_have_count(0)
    page.goto(f"{point}rekening/")
    fill(
        page,
        name="QRIS Taman Uji",
        partner="Bank Baru",
        bank_account="0010100000017",
        decree_number="SK 3/2026",
    )
    fill(page, **{name: merchant[name] for name in ("merchant_id", "nmid", "merchant_pan", "terminal_id")})
    fill(page, merchant_name=merchant["name"], decree_date="2026-01-02", valid_from="2026-01-02")
    page.locator("main form.form button[type=submit]").click()
    page.goto(f"{point}tarif/")
    fill(page, name="Dewasa", amount="4.000", valid_from="2026-01-02", legal_basis="Perda uji")
    fill(page, kode_lra="4.1.02.02.17.0001", kode_lo="8.1.02.02.17.0001", status="Berlaku")
    page.locator("main form.form button[type=submit]").click()
    page.goto(f"{point}jam/")
    fill(page, valid_from="2026-01-02", **{f"buka_{day}": "08:00" for day in range(7)})
    fill(page, **{f"tutup_{day}": "16:00" for day in range(7)})
    press(page, "Simpan jam buka")
    page.goto(point)
    press(page, "Mulai menjual")
    expect(page.get_by_text("Menjual", exact=True)).to_be_visible()


def _sale(browser: Browser, own: Site, bank: Site, into: Path) -> None:
    """A first ticket, paid at the bank; its notices go elsewhere, so the visitor asks."""
    with (
        people.screen(browser, width=360, height=740) as visitor,
        people.screen(browser, width=360, height=740) as phone,
    ):
        visitor.goto(f"{own.url}/r/taman-uji/")
        visitor.locator("form input[type=number]").first.fill("1")
        visitor.get_by_role("button", name="Bayar dengan QRIS").click()
        visitor.wait_for_url("**/bayar/**")
        people.pay(phone, bank, people.save_picture(visitor, into))
        visitor.get_by_role("button", name="Tanya bank sekarang").click()
        expect(visitor.get_by_text("Lunas", exact=True).first).to_be_visible()
