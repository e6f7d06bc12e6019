"""SIPD's "Laporan Realisasi Per Dokumen": rows kept as received, recognised, matched before any is counted.

Keys by kind of document (domain/planning-budget.md 6.4): SPP-LS by SP2D, sub kegiatan and rekening; TBP by
document, sub kegiatan, rekening and SPD; TBP-KKPD by these and the Nomor DPT, which it must have.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO

from opd.models import Opd, User
from opd.office import tabular
from opd.office.tabular import Row
from opd.planning import sipd_links
from opd.planning.imports import reading
from opd.planning.imports.offices import Offices
from opd.planning.imports.reading import Lines, Reading
from opd.planning.imports.sipd_columns import COLUMNS, SHEET
from opd.planning.models import BudgetLine, PlanFile, RowState, SipdRow

AMOUNT = "Nilai Realisasi"
_AMOUNTS = (AMOUNT, "Nilai Setoran", "Nilai SPD", "Nilai SP2D")


@dataclass(frozen=True)
class Parsed:
    row: Row = field(repr=False)
    office_code: str
    office_name: str
    sub: str
    account: str
    number: str
    kind: str
    day: date
    transferred: date | None
    description: str
    amount: Decimal
    identity: str

    @property
    def line_no(self) -> int:
        return self.row.line_no

    @property
    def effective(self) -> date:
        """An LS counts on the day of its transfer (Tanggal Transfer), others on that of the document."""
        return self.transferred if is_ls(self.kind) and self.transferred else self.day


def is_ls(kind: str) -> bool:
    return "LS" in kind.upper()


def is_kkpd(kind: str) -> bool:
    return "KKPD" in kind.upper()


def read(content: IO[bytes], *, name: str) -> Reading[Parsed]:
    """Raises TabularError where a column or the sheet is missing; faults of rows are collected."""
    found, _ = reading.read(
        content,
        name=name,
        columns=COLUMNS,
        amount_column=AMOUNT,
        amounts=_AMOUNTS,
        make=_row,
        amount_of=lambda row: row.amount,
        sheet=SHEET if tabular.sheets(content) else None,
    )
    return found


def _row(row: Row) -> Parsed:
    kind = tabular.text(row, "Jenis Dokumen", most=40)
    sub = reading.sub_kegiatan(row, "Kode Sub Kegiatan")
    account = reading.rekening(row, "Kode Rekening")
    number = tabular.text(row, "Nomor Dokumen", most=120)
    amount = tabular.amount(row, AMOUNT, negative=True)
    return Parsed(
        row=row,
        office_code=tabular.text(row, "Kode SKPD", most=60),
        office_name=tabular.text(row, "Nama SKPD"),
        sub=sub,
        account=account,
        number=number,
        kind=kind,
        day=tabular.day(row, "Tanggal Dokumen"),
        transferred=tabular.day_or_none(row, "Tanggal Transfer"),
        description=tabular.text(row, "Keterangan Dokumen", most=2000, needed=False)[:500],
        amount=amount,
        identity=_identity(row, kind, (sub, account), number, amount),
    )


def _identity(row: Row, kind: str, codes: tuple[str, str], number: str, amount: Decimal) -> str:
    """What makes this row the same in another export; its value is part of it, so that a change shows."""
    key = [kind.upper(), *codes, tabular.text(row, "Jenis Transaksi", needed=False), f"{amount:.2f}"]
    if is_ls(kind):
        key.append(tabular.text(row, "Nomor SP2D", most=120))
    else:
        key += [number, tabular.text(row, "Nomor SPD", most=120, needed=False)]
    if is_kkpd(kind):
        key.append(tabular.text(row, "Nomor DPT", most=120))
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()


@dataclass(frozen=True)
class Placed:
    """A row with its agency and, where one line alone is meant, its line."""

    parsed: Parsed
    opd: Opd
    line: BudgetLine | None


def check(found: Reading[Parsed], file: PlanFile, lines: list[BudgetLine]) -> None:
    placed = place(found, file, lines)
    new = _new(placed)
    if len(new) < len(placed):
        found.notes.append(
            f"{len(placed) - len(new)} baris sudah pernah diimpor dan tidak dihitung lagi; "
            f"{len(new)} baris baru."
        )
    unsure = sum(1 for item, _ in new if item.line is None)
    if unsure:
        found.notes.append(f"{unsure} baris dapat berarti beberapa baris anggaran; Anda memilihnya nanti.")


def place(found: Reading[Parsed], file: PlanFile, lines: list[BudgetLine]) -> list[Placed]:
    """Agency, year and line of every row; faults are collected."""
    offices = Offices(file.opd, first_year=file.year, last_year=file.year)
    known: dict[int, Lines] = {}
    for line in lines:
        known.setdefault(line.opd_id, Lines([one for one in lines if one.opd_id == line.opd_id]))
    placed: list[Placed] = []
    for parsed in found.rows:
        with found.problems.watch():
            _check_year(parsed, file.year)
            opd = offices.of(parsed.row, "Kode SKPD", parsed.office_code, parsed.office_name)
            placed.append(Placed(parsed, opd, _line(parsed, known.get(opd.pk, Lines([])), file.year)))
    return placed


def _check_year(parsed: Parsed, year: int) -> None:
    for column, day in (("Tanggal Dokumen", parsed.day), ("Tanggal Transfer", parsed.transferred)):
        if day and day.year != year:
            raise parsed.row.fault(
                column, f"tanggal {day:%d/%m/%Y} bukan tahun anggaran {year}. Unggah laporan tahun {year}."
            )


def _line(parsed: Parsed, lines: Lines, year: int) -> BudgetLine | None:
    found = lines.of_codes(parsed.sub, parsed.account)
    if not found:
        raise parsed.row.fault(
            "Kode Rekening",
            f"baris anggaran {parsed.sub} / {parsed.account} tidak ada dalam DPA {year} OPD ini. Impor DPA "
            "terbaru dahulu.",
        )
    return found[0] if len(found) == 1 else None


def _new(placed: list[Placed]) -> list[tuple[Placed, int]]:
    """Rows that no earlier file had, each with its occurrence: the n-th of equal rows is the n-th again."""
    ids = {item.parsed.identity for item in placed}
    known = set(SipdRow.objects.filter(identity__in=ids).values_list("opd_id", "identity", "occurrence"))
    seen: Counter[tuple[int, str]] = Counter()
    new: list[tuple[Placed, int]] = []
    for item in placed:
        seen[item.opd.pk, item.parsed.identity] += 1
        occurrence = seen[item.opd.pk, item.parsed.identity]
        if (item.opd.pk, item.parsed.identity, occurrence) not in known:
            new.append((item, occurrence))
    return new


def write(
    found: Reading[Parsed], file: PlanFile, lines: list[BudgetLine], by: User | None, at: datetime
) -> PlanFile:
    """Inside the transaction that holds the lines' locks. Matching follows in the same transaction."""
    rows = [_stored(item, occurrence, file, at) for item, occurrence in _new(place(found, file, lines))]
    SipdRow.objects.bulk_create(rows)
    sipd_links.match_open(opd_ids={row.opd_id for row in rows}, year=file.year, by=by, at=at)
    return file


def _stored(item: Placed, occurrence: int, file: PlanFile, at: datetime) -> SipdRow:
    parsed = item.parsed
    row = SipdRow(
        file=file, line_no=parsed.line_no, raw=parsed.row.cells, identity=parsed.identity,
        occurrence=occurrence, opd=item.opd, line=item.line, document_number=parsed.number,
        document_kind=parsed.kind, document_date=parsed.effective, description=parsed.description,
        amount=parsed.amount,
    )  # fmt: skip
    if not parsed.amount:
        row.state, row.reason, row.decided_at = RowState.DISMISSED, "Nilainya nol.", at
    return row


def preview_rows(found: Reading[Parsed]) -> list[tuple[object, ...]]:
    return [
        (
            row.line_no,
            row.sub,
            row.account,
            f"{row.kind} {row.number}",
            f"{row.effective:%d/%m/%Y}",
            row.amount,
        )
        for row in found.rows
    ]
