"""Cursor pages: a place in a stable order, opaque to the caller. Never an offset."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from tp2dd.api.asked import BIGGEST, Asked
from tp2dd.api.problems import bad_parameter

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """``next`` is the place behind the last row where there are more; ``resume`` is it in any case."""

    rows: Sequence[T]
    next: str | None
    resume: str | None

    def shown(self, show: Callable[[T], Any]) -> Page[Any]:
        """The same page with each row as ``show`` gives it."""
        return Page([show(row) for row in self.rows], self.next, self.resume)


def page_of(name: str, found: Sequence[T], asked: Asked, key: Callable[[T], Sequence[Any]]) -> Page[T]:
    """The first of ``found``, which holds one more than asked where there is more; ``key`` is the place."""
    rows = found[: asked.limit]
    last = encode(name, key(rows[-1])) if rows else asked.cursor or None
    return Page(rows, last if len(found) > asked.limit else None, last)


def by_key(
    name: str, rows: QuerySet[Any], asked: Asked, show: Callable[[Any], Any], kind: type = int
) -> Page[Any]:
    """A page of ``rows`` by their primary key, which is of ``kind``."""
    if place := decode(name, asked.cursor, kind):
        rows = rows.filter(pk__gt=place[0])
    found = list(rows.order_by("pk")[: asked.limit + 1])
    return page_of(name, found, asked, lambda row: (row.pk,)).shown(show)


def encode(name: str, place: Sequence[Any]) -> str:
    text = json.dumps([name, *place], separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(name: str, text: str, *kinds: type) -> list[Any] | None:
    """The place in ``text``, None where it is empty; of ``int``, ``date`` or UUID. Raises Problem."""
    if not text:
        return None
    try:
        return _read_all(name, text, kinds)
    except (binascii.Error, UnicodeError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise bad_parameter("cursor", "pakai nilai next dari halaman sebelumnya, apa adanya.") from error


def _read_all(name: str, text: str, kinds: Sequence[type]) -> list[Any]:
    padded = text + "=" * (-len(text) % 4)
    found = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
    if not isinstance(found, list) or found[:1] != [name] or len(found) != len(kinds) + 1:
        raise ValueError(text)
    return [_read(kind, value) for kind, value in zip(kinds, found[1:], strict=True)]


def _read(kind: type, value: Any) -> Any:
    if kind is date:
        return date.fromisoformat(value)
    if kind is int and not (type(value) is int and 0 <= value <= BIGGEST):
        raise ValueError(value)
    return kind(value)
