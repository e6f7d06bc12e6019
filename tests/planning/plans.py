"""Plan files as Bappeda brings them, written without the product's code."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
from django.core.files.base import ContentFile

from opd.models import Opd
from opd.planning import services
from opd.planning.models import FileKind, PlanDocument
from tests.planning.files import table
from tests.planning.world import AT, YEAR

PROGRAM, KEGIATAN, SUB = "3.26.02", "3.26.02.1.01", "3.26.02.1.01.0001"
HEADER = ["kode", "uraian", "indikator", "target", "satuan", "pagu"]


@dataclass(frozen=True)
class Said:
    """One line of a plan file; ``pagu`` None leaves its cell empty."""

    code: str
    pagu: int | None
    indicator: str = "Jumlah kunjungan"
    target: str = "100"
    unit: str = "orang"
    name: str = "Promosi"
    office: str = "113"
    year: int | None = None

    def but(self, **changes: Any) -> Said:
        return replace(self, **changes)


BRANCH = (Said(PROGRAM, 900), Said(KEGIATAN, 900), Said(SUB, 900))
"""A program with one kegiatan and one sub kegiatan."""


def lines(kind: str, rows: Sequence[Said]) -> tuple[list[str], list[list[object]]]:
    """Header and cells; a province's document names agencies, one of several years names years."""
    offices, years = kind in {"rpjmd", "rkpd", "kua_ppas", "apbd"}, kind in {"rpjmd", "renstra"}
    header = [*(["kode_opd"] if offices else []), *(["tahun"] if years or any(r.year for r in rows) else [])]
    cells: list[list[object]] = [
        [
            *([row.office] if offices else []),
            *([row.year or YEAR] if "tahun" in header else []),
            row.code,
            row.name,
            row.indicator,
            row.target if row.indicator else "",
            row.unit if row.indicator else "",
            "" if row.pagu is None else row.pagu,
        ]
        for row in rows
    ]
    return header + HEADER, cells


def csv(kind: str, rows: Sequence[Said] = BRANCH) -> ContentFile[bytes]:
    return table(*lines(kind, rows))


def workbook(
    kind: str, rows: Sequence[Said] = BRANCH, *, title: str = "", merge: str = ""
) -> ContentFile[bytes]:
    """An XLSX whose first line is a title, with some cells merged."""
    book: Any = openpyxl.Workbook()
    page = book.active
    page.append([title])
    header, cells = lines(kind, rows)
    for line in (header, *cells):
        page.append(line)
    page.merge_cells("A1:F1")
    if merge:
        page.merge_cells(merge)
    data = io.BytesIO()
    book.save(data)
    return ContentFile(data.getvalue())


def total(rows: Sequence[Said]) -> int:
    """What the topmost lines sum to."""
    top = min(row.code.count(".") for row in rows)
    return sum(row.pagu or 0 for row in rows if row.code.count(".") == top)


def bring(
    kind: str,
    content: ContentFile[bytes],
    control: int | None,
    *,
    opd: Opd | None = None,
    name: str = "rencana.csv",
    **changes: Any,
) -> PlanDocument:
    """Prepare and save; ``changes`` replace what is said about the document."""
    said: dict[str, Any] = {
        "year": YEAR, "stage": "murni", "number": f"{kind}/1", "decree_date": date(2025, 12, 1), "by": None,
        "at": AT, "last_year": YEAR if kind in {"rpjmd", "renstra"} else None,
    }  # fmt: skip
    made: PlanDocument = services.import_plan(
        kind=FileKind(kind), opd=opd, content=content, name=name,
        control_total=None if control is None else Decimal(control), **said | changes,
    )  # fmt: skip
    return made
