"""A real Chromium for tests: a phone and a desktop. Debian's package; Playwright downloads nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def chromium() -> str:
    """Its path. Without one a test is skipped and says so; with REQUIRE_BROWSER=1 it fails."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    reason = "Chromium tidak terpasang, jadi uji peramban tidak berjalan (Debian: apt install chromium)"
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    # Playwright's loop counts as running in this thread, where Django's tests go on to use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page at the width of a phone; the test fails when it broke the Content-Security-Policy."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True, locale="id-ID"
    )
    yield from _page(context)


@pytest.fixture
def desktop(browser: Browser) -> Iterator[Page]:
    """A page at the width of an office screen; the test fails when it broke the Content-Security-Policy."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="id-ID")
    yield from _page(context)


def _page(context: BrowserContext) -> Iterator[Page]:
    broken: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            broken.append(message.text)

    context.on("console", hear)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()
    assert not broken
