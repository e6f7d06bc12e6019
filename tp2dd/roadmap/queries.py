"""What the pages of the roadmap show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from opd.access import Scope
from tp2dd.roadmap.models import Action, Evaluation, Indicator, Roadmap, Target

OPEN = ("planned", "running")
TIED = ("opd", "indicator__roadmap", "evaluation", "consistency__opd")


@dataclass(frozen=True)
class Where:
    """A filter of the action plan; empty words ask for everything."""

    year: int | None = None
    state: str = ""
    tie: str = ""
    opd_id: int | None = None
    text: str = ""


def actions(reach: Scope, where: Where, *, on: date) -> QuerySet[Action]:
    """Actions within reach, the nearest deadline first. State "terlambat" asks for late ones, "belum" for
    those that are not done."""
    rows = reach.filter(Action.objects.select_related(*TIED))
    rows = rows.filter(year=where.year) if where.year else rows
    if where.state == "terlambat":
        rows = rows.filter(state__in=OPEN, due_on__lt=on)
    elif where.state == "belum":
        rows = rows.filter(state__in=OPEN)
    elif where.state:
        rows = rows.filter(state=where.state)
    rows = rows.filter(tie=where.tie) if where.tie else rows
    rows = rows.filter(opd=where.opd_id) if where.opd_id else rows
    return (
        rows.filter(Q(title__icontains=where.text) | Q(output__icontains=where.text)) if where.text else rows
    )


@dataclass(frozen=True)
class Tally:
    """How a year's action plan stands."""

    all: int
    late: int
    running: int
    to_measure: int
    measured: int


def tally(reach: Scope, year: int | None, on: date) -> Tally:
    rows = actions(reach, Where(year), on=on).order_by()
    return Tally(**rows.aggregate(
        all=Count("pk", filter=~Q(state="cancelled")),
        late=Count("pk", filter=Q(state__in=OPEN, due_on__lt=on)),
        running=Count("pk", filter=Q(state="running")),
        to_measure=Count("pk", filter=Q(state="done")),
        measured=Count("pk", filter=Q(state="measured")),
    ))  # fmt: skip


def years() -> list[int]:
    """Years that have a plan, newest first."""
    return sorted(Action.objects.order_by().values_list("year", flat=True).distinct(), reverse=True)


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator with its target in each year of the roadmap, and how many actions work on it."""

    indicator: Indicator
    targets: list[tuple[int, Decimal | None]]
    actions: int
    measured: int


def indicators(roadmap: Roadmap) -> list[IndicatorRow]:
    rows = (
        roadmap.indicators.prefetch_related("targets")
        .annotate(
            tied=Count("actions", filter=~Q(actions__state="cancelled")),
            proven=Count("actions", filter=Q(actions__state="measured")),
        )
        .order_by("pk")
    )
    found = []
    for row in rows:
        by_year = {target.year: target.value for target in row.targets.all()}
        targets = [(year, by_year.get(year)) for year in roadmap.years]
        found.append(IndicatorRow(row, targets, row.tied, row.proven))
    return found


@dataclass(frozen=True)
class Aim:
    """What a roadmap in force wants of a fact in a year, in the indicator's unit."""

    fact: str
    name: str
    unit: str
    target: Decimal


def aims(year: int) -> list[Aim]:
    """Targets of a year whose fact the dashboard knows; of two roadmaps the newer one's. One query."""
    rows = Target.objects.filter(year=year).exclude(indicator__fact="").select_related("indicator")
    rows = rows.order_by("-indicator__roadmap__decree_date", "-indicator__roadmap", "indicator")
    found: dict[str, Aim] = {}
    for row in rows:
        one = row.indicator
        found.setdefault(one.fact, Aim(one.fact, one.name, one.unit, row.value))
    return list(found.values())


def evaluations(*, state: str, text: str) -> QuerySet[Evaluation]:
    rows = Evaluation.objects.annotate(
        tied=Count("actions", filter=~Q(actions__state="cancelled")),
        left=Count("actions", filter=Q(actions__state__in=OPEN)),
    ).order_by("-state", "due_on", "pk")
    rows = rows.filter(state=state) if state else rows
    return rows.filter(Q(finding__icontains=text) | Q(letter__icontains=text)) if text else rows
