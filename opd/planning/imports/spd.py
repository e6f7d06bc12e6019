"""An SPD: how much of each line is released for the months it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.db.models import F

from opd.models import User
from opd.office import tabular
from opd.office.tabular import Row, TabularError
from opd.planning.imports import reading
from opd.planning.imports.reading import Lines, Reading
from opd.planning.models import BudgetLine, PlanFile, Spd, SpdLine
from payments.money import format_rupiah

COLUMNS = ("kode_sub_kegiatan", "kode_rekening", "nilai")


@dataclass(frozen=True)
class SpdRow:
    row: Row = field(repr=False)
    sub: str
    account: str
    source: str
    amount: Decimal
    number: str

    @property
    def line_no(self) -> int:
        return self.row.line_no


def read(content: IO[bytes], *, name: str) -> Reading[SpdRow]:
    found, _ = reading.read(
        content,
        name=name,
        columns=COLUMNS,
        amount_column="nilai",
        make=_row,
        amount_of=lambda row: row.amount,
    )
    return found


def _row(row: Row) -> SpdRow:
    return SpdRow(
        row,
        reading.sub_kegiatan(row),
        reading.rekening(row),
        tabular.text(row, "sumber_dana", most=100, needed=False) if row.table.has("sumber_dana") else "",
        tabular.amount(row, "nilai", negative=True),
        tabular.text(row, "nomor_spd", most=120) if row.table.has("nomor_spd") else "",
    )


def check(found: Reading[SpdRow], file: PlanFile, lines: list[BudgetLine]) -> None:
    """Every row is a line of the DPA, and no line is released past its pagu or below what is used."""
    if Spd.objects.filter(opd=file.opd, year=file.year, number=file.facts["number"]).exists():
        found.problems.add(
            TabularError(None, "", f"SPD {file.facts['number']} sudah diimpor untuk tahun {file.year}.")
        )
    for _ in _resolved(found, file, lines):
        pass


def _resolved(
    found: Reading[SpdRow], file: PlanFile, lines: list[BudgetLine]
) -> list[tuple[BudgetLine, SpdRow]]:
    known = Lines(lines)
    seen: dict[int, int] = {}
    pairs: list[tuple[BudgetLine, SpdRow]] = []
    for row in found.rows:
        with found.problems.watch():
            line = known.the(
                row.row, row.sub, row.account, row.source, year=file.year, column="kode_rekening"
            )
            _check_row(row, line, seen, file.facts["number"])
            pairs.append((line, row))
    return pairs


def _check_row(row: SpdRow, line: BudgetLine, seen: dict[int, int], number: str) -> None:
    if row.number and row.number != number:
        raise row.row.fault("nomor_spd", f"“{row.number}” bukan SPD {number} yang Anda sebut.")
    if line.pk in seen:
        raise row.row.fault("kode_rekening", f"baris anggaran yang sama sudah ada di baris {seen[line.pk]}.")
    seen[line.pk] = row.line_no
    after = line.released + row.amount
    if row.amount > 0 and after > line.pagu:
        raise row.row.fault(
            "nilai", f"SPD menjadi {format_rupiah(after)}, melebihi pagu {format_rupiah(line.pagu)}."
        )
    if after < line.used:
        raise row.row.fault(
            "nilai",
            f"SPD menjadi {format_rupiah(after)}, di bawah {format_rupiah(line.used)} yang sudah ditahan "
            "atau dibelanjakan.",
        )


def write(
    found: Reading[SpdRow], file: PlanFile, lines: list[BudgetLine], by: User | None, at: datetime
) -> Any:
    assert file.opd_id is not None  # an SPD is of one agency
    spd = Spd.objects.create(
        opd_id=file.opd_id, year=file.year, number=file.facts["number"],
        spd_date=date.fromisoformat(file.facts["date"]), period_from_month=int(file.facts["from_month"]),
        period_to_month=int(file.facts["to_month"]), file=file, by=by, at=at,
    )  # fmt: skip
    pairs = _resolved(found, file, lines)
    SpdLine.objects.bulk_create(SpdLine(spd=spd, line=line, amount=row.amount) for line, row in pairs)
    for line, row in pairs:
        changed = BudgetLine.objects.filter(
            pk=line.pk, released__gte=F("held") + F("realised") - row.amount
        ).update(released=F("released") + row.amount)
        assert changed, "check() has seen it under the same lock"
    return spd


def preview_rows(found: Reading[SpdRow]) -> list[tuple[object, ...]]:
    return [(row.line_no, row.sub, row.account, "", row.source, row.amount) for row in found.rows]
