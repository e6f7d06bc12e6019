"""A complaint's whole way: the person without JavaScript, the treasurer who answers, the person again."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e import people
from tests.e2e.site import Site

pytestmark = pytest.mark.browser
WORDS = "Saldo saya terpotong dua kali di pintu masuk."


def _photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    return out.getvalue()


def _file(person: Page, site: Site, name: str, content: bytes) -> None:
    """Fill in what is not there yet and send the form with a file."""
    if not person.url.endswith("/pengaduan/"):
        person.goto(f"{site.url}/r/rumah-bung-karno/")
        person.get_by_role("link", name="Pengaduan", exact=True).click()
        person.get_by_label("Tentang apa").select_option(label="Pembayaran QRIS")
        person.get_by_label("Apa yang terjadi").fill(WORDS)
        person.get_by_label("Di mana").select_option(label="Rumah Pengasingan Bung Karno")
        person.get_by_label("Telepon atau surel Anda").fill("0812 0000 999")
    person.get_by_label("Bukti").set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
    person.get_by_role("button", name="Kirim pengaduan").click()


def test_a_complaint_is_filed_answered_and_settled(running_up: Site, browser: Browser) -> None:
    site = running_up
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="id-ID"
    )
    person = context.new_page()
    _file(person, site, "bukti.png", b"bukan gambar")
    expect(person.get_by_text("Berkas bukan foto (JPEG/PNG) atau PDF")).to_be_visible()
    expect(person.get_by_label("Apa yang terjadi")).to_have_value(WORDS)
    _file(person, site, "bukti.png", _photo())
    expect(person.get_by_text(re.compile("Dijawab paling lambat"))).to_be_visible()
    number, link = person.locator(".code").inner_text(), person.url
    with people.signed_in(browser, site, "bendahara") as treasurer:
        treasurer.goto(f"{site.url}/retribusi/pengaduan/?keadaan=waiting")
        treasurer.get_by_role("link", name=number).click()
        expect(treasurer.get_by_text("•••999")).to_be_visible()
        treasurer.get_by_label("Jawaban untuk pelapor").fill("Pembayaran kedua sedang kami kembalikan.")
        treasurer.get_by_role("button", name="Terbitkan jawaban").click()
        expect(treasurer.get_by_text("Jawaban terbit di halaman pelapor.")).to_be_visible()
    person.goto(link)
    expect(person.get_by_text("Pembayaran kedua sedang kami kembalikan.").first).to_be_visible()
    person.get_by_label("Selesai", exact=True).check()
    person.get_by_label("Nilai Anda untuk penanganannya").select_option("5")
    person.get_by_role("button", name="Kirim", exact=True).click()
    expect(person.get_by_text("Anda menyatakan selesai")).to_be_visible()
    context.close()
    proof = site.manage("verify")
    assert proof.returncode == 0, proof.stdout
