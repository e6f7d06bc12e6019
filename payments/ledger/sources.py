"""Rows of other rooms that must have a journal. ``verify`` finds a journal that vanished, whatever hid it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """``sql`` selects one text column: the key of a journal that must stand in the books."""

    name: str
    sql: str


_sources: dict[str, Source] = {}


def must_have_journal(name: str, sql: str) -> None:
    """Called from a room's AppConfig.ready; the same ``name`` again replaces it.

    Example: ``must_have_journal("incoming.payment", "SELECT 'payment:' || id || ':received' FROM …")``.
    """
    _sources[name] = Source(name, sql)


def registered() -> list[Source]:
    return list(_sources.values())
