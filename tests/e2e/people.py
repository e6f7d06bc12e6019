"""What people do on the running site, in Chromium. Imports nothing of the product."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, expect

from tests.e2e.site import Site

expect.set_options(timeout=15_000)


@contextmanager
def screen(browser: Browser, *, width: int, height: int) -> Iterator[Page]:
    """A browser of one's own: no cookies of anybody else."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="id-ID", accept_downloads=True
    )
    context.set_default_timeout(15_000)
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def signed_in(browser: Browser, site: Site, username: str) -> Iterator[Page]:
    told = json.loads((site.data / "demo_accounts.json").read_text(encoding="utf-8"))
    account = next(each for each in told["accounts"] if each["username"] == username)
    with screen(browser, width=1366, height=900) as page:
        page.goto(f"{site.url}/masuk/")
        page.get_by_label("Nama pengguna").fill(username)
        page.get_by_label("Kata sandi").fill(account["password"])
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.wait_for_url(re.compile(r"/(kantor|masuk/kode)/$"))
        if page.url.endswith("/masuk/kode/"):
            _second_step(page, site, username)
        page.wait_for_url("**/kantor/")
        yield page


def _second_step(page: Page, site: Site, username: str) -> None:
    """Type the demo account's code; one that was used before waits for the next."""
    for _ in range(2):
        code = site.manage("demo_code", username).stdout.strip()
        page.get_by_label("Kode").fill(code)
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.wait_for_load_state()
        if not page.url.endswith("/masuk/kode/"):
            return
        page.wait_for_timeout(1000 * (31 - int(time.time()) % 30))


def code_of(secret: str) -> str:
    """RFC 6238, as the app on the phone works it out."""
    message = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), message, hashlib.sha1).digest()
    offset = digest[-1] & 0xF
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def activate_factor(page: Page, site: Site, password: str) -> str:
    """Register an authenticator app under "Keamanan akun"; its secret."""
    page.goto(f"{site.url}/akun/keamanan/aplikasi/")
    page.get_by_label("Kata sandi").fill(password)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_text("Tidak bisa memindai?").click()
    secret = page.locator("code.secret").inner_text()
    page.locator("[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="Aktifkan", exact=True).click()
    expect(page.get_by_role("heading", name="Kode cadangan")).to_be_visible()
    return secret


def give_code(page: Page, secret: str) -> None:
    """Type the code that a deed asks for; the deed is done at once."""
    expect(page.get_by_role("heading", name="Pastikan ini Anda")).to_be_visible()
    page.get_by_label("Kode enam angka").fill(code_of(secret))
    page.get_by_role("button", name="Lanjutkan", exact=True).click()


def order(page: Page, site: Site, *, adults: int, children: int, slug: str = "rumah-bung-karno") -> str:
    """Order tickets as a visitor; the payment page's address."""
    page.goto(f"{site.url}/r/{slug}/")
    numbers = page.locator("form input[type=number]")
    numbers.nth(0).fill(str(adults))
    numbers.nth(1).fill(str(children))
    page.get_by_role("button", name="Bayar dengan QRIS").click()
    page.wait_for_url("**/bayar/**")
    expect(page.locator(".qr svg")).to_be_visible()
    return page.url


def order_code(page: Page) -> str:
    """The order's code, as it is read out."""
    page.locator("details summary", has_text="Rincian pesanan").click()
    found = re.search(r"\b[A-Z0-9]{4} [A-Z0-9]{4}\b", page.locator("details dl.facts").inner_text())
    assert found, "no order code on the payment page"
    return found.group()


def pay(page: Page, site: Site, picture: Path, *, outcome: str = "pays") -> None:
    """Pay a saved QR picture on the sandbox bank's phone."""
    page.goto(site.bank)
    page.get_by_test_id("qris-picture").set_input_files(picture)
    page.get_by_test_id("find").click()
    page.get_by_test_id(f"outcome-{outcome}").check()
    page.get_by_test_id("pay").click()
    expect(page.get_by_test_id("result")).to_be_visible()


def save_picture(page: Page, into: Path) -> Path:
    """ "Simpan gambar QR" on the payment page."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Simpan gambar QR").click()
    target = into / download.value.suggested_filename
    download.value.save_as(target)
    return target


def close_day(page: Page, site: Site, into: Path, *, trouble: str = "") -> tuple[Path, Path]:
    """ "Tutup hari" at the bank; the settlement file and the RKUD statement of that day."""
    page.goto(f"{site.bank}/hari/")
    if trouble:
        page.get_by_test_id(f"trouble-{trouble}").check()
    page.get_by_test_id("close-day").click()
    closed = page.get_by_test_id("closed-day").first
    expect(closed).to_be_visible()
    day = closed.get_attribute("data-date")
    return _file(page, f"settlement-{day}", into), _file(page, f"statement-{day}", into)


def _file(page: Page, test_id: str, into: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_test_id(test_id).click()
    target = into / download.value.suggested_filename
    download.value.save_as(target)
    return target


def upload(page: Page, site: Site, file: Path) -> None:
    """Upload a bank file and wait until it has been matched."""
    page.goto(f"{site.url}/rekonsiliasi/berkas/")
    page.get_by_label("Unggah").set_input_files(file)
    page.get_by_role("button", name="Unggah dan cocokkan").click()
    page.wait_for_url(re.compile(r"/berkas/\d+/$"))
    state = page.locator("dl.facts .state").first
    deadline = time.monotonic() + 40
    while state.inner_text() != "Selesai" and time.monotonic() < deadline:
        page.wait_for_timeout(500)
        with suppress(Error):  # the page refreshes itself, maybe at the same moment
            page.reload()
    expect(state).to_have_text("Selesai")


def lights(page: Page, site: Site, code: str) -> str:
    """How far the money of an order is, as the takings list says it to a screen reader."""
    page.goto(f"{site.url}/retribusi/penerimaan/?q={code}")
    row = page.locator("table.rows tbody tr", has_text=code)
    expect(row).to_have_count(1)
    return row.locator("[role=img]").get_attribute("aria-label") or ""
