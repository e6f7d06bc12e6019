"""What has passed its active years goes to the archive storage; each room registers what it holds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import structlog

from opd import audit
from opd.office import queue, rules
from opd.office.calendar import add_months, day_of
from opd.office.models import DatedRule

log = structlog.get_logger(__name__)
TASK = "office.archive"
_LOCK = "office.archive"
_LONGEST = 300.0
"""Seconds of one run; the next goes on."""


@dataclass(frozen=True)
class Kept:
    """One file of the archive storage that isn't evidence."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Month:
    """What went to the archive in a month (its first day, WIB): pieces, and bytes as they lie there."""

    first: date
    count: int
    size: int


GoesOn = Callable[[], bool]


@dataclass(frozen=True)
class Holding:
    """``rule`` names the months that count as active; ``move`` takes what is older than a day (WIB), as long
    as it may go on, and says how many pieces went; ``waiting`` counts those that still are to go."""

    code: str
    label: str
    rule: str
    move: Callable[[date, datetime, GoesOn], int]
    waiting: Callable[[date], int]
    months: Callable[[], list[Month]]
    files: Callable[[], Iterable[Kept]] = tuple


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    _holdings[holding.code] = holding


def holdings() -> list[Holding]:
    return list(_holdings.values())


def files() -> list[Kept]:
    """Every file of the archive storage but evidence, for a backup."""
    return [kept for holding in holdings() for kept in holding.files()]


def active_since(rule: DatedRule, today: date) -> date:
    """The first day that is still active: whole months are counted, so nothing goes early.

    Raises ValueError for a rule of less than a month.
    """
    months = int(rule.value)
    if months < 1:
        raise ValueError(f"{rule.key}: masa aktif paling sedikit satu bulan")
    return add_months(today.replace(day=1), -months)


def run(*, at: datetime) -> dict[str, int]:
    """Move what is past its active months. Idempotent, safe to end at any point; a second worker goes away.

    How many pieces of each holding went. A holding without a rule in force stays where it is.
    """
    end = time.monotonic() + _LONGEST
    done: dict[str, int] = {}
    with queue.alone(_LOCK) as is_ours:
        for holding in holdings() if is_ours else []:
            try:
                rule = rules.in_force(holding.rule, day_of(at))
            except rules.RuleMissing:
                continue
            since = active_since(rule, day_of(at))
            try:
                done[holding.code] = holding.move(since, at, lambda: time.monotonic() < end)
            except OSError:
                log.exception("not_archived", holding=holding.code)
    return done


def record(code: str, *, at: datetime, count: int, size: int, before: date) -> None:
    """The audit row of what just went, in the transaction that says so."""
    told = {"count": count, "bytes": size, "before": before.isoformat()}
    audit.record("archive.move", ("archive", code), by=None, at=at, after=told)
