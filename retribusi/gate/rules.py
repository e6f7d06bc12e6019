"""What a gate answers about a ticket. Pure; ``config/static/gate/aturan.js`` answers alike, offline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Outcome(StrEnum):
    """What the gate answers. ``ACCEPTED`` uses the ticket up; every other leaves it as it is."""

    ACCEPTED = "accepted"
    ALREADY_USED = "already_used"
    OTHER_DAY = "other_day"
    OTHER_POINT = "other_point"
    REFUNDED = "refunded"
    FORGED = "forged"
    UNKNOWN = "unknown"


LABELS = {
    Outcome.ACCEPTED: "Masuk",
    Outcome.ALREADY_USED: "Sudah dipakai",
    Outcome.OTHER_DAY: "Hari lain",
    Outcome.OTHER_POINT: "Tempat lain",
    Outcome.REFUNDED: "Dikembalikan",
    Outcome.FORGED: "Palsu",
    Outcome.UNKNOWN: "Tidak dikenal",
}
OUTCOMES = [(one.value, label) for one, label in LABELS.items()]
"""Codes and labels for forms and tables."""


@dataclass(frozen=True)
class Shown:
    """What is known of a ticket that was shown. ``forged``: its signature is not ours; ``known``: there is
    such a ticket; the rest says what that ticket is."""

    forged: bool = False
    known: bool = True
    point_id: int = 0
    valid_date: date = date.min
    used: bool = False
    refunded: bool = False


def judge(shown: Shown, *, point_id: int, on: date) -> Outcome:
    """The one answer at a point on a WIB day: the gravest reason first, so that two gates say the same."""
    if shown.forged:
        return Outcome.FORGED
    if not shown.known:
        return Outcome.UNKNOWN
    if shown.point_id != point_id:
        return Outcome.OTHER_POINT
    if shown.valid_date != on:
        return Outcome.OTHER_DAY
    if shown.refunded:
        return Outcome.REFUNDED
    return Outcome.ALREADY_USED if shown.used else Outcome.ACCEPTED
