"""What the layouts share: codes, the total row, and finding the budget line that a row speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any, Generic, TypeVar

from opd.office import tabular
from opd.office.tabular import Problems, Row, Table
from opd.planning.models import BudgetLine
from payments.money import format_rupiah

R = TypeVar("R")
ZERO = Decimal("0.00")
SUB_KEGIATAN = r"(\d|X)\.(\d{2}|XX)\.\d{2}\.\d\.\d{2}\.(\d{4}|\d{2})"
"""Permendagri 90/2019; two digits at the end in older years, X for a sub kegiatan of any urusan."""
REKENING = r"5\.\d\.\d{2}\.\d{2}\.\d{2}\.\d{4}"
MONTH_COLUMNS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")


@dataclass
class Reading(Generic[R]):
    """A file read whole: its rows, their sum, the sum its own total row states, and what is wrong.

    ``summed`` says in words which rows ``total`` sums; ``title_years`` are the years that the lines above
    the table name, where that matters.
    """

    rows: list[R]
    total: Decimal
    stated: Decimal | None = None
    problems: Problems = field(default_factory=Problems)
    notes: list[str] = field(default_factory=list)
    summed: str = "seluruh baris"
    title_years: set[int] = field(default_factory=set)


def read(
    content: IO[bytes],
    *,
    name: str,
    columns: Sequence[str],
    amount_column: str,
    make: Callable[[Row], R | None],
    amount_of: Callable[[R], Decimal],
    amounts: Sequence[str] = (),
    sheet: str | None = None,
    total_of: Callable[[Row], Decimal] | None = None,
) -> tuple[Reading[R], Table]:
    """Every row made by ``make`` (None: no row of the table); faults are collected.

    Raises TabularError where there is no such table.
    ``total_of`` reads the file's own total row; without it ``amount_column`` does.
    """
    table = tabular.read(content, name=name, columns=columns, amounts=[amount_column, *amounts], sheet=sheet)
    stated = total_of or (lambda row: tabular.amount(row, amount_column, negative=True))
    reading: Reading[R] = Reading([], ZERO)
    for place, row in enumerate(table.rows):
        if is_total(row):
            if place < len(table.rows) - 1:
                reading.problems.add(row.fault(amount_column, "baris jumlah hanya boleh di akhir berkas."))
            reading.stated = reading.problems.take(stated, row)
            continue
        made = reading.problems.take(make, row)
        if made is not None:
            reading.rows.append(made)
    if not reading.rows and not reading.problems:
        reading.problems.add(tabular.TabularError(None, "", "Berkas ini tidak berisi satu baris pun."))
    reading.total = sum((amount_of(made) for made in reading.rows), ZERO)
    return reading, table


def is_total(row: Row) -> bool:
    words = [str(cell).strip().casefold() for cell in row.values if cell != ""]
    return bool(words) and words[0].rstrip(":").split(" ")[0] in {"jumlah", "total"}


def check_control(reading: Reading[Any], typed: Decimal | None) -> None:
    """The sum of the rows must be what the person typed and what the file's own total row says.

    A fault where neither is given: nobody has then said what the file should hold.
    """
    if reading.problems:
        return
    for what, control in (("yang Anda ketik", typed), ("di baris jumlah berkas", reading.stated)):
        if control is not None and control != reading.total:
            reading.problems.add(
                tabular.TabularError(
                    None,
                    "",
                    f"Jumlah {reading.summed} {format_rupiah(reading.total)}, sedangkan jumlah {what} "
                    f"{format_rupiah(control)}. Periksa apakah ada baris yang hilang.",
                )
            )
    if typed is None and reading.stated is None:
        reading.problems.add(
            tabular.TabularError(
                None, "", "Jumlah kontrol belum diisi dan berkas ini tidak punya baris jumlah."
            )
        )


def sub_kegiatan(row: Row, column: str = "kode_sub_kegiatan") -> str:
    return tabular.code(row, column, SUB_KEGIATAN)


def rekening(row: Row, column: str = "kode_rekening") -> str:
    return tabular.code(row, column, REKENING)


def months(row: Row) -> tuple[Decimal, ...] | None:
    """The twelve months of the anggaran kas; None where all are empty."""
    if all(row.cell(column) == "" for column in MONTH_COLUMNS):
        return None
    return tuple(tabular.amount(row, column, empty=ZERO) for column in MONTH_COLUMNS)


class Lines:
    """The budget lines of an agency and year, found by their codes."""

    def __init__(self, rows: Sequence[BudgetLine]) -> None:
        self.rows = {(line.kode_sub_kegiatan, line.kode_rekening, line.sumber_dana): line for line in rows}
        self._by_codes: dict[tuple[str, str], list[BudgetLine]] = defaultdict(list)
        for line in rows:
            self._by_codes[line.kode_sub_kegiatan, line.kode_rekening].append(line)

    def of_codes(self, sub: str, account: str) -> list[BudgetLine]:
        return self._by_codes.get((sub, account), [])

    def the(self, row: Row, sub: str, account: str, source: str, *, year: int, column: str) -> BudgetLine:
        """The one line a row speaks of. Raises TabularError where there is none, or several."""
        if source:
            found = [self.rows[key] for key in [(sub, account, source)] if key in self.rows]
        else:
            found = self.of_codes(sub, account)
        if not found:
            named = f"{sub} / {account}" + (f" / {source}" if source else "")
            raise row.fault(column, f"baris anggaran {named} tidak ada dalam DPA {year} OPD ini.")
        if len(found) > 1:
            sources = ", ".join(sorted(line.sumber_dana or "tanpa sumber dana" for line in found))
            raise row.fault(
                column, f"ada beberapa baris {account}; isi sumber_dana dengan salah satu: {sources}."
            )
        return found[0]


def budget_lines(opd_id: int, year: int, *, locked: bool = False) -> list[BudgetLine]:
    """All lines of an agency and year; ``locked`` in one fixed order until the transaction ends."""
    rows = BudgetLine.objects.filter(opd=opd_id, year=year).order_by("pk")
    return list(rows.select_for_update(no_key=True) if locked else rows)
