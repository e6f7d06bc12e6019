"""An officer's phone in Chromium, and a server of the test's own that is killed and started again."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.gate.cast import Gate
from tests.look.screen import SMALL_TARGETS, keep_picture
from tests.office.factor import give_factor

NO_ED25519 = "crypto.subtle.generateKey = async () => { throw new DOMException('', 'NotSupportedError'); };"


class Mortal(ThreadedWSGIServer):
    """Dies whole: connections that a browser keeps open end with it, and its port is free at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.open: set[socket.socket] = set()
        super().__init__(*args, **{**kwargs, "allow_reuse_address": True})

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def server_close(self) -> None:
        super().server_close()
        for one in self.open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


UNHURRIED = """
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (patience) => timeout(Math.max(patience, 60_000));
"""  # a busy test machine is no dead server


@dataclass
class Server:
    """A live server on one port for its whole life, up or down."""

    running: LiveServer | None = None
    url: str = ""

    def start(self) -> None:
        address = self.url.removeprefix("http://") or "localhost"
        self.running = LiveServer(address, start=False)
        thread: Any = self.running.thread
        thread.server_class = Mortal
        self.running.start()
        self.url = str(self.running.url)

    def kill(self) -> None:
        if self.running is not None:
            self.running.stop()
            self.running = None


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    server.start()
    try:
        yield server
    finally:
        server.kill()


@dataclass
class Phone:
    context: BrowserContext
    page: Page
    server: Server
    broken: list[str] = field(default_factory=list)

    def type(self, text: str) -> None:
        """As a keyboard-wedge scanner does: quickly, wherever the focus is, with Enter at the end."""
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def says(self, title: str, text: str = "") -> None:
        expect(self.page.locator("[data-judul]")).to_have_text(title)
        if text:
            expect(self.page.locator("[data-jawaban]")).to_contain_text(text)

    def shown(self, text: str, title: str, more: str = "") -> None:
        """Type it and expect the answer; the same text twice in a moment would count as one showing."""
        self.page.wait_for_timeout(2600)
        self.type(text)
        self.says(title, more)

    @property
    def mode(self) -> Locator:
        return self.page.locator(".gerbang-mode")

    def ready(self) -> None:
        expect(self.page.locator("[data-gerbang][data-siap=ya]")).to_be_attached()

    def enrol(self, name: str = "Gerbang Timur") -> None:
        """From a phone that nobody knows to one that is ready and kept for a cold start."""
        self.page.goto(f"{self.server.url}/gerbang/")
        expect(self.page.get_by_text("Ponsel ini belum didaftarkan.")).to_be_visible()
        self.page.get_by_role("link", name="Daftarkan ponsel ini").click()
        self.page.get_by_label("Nama perangkat").fill(name)
        self.page.get_by_role("button", name="Daftarkan ponsel ini").click()
        expect(self.page.get_by_role("heading", name="Rumah Uji")).to_be_visible()
        self.ready()
        expect(self.mode).to_contain_text("Daring")
        self.page.evaluate("navigator.serviceWorker.ready.then((one) => one.active.state)")

    def is_accessible(self, name: str) -> None:
        keep_picture(self.page, f"gate-{name}")
        found = Axe().run(self.page, options={"resultTypes": ["violations"]})
        assert not found.violations_count, found.generate_report()
        assert self.page.evaluate(SMALL_TARGETS) == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@contextmanager
def phone(browser: Browser, server: Server, gate: Gate, *scripts: str, dark: bool = False) -> Iterator[Phone]:
    """Signed in as the officer who just gave a code; nothing breaks the Content-Security-Policy."""
    client = Client()
    give_factor(client, gate.officer)
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        has_touch=True,
        locale="id-ID",
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(15_000)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    for script in (UNHURRIED, *scripts):
        context.add_init_script(script)
    one = Phone(context, context.new_page(), server)
    context.on("console", lambda said: one.broken.append(said.text) if said.type == "error" else None)
    one.page.on("pageerror", lambda error: one.broken.append(str(error)))
    try:
        yield one
    finally:
        context.close()
    quiet = re.compile(r"Failed to load resource|net::ERR_|401|422")
    assert not [text for text in one.broken if not quiet.search(text)]
