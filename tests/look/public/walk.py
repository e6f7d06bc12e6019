"""Walks one page in Chromium: at every width, by axe, by keyboard, and reads what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

from tests.look.screen import SIZES, SMALL_TARGETS, Screen, Stage, keep_picture

NARROW = {"200 % zoom of a desk": 640, "320 CSS px": 320}
AXE = """async only => {
  const rules = { "target-size": { enabled: true } };
  const chosen = only ? { runOnly: only } : { rules };
  const { violations } = await axe.run({ resultTypes: ["violations"], ...chosen });
  return { violations };
}"""
"""All that axe knows, and what it leaves out of itself: the target size of WCAG 2.2 AA."""
OF_LAYOUT = ["color-contrast", "target-size", "scrollable-region-focusable", "region", "nested-interactive"]
"""What axe may see otherwise where the same page is wider."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

STOPS = """() => {
  const drawn = one => one.checkVisibility({ visibilityProperty: true });
  const shown = one => !one.disabled && one.tabIndex >= 0 && drawn(one);
  const first = one => one.type !== "radio" || one === (
    document.querySelector(`input[type=radio][name="${one.name}"]:checked`) ??
    document.querySelector(`input[type=radio][name="${one.name}"]`));
  const all = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
  window.stops = [...all].filter(one => shown(one) && first(one));
  return window.stops.map(one => one.outerHTML.slice(0, 90));
}"""
"""What a keyboard must reach, in the order in which the page is read; of radio buttons the group."""

FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const look = getComputedStyle(one), box = one.getClientRects()[0];
  // Of a tall one a part is in sight, and that is enough.
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  const hit = document.elementFromPoint(box.left + box.width / 2, (top + bottom) / 2);
  const own = [one, ...one.labels ?? []];
  const mine = hit && (hit.contains(one) || own.some(part => part.contains(hit)));
  return {
    place: window.stops.findIndex(stop => stop === one || (one.type === "radio" && stop.name === one.name)),
    outlined: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
    seen: Boolean(mine),
    what: one.outerHTML.slice(0, 90),
  };
}"""

WORDS = """() => {
  const own = document.documentElement.lang, spoken = ["alt", "aria-label", "placeholder", "title", "content",
    "data-kabar", "data-tersalin", "data-menunggu", "data-kurang", "data-tambah"];
  const foreign = one => one.closest("[lang]").lang !== own || one.closest("script, style, code");
  const found = [document.title];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (data.trim() && !foreign(parentElement)) found.push(data.trim());
  }
  for (const one of document.querySelectorAll("body *, meta[name=description]")) {
    for (const name of spoken) {
      if (one.getAttribute(name) && !foreign(one)) found.push(one.getAttribute(name));
    }
  }
  return found;
}"""
"""Everything that is read out, hidden parts too, but for what the page itself marks as another language."""


@dataclass(frozen=True)
class Walk:
    """``wrong``: what is wrong, in words; ``lang`` and ``words`` as the page has them."""

    wrong: list[str]
    lang: str
    words: list[str]


def walk(screen: Screen, response: Any, *, name: str) -> Walk:
    return screen._run(lambda: _walk(screen, response, name))


def _walk(screen: Screen, response: Any, name: str) -> Walk:
    stage = screen.stages.get(("public", "light")) or _stage(screen)
    page = stage.page
    _resize(page, SIZES["phone"])
    stage.show(response, "")
    wrong = [*_axe(page, "phone"), *(f"target {one}" for one in page.evaluate(SMALL_TARGETS))]
    keep_picture(page, name)
    wrong += _by_keyboard(page)
    wrong += _too_wide(page)
    _resize(page, SIZES["desk"])
    wrong += [*_axe(page, "desk", OF_LAYOUT), *stage.problems]
    found = Walk(wrong, page.evaluate("document.documentElement.lang"), page.evaluate(WORDS))
    stage.clear()
    return found


def _stage(screen: Screen) -> Stage:
    """A page of its own, in which axe is always there."""
    stage = screen.stages["public", "light"] = Stage(screen.browser, "phone", "light")
    stage.page.add_init_script(f"if (location.protocol !== 'about:') {{ {AXE_SCRIPT} }}")
    return stage


def _resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def _axe(page: Page, where: str, only: list[str] | None = None) -> list[str]:
    found = AxeResults(page.evaluate(AXE, only))
    return [f"axe, {where}: {found.generate_report()}"] if found.violations_count else []


def _too_wide(page: Page) -> list[str]:
    wrong = []
    for what, width in NARROW.items():
        _resize(page, (width, 640))
        if (overflow := page.evaluate(OVERFLOW)) > 0:
            wrong.append(f"{overflow} px too wide at {what}")
    return wrong


def _by_keyboard(page: Page) -> list[str]:
    """Tab through the page: all of it, in its order, each place outlined and in sight, and out at the end."""
    stops = page.evaluate(STOPS)
    wrong: list[str] = []
    order: list[int] = []
    for _ in range(6 * len(stops) + 6):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or (order and focused["place"] == 0 and order[-1] != 0):
            break
        if order[-1:] == [focused["place"]]:  # a date has several parts
            continue
        order.append(focused["place"])
        wrong += [f"no {what}: {focused['what']}" for what in ("outlined", "seen") if not focused[what]]
    else:
        wrong.append("the keyboard is trapped")
    if order != list(range(len(stops))):
        wrong.append(f"keyboard order {order} of {stops}")
    return wrong
