"""An instruction's whole way: drafted, issued by the Sekda, acknowledged, reported, judged."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import spending
from tests.e2e.site import Site

pytestmark = pytest.mark.browser
NUMBER = "UJI/77"


def draft(page: Page, site: Site, letter: Path) -> str:
    """Write the letter down for one agency, with one point and its scan; the instruction's address."""
    today = datetime.now(ZoneInfo("Asia/Jakarta")).date()
    page.goto(f"{site.url}/instruksi/")
    page.get_by_role("link", name="Susun instruksi").click()
    page.get_by_label("Nomor surat").fill(NUMBER)
    page.get_by_label("Tanggal surat").fill((today - timedelta(days=2)).isoformat())
    page.get_by_label("Perihal").fill("Surat edaran nontunai")
    page.get_by_label("Dasar").fill("Permendagri 56/2021")
    page.get_by_label("Pokok instruksi").fill("Kepala OPD menerbitkan surat edaran nontunai.")
    page.get_by_label("Batas waktu seluruhnya").fill((today + timedelta(days=30)).isoformat())
    page.evaluate("document.querySelectorAll('[name=opds]').forEach(box => { box.checked = false })")
    page.get_by_label("Dinas Pariwisata", exact=True).check()
    page.get_by_role("button", name="Simpan konsep").click()
    page.get_by_label("Apa yang dilaksanakan").fill("Menerbitkan surat edaran nontunai")
    page.get_by_label("Diukur dari").select_option(label="Laporan OPD dengan bukti")
    page.get_by_role("button", name="Tambah butir").click()
    page.get_by_label("Berkas").set_input_files(letter)
    page.get_by_role("button", name="Lampirkan").click()
    expect(page.get_by_text("menunggu Sekretaris Daerah menerbitkannya")).to_be_visible()
    return page.url


def answer(page: Page, site: Site, proof: Path) -> None:
    """The head of the agency finds it under its number, acknowledges, and reports with evidence."""
    page.goto(f"{site.url}/instruksi/?cari={NUMBER}")
    page.get_by_role("link", name=NUMBER).click()
    page.get_by_role("link", name="Dinas Pariwisata", exact=True).click()
    page.get_by_label("Catatan").fill("Siap dilaksanakan")
    page.get_by_role("button", name="Nyatakan terima").click()
    expect(page.get_by_text("Tercatat: instruksi sudah diterima.")).to_be_visible()
    page.get_by_role("link", name="1. Menerbitkan surat edaran nontunai").click()
    page.get_by_label("Berkas").set_input_files(proof)
    page.get_by_role("button", name="Lampirkan").click()
    page.get_by_label("Sudah dilaksanakan").check()
    page.get_by_label("Keterangan").fill("Surat edaran nomor 9 terbit kemarin.")
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_text("Laporan dikirim")).to_be_visible()


def test_an_instruction_goes_from_the_draft_to_done(
    running_up: Site, browser: Browser, tmp_path: Path
) -> None:
    site = running_up
    with spending.office(browser, site, secretary="sekretaris.tp2dd", sekda="sekda", head="pa") as desks:
        secretary, sekda, head = desks["secretary"], desks["sekda"], desks["head"]
        address = draft(secretary, site, spending.picture(tmp_path, "surat.png"))
        expect(sekda.get_by_text("Instruksi DEMO/12/")).to_be_visible()  # the home page leads with it
        sekda.goto(address)
        sekda.locator("summary", has_text="Terbitkan").click()
        spending.press(sekda, site, "Terbitkan instruksi", "sekda")
        expect(sekda.get_by_text("Instruksi berlaku")).to_be_visible()
        expect(sekda.get_by_text("1 OPD belum menyatakan terima.")).to_be_visible()
        answer(head, site, spending.picture(tmp_path, "edaran.png"))
        secretary.goto(f"{address}?keadaan=diperiksa")
        secretary.get_by_role("link", name="Dinas Pariwisata", exact=True).click()
        secretary.get_by_role("link", name="1. Menerbitkan surat edaran nontunai").click()
        secretary.locator("summary", has_text="Terima").click()
        secretary.get_by_role("button", name="Terima laporan").click()
        expect(secretary.get_by_text("Laporan diterima.")).to_be_visible()
        sekda.goto(address)
        expect(sekda.locator(".instruction-rows tbody").get_by_text("Terlaksana")).to_be_visible()
        with sekda.expect_download() as download:
            sekda.get_by_role("link", name="Ringkasan PDF").click()
        assert download.value.path().read_bytes().startswith(b"%PDF")
        sekda.get_by_role("link", name="Ringkasan untuk pesan").click()
        expect(sekda.get_by_text("Semua butir terlaksana: 1 dari 1 OPD")).to_be_visible()
