"""A DPA: lines with pagu and, where given, anggaran kas. A newer stage replaces the pagu of all lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.db.models import F

from opd.models import User
from opd.office import tabular
from opd.office.tabular import Problems, Row, TabularError
from opd.planning.imports import reading
from opd.planning.imports.reading import MONTH_COLUMNS, Reading
from opd.planning.models import BudgetLine, CashPlan, Dpa, LineVersion, PlanFile, Stage
from payments.money import format_rupiah

COLUMNS = (
    "kode_sub_kegiatan",
    "nama_sub_kegiatan",
    "kode_rekening",
    "nama_rekening",
    "sumber_dana",
    "pagu",
)


@dataclass(frozen=True)
class DpaRow:
    line_no: int
    sub: str
    sub_name: str
    account: str
    account_name: str
    source: str
    pagu: Decimal
    months: tuple[Decimal, ...] | None

    @property
    def codes(self) -> tuple[str, str, str]:
        return self.sub, self.account, self.source


def read(content: IO[bytes], *, name: str) -> Reading[DpaRow]:
    """Raises TabularError where the file is no such table; faults of rows are collected."""
    found, table = reading.read(
        content,
        name=name,
        columns=COLUMNS,
        amount_column="pagu",
        amounts=MONTH_COLUMNS,
        make=_row,
        amount_of=lambda row: row.pagu,
    )
    if any(table.has(column) for column in MONTH_COLUMNS):
        table.need(MONTH_COLUMNS)
    _refuse_twins(found)
    return found


def _row(row: Row) -> DpaRow:
    pagu = tabular.amount(row, "pagu")
    by_month = reading.months(row) if row.table.has("jan") else None
    if by_month is not None and sum(by_month) != pagu:
        raise row.fault(
            "jan", f"jumlah Januari sampai Desember {format_rupiah(sum(by_month, Decimal(0)))}, "
            f"sedangkan pagu {format_rupiah(pagu)}."
        )  # fmt: skip
    return DpaRow(
        row.line_no,
        reading.sub_kegiatan(row),
        tabular.text(row, "nama_sub_kegiatan"),
        reading.rekening(row),
        tabular.text(row, "nama_rekening"),
        tabular.text(row, "sumber_dana", most=100, needed=False),
        pagu,
        by_month,
    )


def _refuse_twins(found: Reading[DpaRow]) -> None:
    first: dict[tuple[str, str, str], int] = {}
    for row in found.rows:
        if row.codes in first:
            found.problems.add(
                TabularError(
                    row.line_no,
                    "kode_rekening",
                    f"baris anggaran yang sama sudah ada di baris {first[row.codes]}.",
                )
            )
        first.setdefault(row.codes, row.line_no)


def check(found: Reading[DpaRow], file: PlanFile, lines: Iterable[BudgetLine]) -> None:
    """Against what is there: the stage, and no pagu below what is held and spent."""
    newest = Dpa.objects.filter(opd=file.opd, year=file.year).order_by("-stage_no").first()
    _check_stage(found.problems, newest, Stage(file.facts["stage"]))
    rows = {row.codes: row for row in found.rows}
    gone = 0
    for line in lines:
        row = rows.get((line.kode_sub_kegiatan, line.kode_rekening, line.sumber_dana))
        gone += row is None and line.pagu > 0
        if line.used > (row.pagu if row else Decimal(0)):
            found.problems.add(_too_low(line, row))
    if gone:
        found.notes.append(f"{gone} baris tidak ada lagi dalam DPA ini; pagunya menjadi nol.")
    if newest and any(row.months is None for row in found.rows):
        found.notes.append("Baris tanpa rencana bulanan tetap memakai anggaran kas yang lama.")


def _check_stage(problems: Problems, newest: Dpa | None, stage: Stage) -> None:
    if newest is None and stage != Stage.MURNI:
        problems.add(TabularError(None, "", "DPA murni belum diimpor. Impor DPA murni dahulu."))
    if newest is not None and stage == Stage.MURNI:
        problems.add(
            TabularError(
                None, "", f"DPA murni sudah diimpor ({newest.number}). Pilih pergeseran atau perubahan."
            )
        )


def _too_low(line: BudgetLine, row: DpaRow | None) -> TabularError:
    used = format_rupiah(line.used)
    if row is None:
        return TabularError(
            None,
            "",
            f"Baris {line.kode_sub_kegiatan} / {line.kode_rekening} tidak ada dalam DPA ini, padahal {used} "
            "sudah ditahan atau dibelanjakan.",
        )
    return TabularError(
        row.line_no,
        "pagu",
        f"pagu {format_rupiah(row.pagu)} di bawah {used} yang sudah ditahan atau dibelanjakan.",
    )


def write(
    found: Reading[DpaRow], file: PlanFile, lines: list[BudgetLine], by: User | None, at: datetime
) -> Any:
    """Inside the transaction that holds the lines' locks, after ``check``."""
    assert file.opd_id is not None  # a DPA is of one agency
    newest = Dpa.objects.filter(opd=file.opd, year=file.year).order_by("-stage_no").first()
    dpa = Dpa.objects.create(
        opd_id=file.opd_id, year=file.year, stage=file.facts["stage"],
        stage_no=newest.stage_no + 1 if newest else 0, number=file.facts["number"],
        dpa_date=date.fromisoformat(file.facts["date"]), file=file, by=by, at=at,
    )  # fmt: skip
    known = reading.Lines(lines).rows
    versions, plans = [], []
    put = [(_put(known.pop(row.codes, None), row, file), row) for row in found.rows]
    BudgetLine.objects.bulk_create(line for line, _ in put if line.pk is None)
    for line, row in put:
        versions.append(LineVersion(dpa=dpa, line=line, pagu=row.pagu))
        if row.months is not None:
            plans.append((line, row.months))
    for line in known.values():  # not in this DPA any more
        _set_pagu(line, Decimal("0.00"), line.nama_sub_kegiatan, line.nama_rekening)
        versions.append(LineVersion(dpa=dpa, line=line, pagu=Decimal("0.00")))
    LineVersion.objects.bulk_create(versions)
    replace_plans(plans)
    return dpa


def _put(line: BudgetLine | None, row: DpaRow, file: PlanFile) -> BudgetLine:
    """The line with what the DPA says of it; a new one is not yet saved."""
    if line is None:
        assert file.opd_id is not None
        return BudgetLine(
            opd_id=file.opd_id, year=file.year, kode_sub_kegiatan=row.sub, nama_sub_kegiatan=row.sub_name,
            kode_rekening=row.account, nama_rekening=row.account_name, sumber_dana=row.source, pagu=row.pagu,
        )  # fmt: skip
    _set_pagu(line, row.pagu, row.sub_name, row.account_name)
    return line


def _set_pagu(line: BudgetLine, pagu: Decimal, sub_name: str, account_name: str) -> None:
    changed = BudgetLine.objects.filter(pk=line.pk, held__lte=pagu - F("realised")).update(
        pagu=pagu, nama_sub_kegiatan=sub_name, nama_rekening=account_name
    )
    assert changed, "check() has seen it under the same lock"


def replace_plans(plans: list[tuple[BudgetLine, tuple[Decimal, ...]]]) -> None:
    CashPlan.objects.filter(line__in=[line.pk for line, _ in plans]).delete()
    CashPlan.objects.bulk_create(
        CashPlan(line=line, month=month, amount=amount)
        for line, amounts in plans
        for month, amount in enumerate(amounts, 1)
    )


def preview_rows(found: Reading[DpaRow]) -> list[tuple[object, ...]]:
    return [(row.line_no, row.sub, row.account, row.account_name, row.source, row.pagu) for row in found.rows]
