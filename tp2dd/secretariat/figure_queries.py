"""Read models of the regions' board and of the monthly figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max, Sum

from tp2dd.secretariat.models import ChannelClass, Figure, FigureFile, Region, RegionScore
from tp2dd.secretariat.services.regions import current_scores

SHOWN = 6
"""Semesters on the board, the newest last."""
MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
Half = tuple[int, int]


@dataclass(frozen=True)
class RegionRow:
    region: Region
    scores: list[RegionScore | None]

    @property
    def trend(self) -> str:
        """The newest index against the one before that is known, in words."""
        told = [one.index for one in self.scores if one and one.index is not None]
        if len(told) < 2:
            return "belum ada pembanding"
        gap = told[-1] - told[-2]
        if not gap:
            return "tetap"
        return f"{'naik' if gap > 0 else 'turun'} {abs(gap):.1f} poin".replace(".", ",")

    @property
    def cells(self) -> list[tuple[RegionScore | None, str]]:
        return [(one, tone(one)) for one in self.scores]


def tone(score: RegionScore | None) -> str:
    if score is None:
        return "quiet"
    return {"digital": "ok", "maju": "wait"}.get(score.stage, "bad")


@dataclass(frozen=True)
class Board:
    halves: list[Half]
    rows: list[RegionRow]

    @property
    def labels(self) -> list[str]:
        return [f"{'I' if half == 1 else 'II'} {year}" for year, half in self.halves]

    @property
    def digital(self) -> int:
        """How many regions are Digital in the newest semester."""
        return sum(
            bool(row.scores and row.scores[-1] and row.scores[-1].stage == "digital") for row in self.rows
        )


def board(regions: Sequence[Region]) -> Board:
    """Regions down, the last semesters across."""
    scores = {(one.region_id, (one.year, one.half)): one for one in current_scores()}
    halves = sorted({half for _, half in scores})[-SHOWN:]
    rows = [RegionRow(one, [scores.get((one.pk, half)) for half in halves]) for one in regions]
    return Board(halves, rows)


def standing(kind: str, year: int) -> list[FigureFile]:
    """The newest saved file of each month."""
    rows = FigureFile.objects.filter(kind=kind, year=year, state=FigureFile.State.SAVED)
    newest = rows.order_by("month", "-serial").distinct("month")
    return sorted(newest, key=lambda one: one.month)


@dataclass(frozen=True)
class MonthRow:
    """One month of tax by class of channel (rupiah); ``share`` is the digital part, None without money."""

    file: FigureFile
    sums: dict[str, Decimal]

    @property
    def name(self) -> str:
        return MONTHS[self.file.month - 1]

    @property
    def total(self) -> Decimal:
        return sum(self.sums.values(), Decimal(0))

    @property
    def cash(self) -> Decimal:
        return self.sums.get(ChannelClass.CASH, Decimal(0))

    @property
    def semi(self) -> Decimal:
        return self.sums.get(ChannelClass.SEMI, Decimal(0))

    @property
    def digital(self) -> Decimal:
        return self.sums.get(ChannelClass.DIGITAL, Decimal(0))

    @property
    def share(self) -> Decimal | None:
        return self.digital / self.total if self.total else None


def tax_months(year: int) -> list[MonthRow]:
    files = standing(FigureFile.Kind.TAX, year)
    sums: dict[int, dict[str, Decimal]] = {one.pk: {} for one in files}
    rows = Figure.objects.filter(file__in=files).order_by().values_list("file_id", "channel_class")
    for pk, kind, amount in rows.annotate(amount=Sum("amount")):
        sums[pk][kind] = amount
    return [MonthRow(one, sums[one.pk]) for one in files]


@dataclass(frozen=True)
class ChannelRow:
    label: str
    channel_class: str
    amount: Decimal
    count: int
    share: Decimal | None


def by_channel(file: FigureFile) -> list[ChannelRow]:
    """A month's tax by channel, the largest first."""
    rows = file.figures.order_by().values_list("channel", "channel_class")
    found = sorted(rows.annotate(amount=Sum("amount"), count=Sum("count")), key=lambda row: -row[2])
    total = sum((row[2] for row in found), Decimal(0))
    return [
        ChannelRow(name, ChannelClass(kind).label, amount, count or 0, amount / total if total else None)
        for name, kind, amount, count in found
    ]


def years() -> list[int]:
    """Years of which something was saved, newest first."""
    rows = FigureFile.objects.filter(state=FigureFile.State.SAVED).order_by()
    return sorted(rows.values_list("year", flat=True).distinct(), reverse=True)


def newest_serial(file: FigureFile) -> int:
    rows = FigureFile.objects.filter(kind=file.kind, year=file.year, month=file.month)
    return rows.aggregate(last=Max("serial"))["last"] or 0
