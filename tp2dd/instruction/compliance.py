"""Whether an agency has done a point, and how late: from what was measured and what was reported. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Claim(StrEnum):
    """What an agency reports about a point."""

    DONE = "done"
    EXEMPT = "exempt"

    @property
    def label(self) -> str:
        return {"done": "Sudah dilaksanakan", "exempt": "Tidak berlaku bagi OPD ini"}[self]


class Standing(StrEnum):
    MET = "met"
    EXEMPT = "exempt"
    WAITING = "waiting"
    RETURNED = "returned"
    OPEN = "open"

    @property
    def label(self) -> str:
        return {
            "met": "Terlaksana", "exempt": "Tidak berlaku", "waiting": "Menunggu diperiksa",
            "returned": "Dikembalikan", "open": "Belum",
        }[self]  # fmt: skip


SETTLED = frozenset({Standing.MET, Standing.EXEMPT})


@dataclass(frozen=True)
class Measured:
    """What our data say of one agency and point; ``since`` is the day it was met, where the data know it."""

    met: bool
    words: str
    since: date | None = None


@dataclass(frozen=True)
class Reported:
    """The state of an agency's report (open, reported, returned, accepted), with its last claim and day."""

    state: str = "open"
    claim: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Judged:
    """``late`` is in days: until the point was done or reported, else until today."""

    standing: Standing
    late: int
    words: str

    @property
    def label(self) -> str:
        return self.standing.label

    @property
    def is_settled(self) -> bool:
        return self.standing in SETTLED

    @property
    def is_overdue(self) -> bool:
        """The deadline has passed and nothing lies with TP2DD: the agency must act."""
        return self.late > 0 and self.standing in {Standing.OPEN, Standing.RETURNED}

    @property
    def tone(self) -> str:
        if self.standing == Standing.MET:
            return "ok"
        if self.standing == Standing.EXEMPT:
            return "quiet"
        return "bad" if self.is_overdue else "wait" if self.standing != Standing.OPEN else "quiet"


def judge(*, measured: Measured | None, reported: Reported, deadline: date, today: date) -> Judged:
    """How one point stands for one agency.

    ``measured`` is None for a point that only a report can settle. An accepted exemption goes before what was
    measured; otherwise data decide where there is a measure, and an agency's word alone never does.
    """
    standing = _standing(measured, reported)
    until = _until(standing, measured, reported) or today
    late = 0 if standing == Standing.EXEMPT else days_late(deadline, until)
    return Judged(standing, late, measured.words if measured else "")


def _standing(measured: Measured | None, reported: Reported) -> Standing:
    accepted = reported.state == "accepted"
    if accepted and reported.claim == Claim.EXEMPT:
        return Standing.EXEMPT
    if measured is not None and measured.met:
        return Standing.MET
    if reported.state == "reported":
        return Standing.WAITING
    if reported.state == "returned":
        return Standing.RETURNED
    return Standing.MET if accepted and measured is None else Standing.OPEN


def _until(standing: Standing, measured: Measured | None, reported: Reported) -> date | None:
    """The day that stopped the clock; None while it runs."""
    if standing == Standing.MET:
        return (measured.since or date.min) if measured else reported.on
    return reported.on if standing == Standing.WAITING else None


def days_late(deadline: date, on: date) -> int:
    """Whole days past a deadline; the deadline itself is in time."""
    return max(0, (on - deadline).days)


@dataclass(frozen=True)
class Total:
    """How many agencies have done a point, of those to which it applies."""

    met: int
    exempt: int
    waiting: int
    overdue: int
    agencies: int

    @property
    def applies(self) -> int:
        return self.agencies - self.exempt


def total(judged: Iterable[Judged]) -> Total:
    rows = list(judged)
    return Total(
        met=sum(row.standing == Standing.MET for row in rows),
        exempt=sum(row.standing == Standing.EXEMPT for row in rows),
        waiting=sum(row.standing == Standing.WAITING for row in rows),
        overdue=sum(row.is_overdue for row in rows),
        agencies=len(rows),
    )
