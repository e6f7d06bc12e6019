"""The matrix of agencies and pairs, the list of findings, and one finding's story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from opd.access import PERMISSIONS, Scope
from opd.models import Opd, RoleAssignment, User
from opd.office.story import Told
from opd.planning.models import Dpa, Level, PlanDocument
from tp2dd.consistency import due
from tp2dd.consistency.models import REALISED, Finding, FindingEvent, Run, Score, State
from tp2dd.consistency.pairs import LABELS, label, pairs

OPEN = (State.OPEN, State.EXPLAINED)
"""States of findings that are not settled: they weigh in the evaluation."""
SUMS = "sum"
"""The matrix's column of parents beside the sum of what stands below them, over all documents."""
_PARTS = ("nodes", "in_upper", "in_lower", "both", "pagu_ok", "indicators_ok", "agreeing")


@dataclass(frozen=True)
class Column:
    word: str
    label: str
    kinds: tuple[str, ...]
    """Documents that a cell needs."""


@dataclass(frozen=True)
class Cell:
    """How far one agency's two documents agree. ``lacks`` names the documents that are not there."""

    column: Column
    nodes: int = 0
    agreeing: int = 0
    open: int = 0
    lacks: str = ""

    @property
    def percent(self) -> int | None:
        """Whole per cent, rounded down: 100 only where everything agrees. None: nothing to compare."""
        return self.agreeing * 100 // self.nodes if self.nodes else None

    @property
    def heat(self) -> str:
        """ok, wait, bad or quiet."""
        if self.percent is None:
            return "quiet"
        return "ok" if self.percent == 100 else "wait" if self.percent >= 80 else "bad"


@dataclass(frozen=True)
class MatrixRow:
    opd: Opd
    cells: list[Cell]

    @property
    def open(self) -> int:
        return sum(cell.open for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    columns: list[Column]
    rows: list[MatrixRow]
    total: list[Cell]

    @property
    def weakest(self) -> Cell | None:
        """Where the chain holds least, over all agencies."""
        known = [cell for cell in self.total if cell.percent is not None and cell.percent < 100]
        return min(known, key=lambda cell: cell.percent or 0, default=None)

    @property
    def open(self) -> int:
        return sum(row.open for row in self.rows)


@dataclass(frozen=True)
class FindingFilter:
    """What the list shows; "" and None are all. ``state`` "belum" is what is not settled."""

    year: int
    opd_id: int | None = None
    pair: str = ""
    check: str = ""
    state: str = ""
    level: int | None = None
    text: str = ""


def columns(on: date) -> list[Column]:
    """The pairs of the rules, then execution, then sums."""
    found = [Column(pair.word, pair.label, (pair.upper, pair.lower)) for pair in pairs(on)]
    found.append(Column(f"dpa-{REALISED}", label("dpa", REALISED), ("dpa",)))
    return [*found, Column(SUMS, "Jumlah induk", ())]


def matrix(reach: Scope, *, year: int, text: str, on: date) -> Matrix:
    """Agencies with any document of the year, a cell for each column; a handful of queries in all."""
    heads = columns(on)
    scores = _scores(reach, year)
    waiting = _open_by_cell(reach, year)
    there = _documents(year)
    agencies = Opd.objects.filter(pk__in={opd_id for opd_id, _ in scores})
    if text:
        agencies = agencies.filter(Q(name__icontains=text) | Q(code=text))
    rows = [
        MatrixRow(opd, [_cell(column, opd.pk, scores, waiting, there) for column in heads])
        for opd in agencies.order_by("name")
    ]
    total = [_together(column, [row.cells[place] for row in rows]) for place, column in enumerate(heads)]
    return Matrix(heads, rows, total)


def _scores(reach: Scope, year: int) -> dict[tuple[int, str], tuple[int, int]]:
    """(agency, column) to (nodes, agreeing)."""
    rows = reach.filter(Score.objects.filter(year=year)).order_by()
    found: dict[tuple[int, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for opd_id, upper, lower, nodes, agreeing in rows.values_list("opd_id", "upper", "lower").annotate(
        n=Sum("nodes"), c=Sum("agreeing")
    ):
        key = opd_id, column_of(upper, lower)
        found[key] = found[key][0] + nodes, found[key][1] + agreeing
    return dict(found)


def _open_by_cell(reach: Scope, year: int) -> dict[tuple[int, str], int]:
    rows = reach.filter(Finding.objects.filter(year=year, state__in=OPEN)).order_by()
    found: dict[tuple[int, str], int] = defaultdict(int)
    for opd_id, upper, lower, count in rows.values_list("opd_id", "upper", "lower").annotate(n=Count("pk")):
        found[opd_id, column_of(upper, lower)] += count
    return found


def column_of(upper: str, lower: str) -> str:
    return SUMS if upper == lower else f"{upper}-{lower}"


def _documents(year: int) -> set[tuple[str, int | None]]:
    planned = PlanDocument.objects.filter(first_year__lte=year, last_year__gte=year).order_by()
    return {
        *planned.values_list("kind", "opd_id").distinct(),
        *(("dpa", opd_id) for opd_id in Dpa.objects.filter(year=year).values_list("opd_id", flat=True)),
    }


def _cell(
    column: Column,
    opd_id: int,
    scores: dict[tuple[int, str], tuple[int, int]],
    waiting: dict[tuple[int, str], int],
    there: set[tuple[str, int | None]],
) -> Cell:
    nodes, agreeing = scores.get((opd_id, column.word), (0, 0))
    lacks = [LABELS[kind] for kind in column.kinds if not {(kind, opd_id), (kind, None)} & there]
    return Cell(column, nodes, agreeing, waiting.get((opd_id, column.word), 0), " dan ".join(lacks))


def _together(column: Column, cells: Iterable[Cell]) -> Cell:
    known = list(cells)
    return Cell(
        column, sum(cell.nodes for cell in known), sum(cell.agreeing for cell in known),
        sum(cell.open for cell in known),
    )  # fmt: skip


@dataclass(frozen=True)
class LevelScore:
    """One level of a pair, over the agencies asked for."""

    level: str
    nodes: int
    in_upper: int
    in_lower: int
    both: int
    pagu_ok: int
    indicators_ok: int
    agreeing: int

    @property
    def rooted(self) -> int | None:
        """Per cent of the lower document's nodes that stand in the upper one."""
        return self.both * 100 // self.in_lower if self.in_lower else None

    @property
    def carried(self) -> int | None:
        """Per cent of the upper document's nodes that were carried on."""
        return self.both * 100 // self.in_upper if self.in_upper else None

    @property
    def pagu(self) -> int | None:
        return self.pagu_ok * 100 // self.both if self.both else None

    @property
    def indicators(self) -> int | None:
        return self.indicators_ok * 100 // self.both if self.both else None


def by_level(reach: Scope, where: FindingFilter) -> list[LevelScore]:
    """Program, kegiatan and sub kegiatan of one pair; empty where no pair was asked for."""
    if where.pair in {"", SUMS}:
        return []
    upper, _, lower = where.pair.partition("-")
    rows = reach.filter(Score.objects.filter(year=where.year, upper=upper, lower=lower)).order_by("level")
    if where.opd_id:
        rows = rows.filter(opd=where.opd_id)
    sums = rows.values_list("level").annotate(**{f"sum_{name}": Sum(name) for name in _PARTS})
    return [LevelScore(str(Level(level).label), *parts) for level, *parts in sums if parts[0]]


def versions(reach: Scope, where: FindingFilter) -> list[tuple[PlanDocument | None, PlanDocument | None]]:
    """Which versions a pair compares, for one agency."""
    if not where.opd_id or where.pair in {"", SUMS}:
        return []
    upper, _, lower = where.pair.partition("-")
    rows = reach.filter(
        Score.objects.filter(year=where.year, upper=upper, lower=lower, opd=where.opd_id)
    ).select_related("upper_document", "lower_document")
    return [(score.upper_document, score.lower_document) for score in rows[:1]]


def findings(reach: Scope, where: FindingFilter) -> QuerySet[Finding]:
    """Findings within reach that were asked for, by agency and code."""
    rows = reach.filter(Finding.objects.filter(year=where.year)).select_related("opd", "owner")
    if where.opd_id:
        rows = rows.filter(opd=where.opd_id)
    if where.pair == SUMS:
        rows = rows.filter(check_kind="sum")
    elif where.pair:
        upper, _, lower = where.pair.partition("-")
        rows = rows.filter(upper=upper, lower=lower)
    if where.check:
        rows = rows.filter(check_kind=where.check)
    if where.state:
        rows = rows.filter(state__in=OPEN if where.state == "belum" else [where.state])
    if where.level:
        rows = rows.filter(level=where.level)
    if where.text:
        rows = rows.filter(Q(code__startswith=where.text) | Q(name__icontains=where.text))
    return rows.order_by("opd__name", "code", "upper", "lower", "pk")


def waiting(reach: Scope, state: str) -> int:
    """Findings of a state within reach, of the newest year that was compared."""
    year = newest_year()
    return reach.filter(Finding.objects.filter(year=year, state=state)).count() if year else 0


def open_findings(opd_id: int, year: int) -> int:
    """What weighs in an agency's evaluation: findings nobody has settled."""
    return Finding.objects.filter(opd=opd_id, year=year, state__in=OPEN).count()


def newest_year() -> int | None:
    return Run.objects.order_by("-year").values_list("year", flat=True).first()


def years() -> list[int]:
    """Years to choose from, newest first."""
    compared = Run.objects.order_by().values_list("year", flat=True).distinct()
    return sorted({*compared, *due.years()}, reverse=True)


def last_run(year: int) -> Run | None:
    return Run.objects.filter(year=year).select_related("by").first()


def story(finding: Finding) -> list[Told]:
    """What happened to a finding, oldest first."""
    rows = FindingEvent.objects.filter(finding=finding).select_related("by").order_by("at", "pk")
    return [Told(row.at, row.get_kind_display(), str(row.by or "sistem"), row.text) for row in rows]


def owners(opd_id: int, on: date) -> list[User]:
    """People of an agency who may explain its findings."""
    roles = [str(role) for role in PERMISSIONS["consistency.explain"]]
    held = RoleAssignment.objects.valid(on=on).filter(opd=opd_id, role__in=roles, user__is_active=True)
    return list(User.objects.filter(pk__in=held.values("user")).order_by("name"))
