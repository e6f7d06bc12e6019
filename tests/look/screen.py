"""Shows responses of the test client in Chromium, without a server.

The browser lives in a thread of its own: Playwright keeps an event loop there, and Django's connections stay
in the test's thread. Static files are read where they lie.
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Playwright, Route, sync_playwright

HOST = "http://localhost"
SIZES = {"phone": (360, 740), "desk": (1280, 800), "narrow": (320, 640)}
T = TypeVar("T")


@dataclass(frozen=True)
class Seen:
    """What is wrong with a page: console errors, findings of axe, sideways overflow (px), small targets."""

    problems: list[str]
    findings: str
    overflow: int
    small_targets: list[str]


SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter(one => one.offsetParent && !one.closest("p, li p, td, .skip") && one.type !== "hidden")
  .map(one => [one.closest("label") ?? one, one])
  .map(([box, one]) => [box.getBoundingClientRect(), one])
  .filter(([box]) => box.width > 1 && (box.height < 43.5 || box.width < 43.5))
  .map(([box, one]) => `${one.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""


class Stage:
    """One open page of a size and a colour scheme, shown one response after another."""

    def __init__(self, browser: Browser, size: str, scheme: str) -> None:
        width, height = SIZES[size]
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
        )
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.response: Any = None
        self.polled = ""
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.route("**/*", lambda route: _answer(route, self.response, self.polled))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and self.response.status_code == 200:
            self.problems.append(text)

    def show(self, response: Any, polled: str) -> None:
        """Everything that an earlier response left in the browser is gone."""
        self.context.clear_cookies()
        self.response, self.polled, self.problems = response, polled, []
        self.page.goto(f"{HOST}{response.request['PATH_INFO']}")
        if self.page.evaluate("localStorage.length + sessionStorage.length"):
            self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
            self.page.reload()

    def clear(self) -> None:
        """Nothing of a page goes on working while the tests do something else."""
        self.page.goto("about:blank")


class Screen:
    def __init__(self, executable: str, arguments: list[str]) -> None:
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.playwright: Playwright = self._run(lambda: sync_playwright().start())
        self.browser: Browser = self._run(
            lambda: self.playwright.chromium.launch(executable_path=executable, args=arguments)
        )
        self.stages: dict[tuple[str, str], Stage] = {}

    def close(self) -> None:
        self._run(lambda: self.browser.close())
        self._run(lambda: self.playwright.stop())
        self.thread.shutdown()

    def look(
        self, response: Any, *, size: str, scheme: str, name: str, polled: str = "", until: str = ""
    ) -> Seen:
        """Open what the client answered, at a width and in a colour scheme.

        ``polled`` answers what htmx asks for; ``until`` is a text to wait for.
        """
        return self._run(lambda: self._look(response, size, scheme, name, polled, until))

    def _run(self, work: Callable[[], T]) -> T:
        return self.thread.submit(work).result()

    def _look(self, response: Any, size: str, scheme: str, name: str, polled: str, until: str) -> Seen:
        stage = self.stages.get((size, scheme)) or Stage(self.browser, size, scheme)
        self.stages[size, scheme] = stage
        stage.show(response, polled)
        if until:
            stage.page.get_by_text(until).wait_for(timeout=5000)
        keep_picture(stage.page, f"{name}-{size}-{scheme}")
        seen = _examine(stage.page, stage.problems)
        stage.clear()
        return seen


def _examine(page: Page, problems: list[str]) -> Seen:
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    report = found.generate_report() if found.violations_count else ""
    return Seen(problems, report, overflow, page.evaluate(SMALL_TARGETS))


def _answer(route: Route, response: Any, polled: str) -> None:
    path = urlsplit(route.request.url).path
    if route.request.resource_type == "document":
        route.fulfill(status=response.status_code, headers=dict(response.items()), body=response.content)
        return
    if route.request.resource_type in {"xhr", "fetch"}:
        route.fulfill(status=200 if polled else 204, content_type="text/html", body=polled)
        return
    found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if found is None:
        route.fulfill(status=404, body="")
        return
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    route.fulfill(status=200, content_type=kind, body=Path(found).read_bytes())


def keep_picture(page: Page, name: str) -> None:
    """Save a picture for a person to look at, into the folder that LOOK_PICTURES names."""
    folder = os.environ.get("LOOK_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
