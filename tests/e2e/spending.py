"""What people of an agency do to spend without cash, in Chromium. Imports nothing of the product."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.e2e import people
from tests.e2e.site import Site

STATIONERY = "5.1.02.01.01.0024"
_used: dict[str, str] = {}
"""The last code that each person typed: an authenticator's code counts once."""


@contextmanager
def office(browser: Browser, site: Site, **usernames: str) -> Iterator[dict[str, Page]]:
    """Several people at their own desks, by role."""
    with ExitStack() as stack:
        yield {
            role: stack.enter_context(people.signed_in(browser, site, username))
            for role, username in usernames.items()
        }


def press(page: Page, site: Site, button: str, username: str) -> None:
    """Press a button, and type the second factor where the page asks for it.

    On a busy machine half a minute may end between reading a code and typing it: a person types the next.
    """
    page.get_by_role("button", name=button).first.click()
    page.wait_for_load_state()
    asked = page.locator("input[name=kode_kedua]")
    for _ in range(3):
        if not asked.count():
            return
        asked.fill(_code(site, username))
        page.get_by_role("button", name="Lanjutkan").click()
        page.wait_for_load_state()
    expect(asked).to_have_count(0)


def _code(site: Site, username: str) -> str:
    """The code of now, or of the next half minute where this one was typed already."""
    for _ in range(40):
        code = site.manage("demo_code", username).stdout.strip()
        if code != _used.get(username):
            _used[username] = code
            return code
        time.sleep(1)
    raise AssertionError("the code does not change")


def pick(page: Page, selector: str, words: str) -> None:
    """Choose the first option whose label holds ``words``."""
    option = page.locator(f"{selector} option", has_text=words).first
    page.locator(selector).select_option(value=option.get_attribute("value"))


def choose_payee(page: Page, words: str) -> None:
    """Type into the payee's box, and take the first that fits."""
    box = page.get_by_role("combobox", name="Penerima")
    box.fill(words)
    box.press("Enter")


def picture(into: Path, name: str = "struk.png") -> Path:
    """A photo of a receipt, different each time."""
    from PIL import Image

    target = into / name
    seed = time.time_ns()
    Image.new("RGB", (240, 320), (seed % 200, seed // 7 % 200, seed // 49 % 200)).save(target)
    return target


def raise_spend(page: Page, site: Site, *, amount: str, channel: str, payee: str, description: str) -> str:
    """ "Simpan dan ajukan"; the address of the spend."""
    page.goto(f"{site.url}/belanja/baru/")
    pick(page, "#id_line", STATIONERY)
    page.locator("#id_source").select_option("up")
    page.locator("#id_channel").select_option(channel)
    page.locator("#id_amount").fill(amount)
    if payee:
        choose_payee(page, payee)
    page.locator("#id_description").fill(description)
    page.get_by_role("button", name="Simpan dan ajukan").click()
    page.wait_for_url(re.compile(r"/belanja/[0-9a-f-]{36}/$"))
    expect(page.get_by_text("Menunggu persetujuan").first).to_be_visible()
    return page.url


def approve_and_test(site: Site, desks: dict[str, Page], url: str) -> None:
    """PA approves; the treasurer tests and says why evidence is still missing."""
    desks["pa"].goto(url)
    press(desks["pa"], site, "Setujui", "pa")
    expect(desks["pa"].get_by_text("Disetujui").first).to_be_visible()
    treasurer = desks["bp"]
    treasurer.goto(url)
    treasurer.get_by_role("link", name="Uji belanja").click()
    for box in treasurer.locator("fieldset input[type=checkbox]").all():
        box.check()
    treasurer.locator("#id_note").fill("Nota menyusul bersama kuitansi asli.")
    press(treasurer, site, "Nyatakan siap dibayar", "bendahara.pengeluaran")
    expect(treasurer.get_by_text("Siap dibayar").first).to_be_visible()


def book_text(page: Page, site: Site, code: str = "bku") -> str:
    """This month's book as the treasurer reads it."""
    page.goto(f"{site.url}/pembukuan/buku/{code}/")
    return page.locator("main").inner_text()


def download(page: Page, test_id: str, into: Path) -> Path:
    """What a link of the bank saves."""
    with page.expect_download() as waiting:
        page.get_by_test_id(test_id).first.click()
    target = into / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target
