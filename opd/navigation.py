"""The menu and the task cards of the back office: rooms fill them from their AppConfig.ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.urls import reverse

from opd.access import allowed

GROUPS = (
    (200, "Anggaran"), (230, "Belanja"), (250, "Kartu KKPD"), (260, "Uang elektronik"), (265, "Pembukuan"),
    (300, "Uang masuk"), (400, "Buku besar"), (500, "TP2DD"), (700, "Audit"), (800, "Dokumen"),
    (900, "Pengaturan"),
)  # fmt: skip
"""The menu's groups and the order of items from which each begins; what comes before stands by itself."""
ALL_OPEN = 9
"""A menu of so few pages shows them all; a longer one opens the group of the page on screen."""


@dataclass(frozen=True)
class Item:
    """A page of the menu. ``permission`` "" shows it to all who are signed in; ``icon`` is from opd.icons."""

    label: str
    url_name: str
    permission: str
    order: int
    icon: str


@dataclass(frozen=True)
class Entry:
    label: str
    url: str
    icon: str
    current: bool


@dataclass(frozen=True)
class Group:
    """``open`` shows its entries; a group without a label always does."""

    label: str
    entries: list[Entry]
    open: bool = True


@dataclass(frozen=True)
class TaskCard:
    """What waits for somebody. ``count`` 0 reads as done; ``tone`` is ok, wait, bad or quiet."""

    title: str
    text: str
    url: str
    count: int | None = None
    tone: Literal["ok", "wait", "bad", "quiet"] = "quiet"


@dataclass(frozen=True)
class Task:
    permission: str
    render: Callable[[HttpRequest], TaskCard | None]
    order: int


@dataclass(frozen=True)
class Place:
    """Where a visitor can pay: shown on the front page."""

    name: str
    text: str
    url: str


_places: list[Callable[[], Sequence[Place]]] = []
_items: dict[str, Item] = {}
_tasks: list[Task] = []


def register(item: Item) -> None:
    """Put a page into the menu; the same ``url_name`` again replaces it."""
    _items[item.url_name] = item


def register_task(task: Task) -> None:
    """Offer a card on the home page to holders of ``task.permission``; None hides it for now."""
    _tasks.append(task)


def menu(request: HttpRequest) -> list[Group]:
    """The pages this person may open, the deepest one that holds the current address marked."""
    shown = sorted(
        (item for item in _items.values() if not item.permission or allowed(request.user, item.permission)),
        key=lambda item: (item.order, item.label),
    )
    urls = [reverse(item.url_name) for item in shown]
    current = max((url for url in urls if request.path.startswith(url)), key=len, default="")
    found: dict[str, list[Entry]] = {}
    for item, url in zip(shown, urls, strict=True):
        found.setdefault(_group_of(item), []).append(Entry(item.label, url, item.icon, url == current))
    few = len(shown) <= ALL_OPEN
    return [
        Group(label, entries, few or not label or any(entry.current for entry in entries))
        for label, entries in found.items()
    ]


def _group_of(item: Item) -> str:
    return next((label for start, label in reversed(GROUPS) if item.order >= start), "")


def tasks(request: HttpRequest) -> list[TaskCard]:
    """The cards that wait for this person, in the rooms' order."""
    mine = [task for task in _tasks if allowed(request.user, task.permission)]
    cards = [task.render(request) for task in sorted(mine, key=lambda task: task.order)]
    return [card for card in cards if card is not None]


def register_places(provider: Callable[[], Sequence[Place]]) -> None:
    """Offer places to pay at on the front page, asked for at each visit."""
    _places.append(provider)


def places() -> list[Place]:
    return [place for provider in _places for place in provider()]
