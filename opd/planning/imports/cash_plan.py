"""Anggaran kas: the twelve months of lines that are already in the DPA."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from opd.models import User
from opd.office import tabular
from opd.office.tabular import Row
from opd.planning.imports import reading
from opd.planning.imports.dpa import replace_plans
from opd.planning.imports.reading import MONTH_COLUMNS, Lines, Reading
from opd.planning.models import BudgetLine, PlanFile
from payments.money import format_rupiah

COLUMNS = ("kode_sub_kegiatan", "kode_rekening", *MONTH_COLUMNS)


@dataclass(frozen=True)
class PlanRow:
    row: Row = field(repr=False)
    sub: str
    account: str
    source: str
    months: tuple[Decimal, ...]

    @property
    def line_no(self) -> int:
        return self.row.line_no

    @property
    def total(self) -> Decimal:
        return sum(self.months, Decimal(0))


def read(content: IO[bytes], *, name: str) -> Reading[PlanRow]:
    found, _ = reading.read(
        content,
        name=name,
        columns=COLUMNS,
        amount_column="des",
        amounts=MONTH_COLUMNS,
        make=_row,
        amount_of=lambda row: row.total,
        total_of=lambda row: sum(_months(row), Decimal(0)),
    )
    return found


def _row(row: Row) -> PlanRow:
    return PlanRow(
        row,
        reading.sub_kegiatan(row),
        reading.rekening(row),
        tabular.text(row, "sumber_dana", most=100, needed=False) if row.table.has("sumber_dana") else "",
        _months(row),
    )


def _months(row: Row) -> tuple[Decimal, ...]:
    return tuple(tabular.amount(row, column, empty=Decimal("0.00")) for column in MONTH_COLUMNS)


def check(found: Reading[PlanRow], file: PlanFile, lines: list[BudgetLine]) -> None:
    _resolved(found, file, lines)


def _resolved(
    found: Reading[PlanRow], file: PlanFile, lines: list[BudgetLine]
) -> list[tuple[BudgetLine, PlanRow]]:
    known = Lines(lines)
    seen: dict[int, int] = {}
    pairs: list[tuple[BudgetLine, PlanRow]] = []
    for row in found.rows:
        with found.problems.watch():
            line = known.the(
                row.row, row.sub, row.account, row.source, year=file.year, column="kode_rekening"
            )
            if line.pk in seen:
                raise row.row.fault(
                    "kode_rekening", f"baris anggaran yang sama sudah ada di baris {seen[line.pk]}."
                )
            seen[line.pk] = row.line_no
            if row.total != line.pagu:
                raise row.row.fault(
                    "des", f"jumlah dua belas bulan {format_rupiah(row.total)}, sedangkan pagu "
                    f"{format_rupiah(line.pagu)}."
                )  # fmt: skip
            pairs.append((line, row))
    return pairs


def write(
    found: Reading[PlanRow], file: PlanFile, lines: list[BudgetLine], by: User | None, at: datetime
) -> Any:
    replace_plans([(line, row.months) for line, row in _resolved(found, file, lines)])
    return file


def preview_rows(found: Reading[PlanRow]) -> list[tuple[object, ...]]:
    return [(row.line_no, row.sub, row.account, "", row.source, row.total) for row in found.rows]
