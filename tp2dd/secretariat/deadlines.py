"""What is due for a person, from every room that has deadlines: on a page, and in a calendar program.

Rooms register a source; each tells only what this person may see, in titles that give no personal data away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from opd.models import User
from tp2dd.secretariat import ics

HOST = "tenggat.nontunai.bengkulu"
"""The right-hand side of UIDs: the same wherever the site stands."""


@dataclass(frozen=True)
class Deadline:
    """Something due on a WIB day. ``key`` names the row for ever, ``path`` is where to work on it."""

    source: str
    key: str
    day: date
    title: str
    path: str
    told_at: datetime
    whose: str = ""
    starts_at: datetime | None = None


Source = Callable[[User], Iterable[Deadline]]
_sources: dict[str, Source] = {}


def register(code: str, source: Source) -> None:
    """Make a source known; the same code again replaces it. Call it in AppConfig.ready."""
    _sources[code] = source


def of(user: User) -> list[Deadline]:
    """Everything due for this person, the nearest first."""
    found = [one for source in _sources.values() for one in source(user)]
    return sorted(found, key=lambda one: (one.day, one.source, one.key))


def as_calendar(user: User) -> bytes:
    base = settings.BASE_URL.rstrip("/")
    return ics.calendar(
        "Tenggat TP2DD Bengkulu",
        [
            ics.Event(
                uid=f"{one.source}-{one.key}@{HOST}", day=one.day, title=one.title, told_at=one.told_at,
                text=one.whose, url=f"{base}{one.path}", starts_at=one.starts_at,
            )
            for one in of(user)
        ],
    )  # fmt: skip
