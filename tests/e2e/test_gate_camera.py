"""The gate by camera on a running site: a paid ticket before the lens is let in once, and only once."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e import people, spending
from tests.e2e.site import Site
from tests.film import SIZE, camera

pytestmark = pytest.mark.browser


def _ticket(page: Page, site: Site, into: Path) -> Image.Image:
    """One adult, paid; the ticket as the visitor's phone shows it."""
    paying = people.order(page, site, adults=1, children=0)
    people.pay(page, site, people.save_picture(page, into))
    page.goto(paying)
    page.get_by_role("link", name="Buka tiket").click()
    code = page.locator(".qr svg")
    expect(code).to_have_count(1)
    return Image.open(io.BytesIO(code.screenshot())).convert("RGB")


def _before_the_lens(ticket: Image.Image) -> Image.Image:
    """The ticket in the middle of what the camera sees."""
    seen = Image.new("RGB", SIZE, "white")
    side = SIZE[1] - 60
    seen.paste(ticket.resize((side, side)), ((SIZE[0] - side) // 2, 30))
    return seen


def _enrol(phone: Page, site: Site) -> None:
    phone.goto(f"{site.url}/gerbang/daftarkan/")
    spending.pick(phone, "#id_point", "Rumah Pengasingan")
    phone.get_by_label("Nama perangkat").fill("Gerbang Kamera")
    spending.press(phone, site, "Daftarkan ponsel ini", "gerbang")
    expect(phone.get_by_role("heading", name="Rumah Pengasingan Bung Karno")).to_be_visible()
    expect(phone.locator("[data-siap=ya]")).to_be_attached()


def _look(phone: Page, title: str) -> None:
    """Open the camera until the gate says what it saw, and close it."""
    phone.get_by_role("button", name="Kamera", exact=True).click()
    expect(phone.locator("video")).to_be_visible()
    expect(phone.locator("[data-judul]")).to_have_text(title)
    phone.get_by_role("button", name="Tutup kamera").click()
    expect(phone.locator("video")).to_be_hidden()


def test_the_camera_lets_a_paid_ticket_in_once(running_up: Site, browser: Browser, tmp_path: Path) -> None:
    site = running_up
    with people.screen(browser, width=390, height=844) as visitor:
        seen = _before_the_lens(_ticket(visitor, site, tmp_path))
    with (
        camera(browser, seen, tmp_path) as seeing,
        people.signed_in(seeing, site, "gerbang") as phone,
    ):
        phone.set_viewport_size({"width": 390, "height": 844})
        _enrol(phone, site)
        with phone.expect_request(re.compile(r"/gerbang/pindai$")):
            _look(phone, "Boleh masuk")
        expect(phone.locator("[data-jawaban]")).to_contain_text("Diperiksa server")
        phone.wait_for_timeout(2600)  # the same ticket within a moment would count once
        _look(phone, "Sudah dipakai")
        expect(phone.locator("[data-pesan]")).to_contain_text("di Gerbang Kamera")
        phone.goto(f"{site.url}/gerbang/hari/")
        expect(phone.get_by_role("row").filter(has_text="Gerbang Kamera")).to_have_count(2)
    proof = site.manage("verify")
    assert proof.returncode == 0, proof.stdout
