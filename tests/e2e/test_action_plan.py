"""A finding of Kemendagri becomes an action, proven and measured; data is asked and answered."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import spending
from tests.e2e.site import Site

pytestmark = pytest.mark.browser
ACTION, DATA = "Sambungkan loket ke QRIS", "Rekap kanal loket"
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="


def test_an_action_is_proven_and_measured_and_data_is_answered(
    running_up: Site, browser: Browser, tmp_path: Path
) -> None:
    proof = tmp_path / "bukti.png"
    proof.write_bytes(base64.b64decode(DOT))
    people = {"secretary": "sekretaris.tp2dd", "head": "pa"}
    with spending.office(browser, running_up, **people) as desk:
        secretary, head = desk["secretary"], desk["head"]
        _plan(secretary, running_up)
        _report(head, running_up, proof)
        _measure(secretary, running_up)
        _ask(secretary, running_up)
        _answer(head, running_up)
        _accept(secretary, running_up)


def _plan(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/tp2dd/peta-jalan/evaluasi/")
    page.get_by_role("link", name="CMS belum terhubung").click()
    page.get_by_role("link", name="Buat aksi").click()
    page.get_by_label("Aksi", exact=True).fill(ACTION)
    page.get_by_label("Keluaran yang diharapkan").fill("Loket menerima QRIS")
    spending.pick(page, "#id_opd", "Dinas Pariwisata")
    page.get_by_label("Tenggat").fill("2099-12-31")
    page.get_by_role("button", name="Simpan aksi").click()
    expect(page.get_by_role("heading", name=ACTION)).to_be_visible()


def _report(page: Page, site: Site, proof: Path) -> None:
    page.goto(f"{site.url}/tp2dd/peta-jalan/?keadaan=belum")
    page.get_by_role("link", name=ACTION).click()
    page.locator("#maju-percent").fill("60")
    page.locator("#maju-text").fill("NMID sudah terbit")
    page.get_by_role("button", name="Catat kemajuan").click()
    expect(page.get_by_text("Kemajuan dicatat.")).to_be_visible()
    page.locator("summary", has_text="Laporkan selesai").click()
    page.locator("#selesai-text").fill("Loket menerima QRIS")
    page.locator("#selesai-file").set_input_files(proof)
    page.get_by_role("button", name="Aksi sudah selesai").click()
    expect(page.get_by_text("Aksi dilaporkan selesai")).to_be_visible()


def _measure(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/tp2dd/peta-jalan/?keadaan=done")
    page.get_by_role("link", name=ACTION).click()
    for name, value in (("value_before", "0"), ("value_after", "42,5"), ("unit", "persen"),
                        ("source", "Papan TP2DD, penerimaan menurut titik")):  # fmt: skip
        page.locator(f"#ukur-{name}").fill(value)
    page.get_by_role("button", name="Catat dampak").click()
    expect(page.get_by_text("Dari 0 menjadi 42,5 persen").first).to_be_visible()


def _ask(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/tp2dd/sekretariat/data/baru/")
    spending.pick(page, "#id_opd", "Dinas Pariwisata")
    page.get_by_label("Data yang diminta").fill(DATA)
    page.get_by_label("Masa data").fill("Semester berjalan")
    page.get_by_label("Tenggat").fill("2099-12-31")
    page.get_by_role("button", name="Kirim permintaan").click()
    expect(page.get_by_text("Permintaan terkirim.")).to_be_visible()


def _answer(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/kantor/")
    page.get_by_role("link", name="Permintaan data TP2DD").first.click()
    page.get_by_role("link", name=DATA).click()
    page.get_by_label("Jawaban").fill("Empat kanal, rekapnya cocok dengan BKU")
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_text("Jawaban terkirim")).to_be_visible()


def _accept(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/tp2dd/sekretariat/data/?keadaan=answered")
    page.get_by_role("link", name=DATA).click()
    page.get_by_role("button", name="Terima jawaban").click()
    expect(page.get_by_text("Jawaban diterima.", exact=True)).to_be_visible()
