"""What a gate answers about a ticket. Pure; ``config/static/gate/aturan.js`` answers alike, offline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Answer(StrEnum):
    """The same codes as ``models.Outcome``."""

    ACCEPTED = "accepted"
    ALREADY_USED = "already_used"
    OTHER_DAY = "other_day"
    OTHER_POINT = "other_point"
    REFUNDED = "refunded"
    FORGED = "forged"
    UNKNOWN = "unknown"


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


def judge(shown: Shown, *, point_id: int, on: date) -> Answer:
    """The one answer at a point on a WIB day: the gravest reason first, so that two gates say the same."""
    if shown.forged:
        return Answer.FORGED
    if not shown.known:
        return Answer.UNKNOWN
    if shown.point_id != point_id:
        return Answer.OTHER_POINT
    if shown.valid_date != on:
        return Answer.OTHER_DAY
    if shown.refunded:
        return Answer.REFUNDED
    return Answer.ALREADY_USED if shown.used else Answer.ACCEPTED
