"""The Sekda opens the figures; a visitor without a login reads them on a phone and takes the file home."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import people, spending
from tests.e2e.site import Site

pytestmark = pytest.mark.browser
NUMBER = "UJI/100.3/1"


def decide(page: Page, site: Site) -> None:
    """Everything but spending, up to today."""
    page.goto(f"{site.url}/tp2dd/keterbukaan/")
    page.get_by_label("Nomor keputusan").fill(NUMBER)
    page.get_by_label("Jeda (hari)").fill("0")
    page.get_by_label("Porsi nontunai belanja").uncheck()  # the demo's decision opens everything
    page.get_by_label("Alasan").fill("Uji dari ujung ke ujung")
    page.get_by_label("Ya, ini keputusan saya").check()
    spending.press(page, site, "Tetapkan keputusan", "sekda")
    expect(page.get_by_text(f"Keputusan {NUMBER} dicatat")).to_be_visible()


def taken(page: Page, into: Path) -> list[dict[str, str]]:
    """The rows of the open file."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh CSV").click()
    download.value.save_as(into / "nontunai.csv")
    with (into / "nontunai.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def amounts(page: Page) -> dict[str, int]:
    """Rupiah by channel, as the page shows them."""
    rows = page.locator("table.sums").first.locator("tbody tr").all()
    told = {row.locator("th").inner_text(): row.locator("td").first.inner_text() for row in rows}
    return {channel: int(re.sub(r"\D", "", words.splitlines()[0])) for channel, words in told.items()}


def test_what_the_sekda_opens_a_visitor_reads_and_adds_up(
    running_up: Site, browser: Browser, tmp_path: Path
) -> None:
    site = running_up
    with people.signed_in(browser, site, "sekda") as desk:
        decide(desk, site)
    with people.screen(browser, width=360, height=780) as phone:
        phone.goto(site.url)
        phone.get_by_role("link", name="Transparansi").click()
        expect(phone.get_by_text(NUMBER)).to_be_visible()
        expect(phone.get_by_role("heading", name="Penerimaan retribusi")).to_be_visible()
        expect(phone.get_by_role("heading", name="Belanja daerah")).to_have_count(0)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shown, found = amounts(phone), dict[str, Decimal]()
        for row in taken(phone, tmp_path):
            found[row["kanal"]] = found.get(row["kanal"], Decimal(0)) + Decimal(row["nilai"])
        assert shown
        assert found == shown
        phone.get_by_role("link", name="English").click()
        expect(phone.get_by_role("heading", name="Levy revenue")).to_be_visible()
