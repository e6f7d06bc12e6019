"""What the dashboard shows: read from roll-ups alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from tp2dd.charts import Day
from tp2dd.models import TakingsDay
from tp2dd.periods import Period


@dataclass(frozen=True)
class Totals:
    """Money of a span of days (rupiah, gross) and how far it has come."""

    payments: int = 0
    paid: Decimal = Decimal(0)
    settled: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)
    booked: Decimal = Decimal(0)

    @property
    def on_the_way(self) -> Decimal:
        """Paid by visitors, not yet in RKUD."""
        return self.paid - self.credited

    @property
    def share_in_rkud(self) -> Decimal | None:
        return self.credited / self.paid if self.paid else None


@dataclass(frozen=True)
class PointRow:
    account_id: int
    point: str
    opd: str
    totals: Totals


_SUMS = {name: Sum(name, default=0) for name in ("payments", "paid", "settled", "credited", "booked")}


def totals(period: Period, *, account: int | None = None, opd: int | None = None) -> Totals:
    rows = _rows(period, account)
    return Totals(**(rows if opd is None else rows.filter(opd=opd)).aggregate(**_SUMS))


def by_point(period: Period, *, account: int | None = None) -> list[PointRow]:
    """One row a receiving account, the largest first."""
    names = ("receiving_account_id", "receiving_account__name", "opd__name")
    found = (
        _rows(period, account)
        .values_list(*names)
        .annotate(**_SUMS)
        .order_by("-paid", "receiving_account__name")
    )
    return [PointRow(pk, point, opd, Totals(*sums)) for pk, point, opd, *sums in found]


def by_day(period: Period, *, account: int | None = None) -> list[tuple[date, Totals]]:
    """One row a day of the period, days without money included, oldest first."""
    found = {
        day: Totals(*sums)
        for day, *sums in _rows(period, account).values_list("day").annotate(**_SUMS).order_by("day")
    }
    return [(day, found.get(day, Totals())) for day in period.days]


def chart_days(rows: list[tuple[date, Totals]]) -> list[Day]:
    return [Day(day, sums.paid, sums.booked) for day, sums in rows]


def points() -> list[tuple[int, str]]:
    """Receiving accounts that ever took money."""
    found = TakingsDay.objects.values_list("receiving_account_id", "receiving_account__name").distinct()
    return sorted(found, key=lambda row: row[1])


def in_words(now: Totals, before: Totals) -> str:
    """The trend of the takings as a sentence, against the span before."""
    if not before.paid:
        return "belum ada pembanding sebelumnya"
    change = (now.paid - before.paid) * 100 / before.paid
    if change > 900:
        return "jauh di atas periode sebelumnya"
    if abs(change) < 1:
        return "setara dengan periode sebelumnya"
    return f"{'naik' if change > 0 else 'turun'} {abs(change):.0f}% dari periode sebelumnya"


def _rows(period: Period, account: int | None) -> QuerySet[TakingsDay]:
    rows = TakingsDay.objects.filter(day__range=(period.first, period.last))
    return rows.filter(receiving_account=account) if account else rows
