"""An evaluation through all its stages, by the people of each, from its opening to published scores."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import spending
from tests.e2e.site import Site

pytestmark = pytest.mark.browser
OFFICE = {"P2": "3", "P7": "1", "O4": "2", "C4": "85"}


def test_an_evaluation_goes_from_opening_to_published_scores(
    running_up: Site, browser: Browser, tmp_path: Path
) -> None:
    site = running_up
    with spending.office(
        browser, site, secretary="sekretaris.tp2dd", head="pa", member="tp2dd", sekda="sekda"
    ) as desk:
        campaign = _open(desk["secretary"], site)
        office = _hand_in(desk["head"], campaign, "Dinas Pariwisata", OFFICE, tmp_path)
        _confirm(desk["secretary"], campaign, "Mulai peninjauan", "Mulai peninjauan sekarang")
        _review(desk["member"], office, desk["head"])
        _confirm(desk["secretary"], campaign, "Tutup peninjauan", "Tutup peninjauan sekarang")
        _decide(desk["sekda"], site, campaign, office)
        _read(desk["head"], site)
    proof = site.manage("verify")
    assert proof.returncode == 0, proof.stdout


def _open(page: Page, site: Site) -> str:
    """A period of last year, so that the demonstration's own go on; the team and one agency."""
    page.goto(f"{site.url}/tp2dd/penilaian/")
    page.get_by_role("link", name="Buka masa penilaian").click()
    page.get_by_label("Tahun").fill("2025")
    page.get_by_label("Semester").select_option("2")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_role("checkbox", name="Dinas Pariwisata").check()
    page.get_by_role("button", name="Buka masa penilaian").click()
    expect(page.get_by_role("heading", name="Penilaian Semester II 2025")).to_be_visible()
    return page.url


def _hand_in(page: Page, campaign: str, subject: str, values: dict[str, str], into: Path) -> str:
    """Every indicator that people fill, with a photo or paper, then the sheet itself; its address."""
    page.goto(campaign)
    page.get_by_role("link", name=subject).click()
    sheet = page.url
    for code, value in values.items():
        page.goto(f"{sheet}indikator/{code}/")
        field = page.locator("#own-value")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
        photos = [spending.picture(into, f"{code}-{n}.png") for n in (1, 2)]
        page.get_by_label("Bukti", exact=False).last.set_input_files(photos)
        page.get_by_role("button", name=re.compile("Simpan")).click()
        expect(page.get_by_text(f"{code} disimpan.")).to_be_visible()
    page.goto(sheet)
    page.locator("summary", has_text="Sampaikan").click()
    page.get_by_role("button", name="Sampaikan lembar").click()
    expect(page.get_by_text("Disampaikan untuk ditinjau.")).to_be_visible()
    return sheet


def _confirm(page: Page, address: str, opens: str, does: str) -> None:
    page.goto(address)
    page.locator("summary", has_text=opens).click()
    page.get_by_role("button", name=does).click()
    expect(page.locator("summary", has_text=opens)).to_have_count(0)


def _review(member: Page, sheet: str, head: Page) -> None:
    """Sent back with a reason, handed in again, another value beside the own one, done."""
    member.goto(sheet)
    member.locator("summary", has_text="Kembalikan").click()
    member.get_by_label("Alasan").fill("Foto ketiga belum ada")
    member.get_by_role("button", name="Kembalikan lembar").click()
    head.goto(sheet)
    expect(head.locator(".note", has_text="Foto ketiga belum ada")).to_be_visible()
    head.locator("summary", has_text="Sampaikan").click()
    head.get_by_role("button", name="Sampaikan lembar").click()
    member.goto(f"{sheet}indikator/P2/")
    member.locator("#review-value").fill("2")
    member.get_by_label("Alasan").fill("Dua kegiatan yang berfoto")
    member.get_by_role("button", name="Catat nilai").click()
    row = member.locator("table.rows tr", has_text="P2 ")
    expect(row.get_by_text("3 kegiatan")).to_be_visible()
    expect(row.get_by_text("Dua kegiatan yang berfoto")).to_be_visible()
    _confirm(member, sheet, "Selesai ditinjau", "Selesai meninjau")


def _decide(sekda: Page, site: Site, campaign: str, sheet: str) -> None:
    sekda.goto(f"{sheet}indikator/C4/")
    sekda.locator("#final-value").fill("80")
    sekda.get_by_label("Alasan").fill("Menurut survei provinsi")
    sekda.get_by_role("button", name="Catat nilai").click()
    for opens, does, told in (
        ("Tetapkan nilai", "Tetapkan semua nilai", "Nilai ditetapkan dan disegel."),
        ("Umumkan nilai", "Umumkan sekarang", "Nilai diumumkan."),
    ):
        sekda.goto(campaign)
        sekda.locator("summary", has_text=opens).click()
        spending.press(sekda, site, does, "sekda")
        expect(sekda.get_by_text(told)).to_be_visible()


def _read(head: Page, site: Site) -> None:
    """The agency's own score, its trend, and the evidence to take home."""
    head.goto(f"{site.url}/tp2dd/penilaian/nilai/")
    head.get_by_role("link", name="Dinas Pariwisata").click()
    expect(head.get_by_role("heading", name="Apakah nilainya naik?")).to_be_visible()
    head.get_by_role("link", name="Buka lembarnya").click()
    with head.expect_download() as download:
        head.get_by_role("link", name="Unduh bukti (ZIP)").click()
    assert download.value.suggested_filename.startswith("bukti-penilaian-")
