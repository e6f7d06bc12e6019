"""Cursor pages: a place in a stable order, opaque to the caller. Never an offset."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from tp2dd.api.problems import bad_parameter

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 500
BIGGEST = 2**63 - 1
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    rows: Sequence[T]
    next: str | None


def page_of(name: str, found: Sequence[T], limit: int, key: Callable[[T], Sequence[Any]]) -> Page[T]:
    """The first ``limit`` of ``found``, which holds one more where there is more; ``key`` gives the place."""
    rows = found[:limit]
    return Page(rows, encode(name, key(rows[-1])) if len(found) > limit else None)


def encode(name: str, place: Sequence[Any]) -> str:
    text = json.dumps([name, *place], separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(name: str, text: str, *kinds: type) -> list[Any] | None:
    """The place in ``text``, None where it is empty; of ``int``, ``date`` or ``str``. Raises Problem."""
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        found = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
        if not isinstance(found, list) or found[:1] != [name] or len(found) != len(kinds) + 1:
            raise ValueError(text)
        return [_read(kind, value) for kind, value in zip(kinds, found[1:], strict=True)]
    except (binascii.Error, UnicodeError, ValueError, TypeError, RecursionError) as error:
        raise bad_parameter("cursor", "pakai nilai next dari halaman sebelumnya, apa adanya.") from error


def _read(kind: type, value: Any) -> Any:
    if kind is int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= BIGGEST:
            raise ValueError(value)
        return value
    return date.fromisoformat(value) if kind is date else kind(value)
