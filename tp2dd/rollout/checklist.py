"""What an agency must have ready for a channel on a day: the dated rule ``rollout.checklist``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from opd.office import rules


@dataclass(frozen=True)
class Item:
    code: str
    label: str


def items(channel: str, on: date) -> list[Item]:
    """The items of a channel in their order."""
    return all_items(on)[channel]


def all_items(on: date) -> dict[str, list[Item]]:
    """The checklists of every channel, in one look-up."""
    found = rules.value("rollout.checklist", on)
    return {channel: [Item(code, label) for code, label in rows] for channel, rows in found.items()}
