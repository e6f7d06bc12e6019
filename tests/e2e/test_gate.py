"""The gate: a phone enrolled, tickets let in, the web killed and the page started cold, then synced."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import people, spending
from tests.e2e.site import Site

pytestmark = pytest.mark.browser


def _buy(page: Page, site: Site, into: Path) -> list[str]:
    """Two adults; the six letters of their tickets."""
    paying = people.order(page, site, adults=2, children=0)
    people.pay(page, site, people.save_picture(page, into))
    page.goto(paying)
    page.get_by_role("link", name="Buka tiket").click()
    expect(page.get_by_text("Tanda hari ini")).to_be_visible()
    return [code.replace(" ", "") for code in page.locator(".code").all_inner_texts()]


def _kill_web(site: Site) -> None:
    """Hold the supervisor still and end the web server; nothing answers any more."""
    os.kill(site.state["pid"], signal.SIGSTOP)
    os.kill(site.state["processes"]["web"], signal.SIGTERM)
    deadline = time.monotonic() + 30
    while _answers(site):
        assert time.monotonic() < deadline, "the web server did not end"
        time.sleep(0.2)


def _answers(site: Site) -> bool:
    parts = urlsplit(site.url)
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((parts.hostname or "", parts.port or 0)) == 0


def _show(page: Page, text: str, title: str) -> None:
    page.wait_for_timeout(2600)  # the same text within a moment would count once
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator("[data-judul]")).to_have_text(title)


def test_the_gate_goes_on_while_the_web_is_dead(running_up: Site, browser: Browser, tmp_path: Path) -> None:
    site = running_up
    with people.signed_in(browser, site, "gerbang") as phone:
        with people.screen(browser, width=360, height=740) as visitor:
            first, second = _buy(visitor, site, tmp_path)
        phone.goto(f"{site.url}/gerbang/")
        phone.get_by_role("link", name="Daftarkan ponsel ini").click()
        spending.pick(phone, "#id_point", "Rumah Pengasingan")
        phone.get_by_label("Nama perangkat").fill("Gerbang Uji")
        spending.press(phone, site, "Daftarkan ponsel ini", "gerbang")
        expect(phone.get_by_role("heading", name="Rumah Pengasingan Bung Karno")).to_be_visible()
        expect(phone.locator("[data-siap=ya]")).to_be_attached()
        phone.evaluate("navigator.serviceWorker.ready.then((one) => one.active.state)")
        _show(phone, first, "Boleh masuk")
        _show(phone, first, "Sudah dipakai")
        try:
            _kill_web(site)
            phone.reload()
            mode = phone.locator(".gerbang-mode")
            expect(mode).to_contain_text("Luring")
            _show(phone, first.lower(), "Sudah dipakai")
            _show(phone, second, "Boleh masuk")
            expect(mode).to_contain_text("2 menunggu dikirim")
            phone.reload()
            _show(phone, second, "Sudah dipakai")
        finally:
            os.kill(site.state["pid"], signal.SIGCONT)
        expect(mode).to_contain_text("semua terkirim", timeout=60_000)
        expect(mode).to_contain_text("Daring")
        phone.goto(f"{site.url}/gerbang/hari/")
        expect(phone.get_by_role("row").filter(has_text="Gerbang Uji")).to_have_count(5)
        expect(phone.get_by_text(re.compile("luring")).first).to_be_visible()
    proof = site.manage("verify")
    assert proof.returncode == 0, proof.stdout
