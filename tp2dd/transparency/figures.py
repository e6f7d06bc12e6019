"""What the public page tells on a day, of the province alone: no agency's figures and no person's.

Read from the dashboard's roll-up, kept in the shared cache for FRESH seconds per decision and last day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.urls import reverse

from opd.office import proving
from opd.office.calendar import day_of
from opd.office.models import ProofRun
from payments.ledger import sealing
from payments.ledger.models import Block
from retribusi.models import CollectionPoint
from tp2dd.board.grains import lines
from tp2dd.board.models import DayChange, Side
from tp2dd.periods import Period
from tp2dd.rollout.share import Grain
from tp2dd.transparency.models import Disclosure, Section

FRESH = 300
"""Seconds that figures are kept."""
_SIDES = {Section.REVENUE: Side.REVENUE, Section.SPENDING: Side.SPENDING}


@dataclass(frozen=True)
class Place:
    """A point that takes money without cash; ``url`` is where to pay, empty where a letter says it."""

    name: str
    name_en: str
    opd: str
    url: str


@dataclass(frozen=True)
class Told:
    """All that a decision opens, of the days ``period``, counted ``at``. A side that is closed is absent.

    ``sides`` are the lines of the whole province by month, channel and class, in rupiah.
    ``waiting``: how many of the days are being counted again.
    """

    decision: Disclosure
    period: Period
    at: datetime
    sides: dict[Side, list[Grain]] = field(default_factory=dict)
    waiting: int = 0
    places: list[Place] = field(default_factory=list)
    seal: Block | None = None
    proof: ProofRun | None = None


def told(*, at: datetime) -> Told | None:
    """What the decision in force opens, at most FRESH seconds old; None where nothing is open."""
    decision = Disclosure.objects.in_force(day_of(at))
    if decision is None or not decision.sections:
        return None
    period = period_of(decision, today=day_of(at))
    key = f"transparency-{decision.pk}-{period.last}"
    kept: Told | None = cache.get(key)
    if kept is None:
        kept = count(decision, period, at=at)
        cache.set(key, kept, FRESH)
    return kept


def period_of(decision: Disclosure, *, today: date) -> Period:
    """From 1 January to the last day that the decision lets be shown."""
    until = today - timedelta(days=decision.lag_days)
    return Period(date(until.year, 1, 1), until)


def count(decision: Disclosure, period: Period, *, at: datetime) -> Told:
    """The figures of now, past the cache."""
    sides = {
        side: together(lines(side, period)) for section, side in _SIDES.items() if decision.opens(section)
    }
    head = sealing.head() if decision.opens(Section.SEAL) else None
    return Told(
        decision=decision,
        period=period,
        at=at,
        sides=sides,
        waiting=_waiting(period) if sides else 0,
        places=_places() if decision.opens(Section.POINTS) else [],
        seal=head.block if head else None,
        proof=proving.latest() if decision.opens(Section.PROOF) else None,
    )


def together(rows: Iterable[Grain]) -> list[Grain]:
    """One line per month, channel and class: agencies and types added up and left out."""
    found: dict[tuple[date, str, str], Grain] = {}
    for row in rows:
        key = (row.month, row.channel, row.kind)
        before = found.get(key)
        count_, value = (before.count, before.value) if before else (0, 0)
        found[key] = Grain(0, "", row.channel, "", row.month, count_ + row.count, value + row.value, row.kind)
    return [found[key] for key in sorted(found)]


def _waiting(period: Period) -> int:
    changed = DayChange.objects.filter(what=DayChange.What.CHANNEL, day__range=(period.first, period.last))
    return changed.values("day").distinct().count()


def _places() -> list[Place]:
    live = CollectionPoint.objects.filter(status=CollectionPoint.Status.LIVE).select_related("opd")
    return [
        Place(
            point.name, point.name_en, point.opd.name,
            reverse("retribusi:point", args=[point.slug]) if point.sells_on_page else "",
        )
        for point in live
    ]  # fmt: skip
