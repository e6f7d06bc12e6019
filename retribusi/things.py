"""What a payment paid for, as the treasurer's lists name it: each room that sells names its kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """``spoken``: payable keys to the name of each thing; ``find``: the keys of what a typed text names."""

    spoken: Callable[[Collection[str]], dict[str, str]]
    find: Callable[[str], list[str]]


_kinds: dict[str, Names] = {}


def register(kind: str, names: Names) -> None:
    """Called once by each room's ``AppConfig.ready``, with the kind that it registers for payment."""
    _kinds[kind] = names


def spoken(things: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The names of things given as (kind, key), by key; one look for each kind that is among them."""
    by_kind: dict[str, set[str]] = {}
    for kind, key in things:
        by_kind.setdefault(kind, set()).add(key)
    found: dict[str, str] = {}
    for kind, keys in by_kind.items():
        if kind in _kinds:
            found |= _kinds[kind].spoken(keys)
    return found


def find(text: str) -> list[str]:
    """The keys of all things that a typed text names."""
    return [key for names in _kinds.values() for key in names.find(text)] if text.strip() else []
