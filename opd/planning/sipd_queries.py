"""Read models of the matching desk."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from opd.access import Scope
from opd.planning import sipd_links
from opd.planning.models import BudgetLine, Hold, RowState, SipdRow

ZERO = Decimal("0.00")
_SHOWN = (
    *("Nama Sub Kegiatan", "Nama Rekening", "Jenis Transaksi", "Nomor SPD", "Nomor DPT"),
    *("Nomor SPP", "Nomor SPM", "Nomor SP2D", "Tanggal Transfer"),
)
"""Columns a person decides by; names and NIP of officers are not among them."""


@dataclass(frozen=True)
class Tally:
    state: RowState
    label: str
    rows: int
    amount: Decimal


@dataclass(frozen=True)
class Candidate:
    """A hold that may be what a row reports."""

    hold: Hold
    gross: Decimal
    same_amount: bool
    days_apart: int


def visible(reach: Scope) -> QuerySet[SipdRow]:
    rows = SipdRow.objects.select_related(
        "opd", "line", "hold", "decided_by", "file", "file__closed_by", "file__evidence"
    )
    return reach.filter(rows)


def rows(reach: Scope, *, year: int, opd_id: int | None, state: str) -> QuerySet[SipdRow]:
    """Rows of a year, by date; ``state`` "" for all."""
    found = visible(reach).filter(file__year=year)
    if opd_id:
        found = found.filter(opd=opd_id)
    return found.filter(state=state) if state else found


def total(found: QuerySet[SipdRow]) -> Decimal:
    return found.order_by().aggregate(sum=Sum("amount"))["sum"] or ZERO


def waiting(reach: Scope, *, year: int) -> int:
    return reach.filter(SipdRow.objects.filter(file__year=year, state=RowState.OPEN)).count()


def tallies(reach: Scope, *, year: int, opd_id: int | None) -> list[Tally]:
    """How many rows stand in each state, and their sum."""
    found = rows(reach, year=year, opd_id=opd_id, state="").order_by()
    counted = {
        row["state"]: row for row in found.values("state").annotate(rows=Count("pk"), sum=Sum("amount"))
    }
    return [
        Tally(
            state, str(state.label), counted[state]["rows"] if state in counted else 0,
            counted[state]["sum"] if state in counted else ZERO,
        )
        for state in RowState
    ]  # fmt: skip


def facts(row: SipdRow) -> list[tuple[str, str]]:
    return [(name, str(row.raw[name])) for name in _SHOWN if row.raw.get(name)]


def possible_lines(row: SipdRow) -> list[BudgetLine]:
    """The lines a row may mean: its own, or all with its codes."""
    if row.line:
        return [row.line]
    return list(
        BudgetLine.objects.filter(
            opd=row.opd_id,
            year=row.file.year,
            kode_sub_kegiatan=row.raw.get("Kode Sub Kegiatan", ""),
            kode_rekening=row.raw.get("Kode Rekening", ""),
        )
    )


def line_choices(row: SipdRow) -> list[tuple[int, str]]:
    """For a form, where SIPD leaves several lines possible; empty otherwise."""
    if row.line_id:
        return []
    return [(line.pk, f"{line} · {line.sumber_dana or 'tanpa sumber dana'}") for line in possible_lines(row)]


def candidates(row: SipdRow) -> list[Candidate]:
    """Holds on the row's line that nothing reports yet, the likeliest first; at most twenty."""
    found = [
        Candidate(
            held,
            held.gross,  # type: ignore[attr-defined]
            held.gross == row.amount,  # type: ignore[attr-defined]
            abs((row.document_date - (held.realised_date or held.on_date)).days),
        )
        for held in sipd_links.candidates([line.pk for line in possible_lines(row)])
    ]
    found.sort(key=lambda one: (not one.same_amount, abs(one.gross - row.amount), one.days_apart))
    return found[:20]
