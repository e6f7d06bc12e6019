"""Read models of the budget, for this room's pages and for the rooms that spend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth, ExtractYear, Least

from opd.access import Scope
from opd.models import Opd
from opd.planning.counters import MONTHS
from opd.planning.models import (
    BudgetLine,
    CashPlan,
    Correction,
    Dpa,
    Hold,
    HoldState,
    Purse,
    PurseKind,
    RowState,
    SipdRow,
    SpdLine,
    UpGrant,
)
from payments.money import format_rupiah

ZERO = Decimal("0.00")
ORDER = ("opd__name", "opd_id", "kode_sub_kegiatan", "kode_rekening", "sumber_dana")
NEARLY = Decimal("0.90")
"""A line of whose pagu this share is held or spent is nearly used."""


@dataclass(frozen=True)
class LineFilter:
    """What the list shows. ``only``: "" all, "tersisa" with something free, "hampir" nearly used."""

    year: int
    opd_id: int | None = None
    sub_kegiatan: str = ""
    text: str = ""
    only: str = ""


@dataclass(frozen=True)
class Line:
    """A budget line in rupiah; ``free`` is what may still be promised within pagu and SPD."""

    id: int
    opd_id: int
    opd_name: str
    year: int
    kode_sub_kegiatan: str
    nama_sub_kegiatan: str
    kode_rekening: str
    nama_rekening: str
    sumber_dana: str
    pagu: Decimal
    released: Decimal
    held: Decimal
    realised: Decimal

    @property
    def used(self) -> Decimal:
        return self.held + self.realised

    @property
    def free(self) -> Decimal:
        return min(self.pagu, self.released) - self.used

    @property
    def share(self) -> Decimal | None:
        """Held and spent, as a ratio of the pagu; None where the pagu is zero."""
        return self.used / self.pagu if self.pagu else None

    @property
    def percent(self) -> int:
        return int((self.share or ZERO) * 100)

    @property
    def nearly_used(self) -> bool:
        return self.share is not None and self.share >= NEARLY


@dataclass(frozen=True)
class Totals:
    lines: int
    pagu: Decimal
    released: Decimal
    held: Decimal
    realised: Decimal
    free: Decimal


@dataclass(frozen=True)
class Month:
    """A month of the anggaran kas beside what was spent; ``*_until`` are cumulative from January."""

    number: int
    name: str
    plan: Decimal
    realised: Decimal
    plan_until: Decimal
    realised_until: Decimal
    released_until: Decimal

    @property
    def left(self) -> Decimal:
        return self.plan_until - self.realised_until


@dataclass(frozen=True)
class PurseFigure:
    kind: PurseKind
    label: str
    limit: Decimal
    used: Decimal
    share: Decimal | None

    @property
    def free(self) -> Decimal:
        return self.limit - self.used


@dataclass(frozen=True)
class LineChoice:
    """A line as a form offers it."""

    id: int
    group: str
    label: str
    free: Decimal


def found(reach: Scope, where: LineFilter) -> QuerySet[BudgetLine]:
    """The lines that a person sees and asked for, in the order of the DPA."""
    rows = reach.filter(BudgetLine.objects.filter(year=where.year)).select_related("opd")
    if where.opd_id:
        rows = rows.filter(opd=where.opd_id)
    if where.sub_kegiatan:
        rows = rows.filter(kode_sub_kegiatan=where.sub_kegiatan)
    if where.text:
        rows = rows.filter(
            Q(kode_rekening__startswith=where.text)
            | Q(nama_rekening__icontains=where.text)
            | Q(kode_sub_kegiatan__startswith=where.text)
            | Q(nama_sub_kegiatan__icontains=where.text)
        )
    if where.only == "tersisa":
        rows = rows.filter(pagu__gt=F("held") + F("realised"), released__gt=F("held") + F("realised"))
    if where.only == "hampir":
        rows = nearly_used(rows)
    return rows.order_by(*ORDER)


def nearly_used(rows: QuerySet[BudgetLine]) -> QuerySet[BudgetLine]:
    return rows.filter(pagu__gt=0, pagu__lte=(F("held") + F("realised")) / NEARLY)


def lines(reach: Scope, where: LineFilter) -> list[Line]:
    """The lines as read models, in one query."""
    return as_lines(found(reach, where))


def as_lines(rows: Iterable[BudgetLine]) -> list[Line]:
    """``rows`` with ``opd`` selected."""
    return [
        Line(
            row.pk, row.opd_id, row.opd.name, row.year, row.kode_sub_kegiatan, row.nama_sub_kegiatan,
            row.kode_rekening, row.nama_rekening, row.sumber_dana,
            row.pagu, row.released, row.held, row.realised,
        )
        for row in rows
    ]  # fmt: skip


def totals(rows: QuerySet[BudgetLine]) -> Totals:
    """Sums over all pages, in SQL."""
    sums = rows.order_by().aggregate(
        sum_pagu=Sum("pagu"),
        sum_released=Sum("released"),
        sum_held=Sum("held"),
        sum_realised=Sum("realised"),
        sum_free=Sum(Least("pagu", "released") - F("held") - F("realised")),
    )
    return Totals(rows.count(), **{name.removeprefix("sum_"): value or ZERO for name, value in sums.items()})


def sub_kegiatan(reach: Scope, *, year: int, opd_id: int | None) -> list[tuple[str, str]]:
    """Code and name of each sub kegiatan, for the filter."""
    rows = found(reach, LineFilter(year, opd_id)).order_by("kode_sub_kegiatan")
    pairs = rows.values_list("kode_sub_kegiatan", "nama_sub_kegiatan").distinct()
    return list({code: f"{code} {name}" for code, name in pairs}.items())


def offices(reach: Scope, *, year: int) -> list[Opd]:
    """Agencies with a budget in a year, within reach."""
    ids = reach.filter(BudgetLine.objects.filter(year=year)).values("opd")
    return list(Opd.objects.filter(pk__in=ids).order_by("name"))


def line_choices(opd_id: int, year: int) -> list[LineChoice]:
    """The lines an agency may spend from, each with what is free (rupiah), for a form."""
    rows = BudgetLine.objects.filter(opd=opd_id, year=year, pagu__gt=0).select_related("opd")
    return [
        LineChoice(
            line.id,
            f"{line.kode_sub_kegiatan} {line.nama_sub_kegiatan}",
            f"{line.kode_rekening} {line.nama_rekening}"
            + (f" · {line.sumber_dana}" if line.sumber_dana else "")
            + f" · sisa {format_rupiah(line.free)}",
            line.free,
        )
        for line in as_lines(rows)
    ]


def holds(line_id: int) -> QuerySet[Hold]:
    """Holds of a line, newest first."""
    rows = Hold.objects.filter(line=line_id).select_related("purse", "made_by", "closed_by", "sipd_row")
    return rows.order_by("-made_at", "-pk")


def outside(line_id: int) -> QuerySet[SipdRow]:
    """SIPD rows that count on a line though no hold stands for them."""
    return SipdRow.objects.filter(line=line_id, state=RowState.COUNTED).order_by("document_date", "pk")


def newest_dpa(opd_id: int, year: int) -> Dpa | None:
    return Dpa.objects.filter(opd=opd_id, year=year).order_by("-stage_no").first()


def purses(opd_id: int, year: int) -> list[PurseFigure]:
    """UP cash, UP on the card and TU with their shares of the newest decree; zero where there is none yet."""
    known = {purse.kind: purse for purse in Purse.objects.filter(opd=opd_id, year=year)}
    grant = UpGrant.objects.filter(opd=opd_id, year=year).order_by("-valid_from").first()
    shares = {PurseKind.UP_CASH: grant.cash, PurseKind.UP_KKPD: grant.kkpd} if grant else {}
    return [
        PurseFigure(
            kind,
            str(kind.label),
            known[kind].limit if kind in known else ZERO,
            known[kind].used if kind in known else ZERO,
            shares.get(kind),
        )
        for kind in PurseKind
    ]


def months(opd_id: int, year: int, *, line_id: int | None = None) -> list[Month]:
    """Twelve months: planned, spent (net of what came back) and released, monthly and from January on."""
    of_line: dict[str, Any] = {"line": line_id} if line_id else {"line__opd": opd_id, "line__year": year}
    plan = _by_month(CashPlan.objects.filter(**of_line).values_list("month").annotate(sum=Sum("amount")))
    spd_rows = SpdLine.objects.filter(**of_line).values_list("spd__period_from_month")
    released = _by_month(spd_rows.annotate(sum=Sum("amount")))
    spent = _spent_by_month(of_line, year)
    return [
        Month(number + 1, MONTHS[number], plan[number], spent[number], *until)
        for number, until in enumerate(
            zip(accumulate(plan), accumulate(spent), accumulate(released), strict=True)
        )
    ]


def _spent_by_month(of_line: dict[str, Any], year: int) -> list[Decimal]:
    """Realised holds as first booked, less corrections in their own month, and counted SIPD rows."""
    realised = Hold.objects.filter(**of_line, state=HoldState.REALISED)
    first = _by_month(_monthly(realised, "realised_date", "realised_amount"))
    rows = Correction.objects.filter(**{f"hold__{name}": value for name, value in of_line.items()})
    booked = _by_month(_monthly(rows, "hold__realised_date", "amount"))
    returned = _by_month(
        (month if in_year == year else 12, amount)
        for month, in_year, amount in rows.values_list(
            ExtractMonth("correction_date"), ExtractYear("correction_date")
        ).annotate(sum=Sum("amount"))
    )
    outside = SipdRow.objects.filter(**of_line, state=RowState.COUNTED)
    counted = _by_month(_monthly(outside, "document_date", "amount"))
    return [a + b - c + d for a, b, c, d in zip(first, booked, returned, counted, strict=True)]


def _monthly(rows: QuerySet[Any], day: str, amount: str) -> Iterable[tuple[int, Decimal]]:
    found: Iterable[tuple[int, Decimal]] = (
        rows.order_by().values_list(ExtractMonth(day)).annotate(sum=Sum(amount))
    )
    return found


def _by_month(pairs: Iterable[tuple[Any, ...]]) -> list[Decimal]:
    amounts = [ZERO] * 12
    for month, amount in pairs:
        amounts[int(month) - 1] += amount or ZERO
    return amounts
