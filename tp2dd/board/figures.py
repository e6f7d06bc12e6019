"""The dashboard's other figures: roll-out, reconciliation, complaints, and the work before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from opd.access import EVERYWHERE, Scope
from payments.reconciliation.queries import differences
from retribusi.complaints import queries as complaints
from retribusi.models import CollectionPoint
from tp2dd.board.models import Baseline, EffortMonth, Measure
from tp2dd.periods import Period
from tp2dd.roadmap.models import Fact
from tp2dd.roadmap.queries import aims
from tp2dd.rollout import queries as rollout
from tp2dd.rollout.models import Stage
from tp2dd.rollout.share import Grain, Shares

ZERO = Decimal(0)
_SUMS = ("payments", "sales", "sale_seconds", "credited", "credit_days", "corrections")


@dataclass(frozen=True)
class Reach:
    """Of the agencies in force: how many have a channel that is mandatory, or at least on trial."""

    agencies: int
    mandatory: int
    pilot: int
    points: int
    points_live: int


@dataclass(frozen=True)
class Effort:
    """One measure before and now, each None where nobody measured it."""

    measure: Measure
    before: Decimal | None
    now: Decimal | None
    told: str
    """When and how the state before was measured."""

    @property
    def label(self) -> str:
        return str(self.measure.label)

    @property
    def in_words(self) -> str:
        if self.now is None:
            return "belum ada datanya pada masa ini"
        if self.before is None:
            return "keadaan sebelumnya belum dicatat"
        if not self.before:
            return "sebelumnya nol"
        change = (self.now - self.before) * 100 / self.before
        if abs(change) < 1:
            return "setara dengan sebelumnya"
        return f"{'turun' if change < 0 else 'naik'} {abs(change):.0f}% dari sebelumnya"


def reach(scope: Scope, *, on: date) -> Reach:
    """Four queries."""
    rows = rollout.matrix(scope, rollout.MatrixFilter(), on=on)
    stages = [{cell.stage for cell in row.cells} for row in rows]
    points = Counter(
        scope.filter(CollectionPoint.objects.exclude(kind=CollectionPoint.Kind.SKRD)).values_list(
            "status", flat=True
        )
    )
    return Reach(
        agencies=len(rows),
        mandatory=sum(Stage.MANDATORY in found for found in stages),
        pilot=sum(Stage.PILOT in found and Stage.MANDATORY not in found for found in stages),
        points=sum(points.values()),
        points_live=points[CollectionPoint.Status.LIVE],
    )


def open_differences(opd: int | None) -> int:
    """What reconciliation has not explained yet."""
    return differences.waiting(_within(opd))


def complaints_open(opd: int | None) -> int:
    """How many complaints nobody has answered finally."""
    return complaints.waiting(_within(opd)).count()


def _within(opd: int | None) -> Scope:
    return EVERYWHERE if opd is None else Scope(frozenset({opd}))


def efforts(period: Period, revenue: Shares, *, opd: int | None = None) -> list[Effort]:
    """What the work takes in the months that a period touches, beside the newest baseline. Two queries."""
    rows = EffortMonth.objects.filter(month__range=(period.first.replace(day=1), period.last))
    if opd is not None:
        rows = rows.filter(opd=opd)
    sums: dict[str, int] = rows.aggregate(**{name: Sum(name, default=0) for name in _SUMS})
    cash = revenue.cash * 100 / revenue.known if revenue.known > 0 else None
    now = {
        Measure.SALE_MINUTES: _quotient(Decimal(sums["sale_seconds"]) / 60, sums["sales"]),
        Measure.CREDIT_DAYS: _quotient(Decimal(sums["credit_days"]), sums["credited"]),
        Measure.CORRECTIONS: _quotient(Decimal(sums["corrections"]) * 1000, sums["payments"]),
        Measure.CASH_SHARE: None if cash is None else cash.quantize(Decimal("0.1")),
    }
    before = newest(Baseline.objects.all())
    return [_effort(measure, before.get(measure), now[measure]) for measure in Measure]


@dataclass(frozen=True)
class Aimed:
    """A target of the roadmap and the fact beside it, in ``unit``; ``now`` None where nothing is known."""

    name: str
    unit: str
    target: Decimal
    now: Decimal | None

    @property
    def is_reached(self) -> bool:
        return self.now is not None and self.now >= self.target


def aimed(year: int, *, revenue: Shares, spending: Shares, mandatory: int) -> list[Aimed]:
    """The roadmap's targets of a year that the dashboard can answer. One query."""
    facts = {
        Fact.REVENUE_SHARE: _percent(revenue.by_value),
        Fact.SPENDING_SHARE: _percent(spending.by_value),
        Fact.MANDATORY: Decimal(mandatory),
    }
    return [Aimed(one.name, one.unit, _plain(one.target), facts[Fact(one.fact)]) for one in aims(year)]


def _plain(value: Decimal) -> Decimal:
    """Without the zeros that storage adds."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _percent(ratio: Decimal | None) -> Decimal | None:
    return None if ratio is None else (ratio * 100).quantize(Decimal("0.1"))


def newest(rows: Iterable[Baseline]) -> dict[str, Baseline]:
    """The baseline that counts for each measure: of rows, the newest first."""
    found: dict[str, Baseline] = {}
    for row in rows:
        found.setdefault(row.measure, row)
    return found


def _effort(measure: Measure, before: Baseline | None, now: Decimal | None) -> Effort:
    told = f"{before.period}; {before.source}" if before else ""
    return Effort(measure, _plain(before.value) if before else None, now, told)


def _quotient(whole: Decimal, count: int) -> Decimal | None:
    return (whole / count).quantize(Decimal("0.1")) if count else None


def channel_use(lines: Iterable[Grain], channel: str) -> tuple[int, Decimal]:
    """How often and how much went through one channel."""
    found = [line for line in lines if line.channel == channel]
    return sum(line.count for line in found), sum((line.value for line in found), ZERO)
