"""Whether a place is open, and until when it sells. Pure; every time is WIB.

A ticket is for today. It is sold from the morning on, before the gate opens, and until a while after
closing, since officers stretch the hours for guests from afar; never on a day that is closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from opd.office.calendar import WIB


class HoursRow(Protocol):
    """A dated row: the hours of one weekday from ``valid_from`` on; None twice is closed."""

    weekday: int
    opens: time | None
    closes: time | None
    valid_from: date


class Door(StrEnum):
    OPEN = "open"
    BEFORE = "before"
    AFTER = "after"
    CLOSED = "closed"


@dataclass(frozen=True)
class Today:
    """How the door stands at an instant; ``opens`` and ``closes`` are None on a closed day."""

    door: Door
    opens: time | None = None
    closes: time | None = None
    sells: bool = False


def of_day(rows: Sequence[HoursRow], day: date) -> tuple[time, time] | None:
    """The hours of a day, None where it is closed: among its weekday's rows the latest start wins."""
    mine = [row for row in rows if row.weekday == day.weekday() and row.valid_from <= day]
    row = max(mine, key=lambda row: row.valid_from, default=None)
    if row is None or row.opens is None or row.closes is None:
        return None
    return row.opens, row.closes


def today(
    rows: Sequence[HoursRow], *, at: datetime, closed: bool, grace: timedelta, sells_outside: bool
) -> Today:
    """How the door stands at ``at``. ``closed``: a special day; ``grace``: how long sale goes on after
    closing."""
    local = at.astimezone(WIB)
    hours = None if closed else of_day(rows, local.date())
    if hours is None:
        return Today(Door.CLOSED)
    opens, closes = hours
    start, end = (datetime.combine(local.date(), moment, WIB) for moment in hours)
    if local < start:
        return Today(Door.BEFORE, opens, closes, sells=True)
    if local < end:
        return Today(Door.OPEN, opens, closes, sells=True)
    return Today(Door.AFTER, opens, closes, sells=sells_outside or local < end + grace)


def next_opening(
    rows: Sequence[HoursRow], *, after: date, closed: frozenset[date]
) -> tuple[date, time] | None:
    """The first day after ``after`` that is open, within two weeks, and its opening time."""
    for step in range(1, 15):
        day = after + timedelta(days=step)
        hours = None if day in closed else of_day(rows, day)
        if hours:
            return day, hours[0]
    return None


@dataclass(frozen=True)
class HoursLine:
    """Neighbouring weekdays with the same hours, for one line on the page."""

    first: int
    last: int
    hours: tuple[time, time] | None


def week(rows: Sequence[HoursRow], day: date) -> list[HoursLine]:
    """The hours of the seven days from ``day`` on, told from Monday, equal neighbours joined."""
    coming = sorted((day + timedelta(days=step) for step in range(7)), key=lambda each: each.weekday())
    lines: list[HoursLine] = []
    for each in coming:
        hours = of_day(rows, each)
        if lines and lines[-1].hours == hours:
            lines[-1] = HoursLine(lines[-1].first, each.weekday(), hours)
        else:
            lines.append(HoursLine(each.weekday(), each.weekday(), hours))
    return lines
