"""A plan document's file, read into rows: codes, years, indicators and pagu, each fault with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import IO

from opd.office import tabular
from opd.office.tabular import Row, Table, TabularError
from opd.office.tabular.table import shown
from opd.planning.imports import plan_codes, reading
from opd.planning.imports.reading import ZERO, Reading
from opd.planning.models import OF_PERIOD, OF_PROVINCE, DocumentKind, FileKind

COLUMNS = ("kode", "uraian", "indikator", "target", "satuan", "pagu")
OPTIONAL = ("sumber_dana",)
_TITLE_YEAR = re.compile(r"\btahun(?: anggaran)?\s*:?\s+(20\d{2})\b", re.IGNORECASE)


@dataclass(frozen=True)
class PlanRow:
    """One line of the file. ``pagu`` None: a further indicator of a node that was stated above it."""

    row: Row
    office: str
    year: int | None
    code: str
    level: int
    name: str
    indicator: str
    target: str
    target_key: str
    unit: str
    source: str
    pagu: Decimal | None


def columns(kind: FileKind) -> tuple[str, ...]:
    """The headings that a file of this kind must have."""
    document = DocumentKind(kind)
    office = ("kode_opd",) if document in OF_PROVINCE else ()
    return (*office, *(("tahun",) if document in OF_PERIOD else ()), *COLUMNS)


def read(content: IO[bytes], *, name: str, kind: FileKind) -> Reading[PlanRow]:
    """Rows whose codes and amounts are understood.

    Raises TabularError where the file is no such table, or where cells of its rows are merged.
    """
    headings: list[int] = []
    found, table = reading.read(
        content,
        name=name,
        columns=columns(kind),
        amount_column="pagu",
        make=lambda row: _row(row, headings),
        amount_of=lambda row: row.pagu or ZERO,
    )
    _refuse_merged(content, table)
    if headings:
        found.notes.append(f"{len(headings)} baris urusan dan bidang urusan dilewati: hanya judul.")
    if DocumentKind(kind) not in OF_PERIOD:
        found.title_years = title_years(table)
    found.summed = "baris teratas"
    found.total = ZERO  # known once it is known whose row each is
    return found


def title_years(table: Table) -> set[int]:
    """Years that the lines above the header name."""
    return {int(year) for line in table.above for cell in line for year in _TITLE_YEAR.findall(shown(cell))}


def _row(row: Row, headings: list[int]) -> PlanRow | None:
    code = "".join(tabular.text(row, "kode", most=60).split())
    if plan_codes.HEADING.fullmatch(code):
        headings.append(row.line_no)
        return None
    level = plan_codes.level_of(code)
    if level is None:
        raise row.fault("kode", _why_unknown(code))
    indicator = tabular.text(row, "indikator", most=500, needed=False)
    target = tabular.text(row, "target", most=60, needed=bool(indicator))
    if target and not indicator:
        raise row.fault("indikator", f"kosong, padahal ada target {target}.")
    pagu = None if row.cell("pagu") == "" else tabular.amount(row, "pagu")
    if pagu is None and not indicator:
        raise row.fault("pagu", "kosong. Isi dahulu, lalu unggah lagi.")
    cell = row.cell("target")
    return PlanRow(
        row,
        tabular.text(row, "kode_opd", most=200) if row.table.has("kode_opd") else "",
        tabular.whole(row, "tahun", least=2000, most=2099) if row.table.has("tahun") else None,
        code,
        level,
        tabular.text(row, "uraian", needed=pagu is not None),
        indicator,
        target,
        plan_codes.target_key(cell if isinstance(cell, Decimal) else target),
        tabular.text(row, "satuan", most=60, needed=False),
        tabular.text(row, "sumber_dana", most=100, needed=False) if row.table.has("sumber_dana") else "",
        pagu,
    )


def _why_unknown(code: str) -> str:
    if plan_codes.OF_REGENCY.fullmatch(code):
        return f"kode “{code}” adalah kode kabupaten/kota; provinsi memakai 1 pada bagian keempat."
    return (
        f"kode “{code[:40]}” tidak dikenal: bukan program (7.01.02), kegiatan (7.01.02.1.01), atau sub "
        "kegiatan (7.01.02.1.01.0001)."
    )


def _refuse_merged(content: IO[bytes], table: Table) -> None:
    lines = [row.line_no for row in table.rows if not reading.is_total(row)]
    merged = [area for area in tabular.merged(content, sheet=table.sheet) if _covers(area.lines, lines)]
    if merged:
        names = ", ".join(area.name for area in merged[:5]) + (" …" if len(merged) > 5 else "")
        raise TabularError(
            merged[0].lines.start, "", f"ada sel yang digabung ({names}). Pisahkan sel itu dan isi setiap "
            "barisnya, lalu unggah lagi."
        )  # fmt: skip


def _covers(area: range, lines: Iterable[int]) -> bool:
    return any(line in area for line in lines)
