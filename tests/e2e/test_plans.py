"""From two plan documents to a finding that its agency explains and Bappeda accepts, in a browser."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import spending
from tests.e2e.site import Site

pytestmark = pytest.mark.browser
HEAD = "kode;uraian;indikator;target;satuan;pagu"
BRANCH = ("3.26.02", "3.26.02.1.01", "3.26.02.1.01.0001")
NEXT = datetime.now(tz=UTC).year + 1
"""A year of its own: the demonstration's documents are of this one."""


def lines(codes: tuple[str, ...], office: str = "") -> bytes:
    """A plan with one indicator on each line, as a file."""
    head = f"kode_opd;{HEAD}" if office else HEAD
    lead = f"{office};" if office else ""
    rows = [f"{lead}{code};Promosi;Jumlah kunjungan;100;orang;900" for code in codes]
    return "\n".join([head, *rows, ""]).encode()


def test_plans_come_in_and_what_was_not_carried_on_is_explained(running_up: Site, browser: Browser) -> None:
    site = running_up
    with spending.office(browser, site, planner="perencana", office="ppk") as desk:
        _import(desk["planner"], site, "rkpd", lines(BRANCH, "113"))
        _import(desk["planner"], site, "renja", lines(BRANCH[:2]), office="Dinas Pariwisata")
        finding = _compare(desk["planner"], site)
        _explain(desk["office"], finding)
        _accept(desk["planner"], finding)


def _import(page: Page, site: Site, kind: str, content: bytes, *, office: str = "") -> None:
    page.goto(f"{site.url}/anggaran/dokumen/")
    page.get_by_role("link", name=f"Impor {kind.upper() if kind == 'rkpd' else kind.title()}").last.click()
    if office:
        page.get_by_label("OPD", exact=True).select_option(label=office)
    page.get_by_label("Tahun anggaran").fill(str(NEXT))
    page.get_by_label("Nomor penetapan").fill(f"Uji {kind} {NEXT}")
    page.get_by_label("Tanggal penetapan").fill(f"{NEXT - 1}-07-01")
    page.get_by_label("Jumlah kontrol").fill("900")
    page.get_by_label("Berkas CSV atau XLSX").set_input_files(
        {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.locator("main form button[type=submit]").last.click()
    page.get_by_role("button", name="Simpan semua baris").click()
    expect(page.get_by_text("Tersimpan seluruhnya")).to_be_visible()


def _compare(page: Page, site: Site) -> str:
    """The matrix of the year, then what the Renja lacks; its address."""
    page.goto(f"{site.url}/tp2dd/konsistensi/?tahun={NEXT}")
    page.get_by_role("button", name="Hitung ulang").click()
    broken = page.locator("tbody tr", has_text="Dinas Pariwisata").locator("a[href*='pasangan=rkpd-renja']")
    expect(broken).to_have_text("66%")
    broken.click()
    page.get_by_role("link", name="Tidak diteruskan").first.click()
    expect(page.get_by_text("Ada di RKPD, tetapi tidak diteruskan ke Renja.")).to_be_visible()
    return page.url


def _explain(page: Page, finding: str) -> None:
    page.goto(finding)
    page.get_by_label("Penjelasan").fill("Masuk lewat perubahan Renja.")
    page.get_by_role("button", name="Simpan penjelasan").click()
    expect(page.get_by_text("Menunggu perencana atau TP2DD.")).to_be_visible()


def _accept(page: Page, finding: str) -> None:
    page.goto(finding)
    expect(page.get_by_text("Masuk lewat perubahan Renja.").first).to_be_visible()
    page.locator("summary", has_text="Terima").first.click()
    panel = page.locator("details[open]")
    panel.locator("textarea, input[type=text]").first.fill("Disepakati dalam rapat penyelarasan.")
    panel.get_by_role("button", name="Terima perbedaan").click()
    expect(page.get_by_text("Perbedaan ini diterima selama angkanya tetap.")).to_be_visible()
