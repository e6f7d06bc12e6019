"""A chain of plans that agrees in everything, and faults planted into it with what they must be found as.

Nothing here is taken from the checker: documents are written as rows, and what a fault leads to is told from
which documents it stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from opd.models import Opd
from opd.planning.models import (
    BudgetLine,
    CashPlan,
    CodeChange,
    Dpa,
    FileKind,
    PlanDocument,
    PlanIndicator,
    PlanLine,
)
from tests.opd.cast import agency
from tests.planning.world import AT, ATK, MEETING, YEAR, saved_file

CHAIN = ("rpjmd", "renstra", "rkpd", "renja", "kua_ppas", "rka", "apbd", "dpa")
ONLY_PROGRAMS = [("rpjmd", "renstra"), ("rpjmd", "rkpd")]
DOWN_TO_SUBS = [
    *(("renstra", "renja"), ("rkpd", "renja"), ("rkpd", "kua_ppas")),
    *(("kua_ppas", "rka"), ("rka", "apbd"), ("apbd", "dpa")),
]
WITH_INDICATORS = [
    ("rpjmd", "renstra"), ("rpjmd", "rkpd"), ("renstra", "renja"), ("rkpd", "renja"), ("rkpd", "kua_ppas"),
]  # fmt: skip
OF_AN_AGENCY = {"renstra", "renja", "rka"}
FIELDS = ("3.26", "2.16")
PROGRAMS = ("02", "03", "04")
KINDS = (
    *("lost_sub", "lost_kegiatan", "lost_program", "pagu_sub", "wrong_total", "target_program", "target_sub"),
    *("lost_indicator", "recoded_sub", "recoded_program", "respelled", "tolerated"),
    *("released", "cash_plan", "ahead"),
)
Told = tuple[str, str, str, str, str]
"""Agency's field, upper, lower, check, code."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a program of an agency, and in which documents."""

    kind: str
    field: str
    program: str
    documents: frozenset[str]

    @property
    def head(self) -> str:
        return f"{self.field}.{self.program}"


@dataclass(frozen=True)
class Row:
    code: str
    pagu: int
    indicator: str = ""
    target: str = ""


def sound(head: str) -> list[Row]:
    """A program with two kegiatan and three sub kegiatan whose pagu add up."""
    return [
        Row(head, 310_000, "Capaian program", "80"),
        Row(f"{head}.1.01", 220_000),
        Row(f"{head}.1.01.0001", 100_000, "Jumlah laporan", "12"),
        Row(f"{head}.1.01.0002", 120_000, "Jumlah orang", "1.500"),
        Row(f"{head}.1.02", 90_000),
        Row(f"{head}.1.02.0001", 90_000, "Jumlah kegiatan", "4"),
    ]


def spoilt(rows: list[Row], fault: Fault) -> list[Row]:
    """The rows of a document that has the fault."""
    head = fault.head
    first, second = f"{head}.1.01.0001", f"{head}.1.01.0002"
    match fault.kind:
        case "lost_sub":
            return _add(_without(rows, first), {f"{head}.1.01": -100_000, head: -100_000})
        case "lost_kegiatan":
            return _add(_without(rows, f"{head}.1.02"), {head: -90_000})
        case "lost_program":
            return []
        case "pagu_sub":
            return _add(rows, dict.fromkeys((second, f"{head}.1.01", head), 240_000))
        case "tolerated":
            return _add(rows, dict.fromkeys((second, f"{head}.1.01", head), 4_000))
        case "wrong_total":
            return _add(rows, {head: 620_000})
        case "target_program":
            return [replace(row, target="75") if row.code == head else row for row in rows]
        case "target_sub":
            return [replace(row, target="13") if row.code == first else row for row in rows]
        case "lost_indicator":
            return [replace(row, indicator="", target="") if row.code == first else row for row in rows]
        case "recoded_sub":
            return [replace(row, code=f"{head}.1.09.0009") if row.code == first else row for row in rows]
        case "recoded_program":
            old = f"{fault.field}.9{fault.program[1]}"
            return [replace(row, code=old + row.code[len(head) :]) for row in rows]
        case "respelled":
            return [
                replace(row, indicator=row.indicator.upper(), target=f"{row.target},00")
                if row.target
                else row
                for row in rows
            ]
    return rows


def _without(rows: list[Row], head: str) -> list[Row]:
    return [row for row in rows if row.code != head and not row.code.startswith(f"{head}.")]


def _add(rows: list[Row], amounts: dict[str, int]) -> list[Row]:
    return [replace(row, pagu=row.pagu + amounts.get(row.code, 0)) for row in rows]


def expected(fault: Fault) -> set[Told]:
    """What the fault must be found as, and nothing else."""
    head, inside = fault.head, fault.documents
    match fault.kind:
        case "lost_sub":
            return _lost(fault, f"{head}.1.01.0001") | _deviates(fault, ONLY_PROGRAMS, inside, head)
        case "lost_kegiatan":
            return _lost(fault, f"{head}.1.02") | _deviates(fault, ONLY_PROGRAMS, inside, head)
        case "lost_program":
            return _lost(fault, head, [*ONLY_PROGRAMS, *DOWN_TO_SUBS])
        case "pagu_sub":
            return _deviates(fault, DOWN_TO_SUBS, inside, f"{head}.1.01.0002") | _deviates(
                fault, ONLY_PROGRAMS, inside, head
            )
        case "wrong_total":
            stating = inside - {"dpa"}
            sums = {(fault.field, one, one, "sum", head) for one in stating - {"rpjmd"}}
            return sums | _deviates(fault, [*ONLY_PROGRAMS, *DOWN_TO_SUBS], stating, head)
        case "target_program":
            return _deviates(fault, WITH_INDICATORS, inside, head, "target")
        case "target_sub":
            return _deviates(fault, _subs_with_indicators(), inside, f"{head}.1.01.0001", "target")
        case "lost_indicator":
            return _deviates(fault, _subs_with_indicators(), inside, f"{head}.1.01.0001", "indicator")
        case "released" | "cash_plan" | "ahead":
            return {(fault.field, "dpa", "realised", fault.kind, f"{head}.1.01.0001")}
    return set()


def _subs_with_indicators() -> list[tuple[str, str]]:
    return [pair for pair in WITH_INDICATORS if pair in DOWN_TO_SUBS]


def _lost(fault: Fault, code: str, pairs: Sequence[tuple[str, str]] = tuple(DOWN_TO_SUBS)) -> set[Told]:
    inside = fault.documents
    return {
        (fault.field, upper, lower, "missing" if lower in inside else "orphan", code)
        for upper, lower in pairs
        if (upper in inside) != (lower in inside)
    }


def _deviates(
    fault: Fault,
    pairs: Sequence[tuple[str, str]],
    inside: frozenset[str],
    code: str,
    check: str = "pagu",
) -> set[Told]:
    return {
        (fault.field, upper, lower, check, code)
        for upper, lower in pairs
        if (upper in inside) != (lower in inside)
    }


def offices() -> dict[str, Opd]:
    """The two agencies by the field of their programs."""
    return {
        FIELDS[0]: agency("113", "Dinas Pariwisata"),
        FIELDS[1]: agency("146", "Dinas Komunikasi dan Informatika"),
    }


def plant(faults: Iterable[Fault]) -> None:
    """Write the whole chain of two agencies with these faults in it, straight into the tables."""
    planted = {(fault.field, fault.program): fault for fault in faults}
    for kind in CHAIN[:-1]:
        _document(kind, planted)
    for field, opd in offices().items():
        _dpa(field, opd, planted)
    _changes(planted.values())


def rows_of(kind: str, field: str, planted: dict[tuple[str, str], Fault]) -> list[Row]:
    """What a document says of an agency."""
    found: list[Row] = []
    for program in PROGRAMS:
        rows = sound(f"{field}.{program}")
        fault = planted.get((field, program))
        found += spoilt(rows, fault) if fault and kind in fault.documents else rows
    return [row for row in found if kind != "rpjmd" or row.code.count(".") == 2]


def _document(kind: str, planted: dict[tuple[str, str], Fault]) -> None:
    lines: list[tuple[PlanLine, Row]] = []
    shared = None if kind in OF_AN_AGENCY else _version(kind, None)
    for field, opd in offices().items():
        document = shared or _version(kind, opd)
        lines += [
            (_line(document, opd, row, place), row)
            for place, row in enumerate(rows_of(kind, field, planted), 2)
        ]
    PlanLine.objects.bulk_create(line for line, _ in lines)
    PlanIndicator.objects.bulk_create(
        PlanIndicator(line=line, name=row.indicator, target=row.target, target_key=_plain(row.target))
        for line, row in lines
        if row.indicator and kind not in {"rka", "apbd"}
    )


def _plain(target: str) -> str:
    return target.replace(".", "").removesuffix(",00")


def _version(kind: str, opd: Opd | None) -> PlanDocument:
    period = kind in {"rpjmd", "renstra"}
    return PlanDocument.objects.create(
        kind=kind, opd=opd, first_year=YEAR - 2 if period else YEAR, last_year=YEAR + 2 if period else YEAR,
        version=0, number=f"{kind}/1", decree_date=date(2025, 1, 1 + CHAIN.index(kind)), at=AT,
        file=saved_file(opd or agency("113", "Dinas Pariwisata"), FileKind(kind)),
    )  # fmt: skip


def _line(document: PlanDocument, opd: Opd, row: Row, place: int) -> PlanLine:
    level = {2: 1, 4: 2, 5: 3}[row.code.count(".")]
    return PlanLine(
        document=document, opd=opd, year=YEAR, level=level, code=row.code, name=f"Nama {row.code}",
        pagu=Decimal(row.pagu), line_no=place,
    )  # fmt: skip


def _dpa(field: str, opd: Opd, planted: dict[tuple[str, str], Fault]) -> None:
    """Each sub kegiatan on two accounts, all of it planned for January and released."""
    Dpa.objects.create(
        opd=opd, year=YEAR, stage="murni", stage_no=0, number="DPA/1", dpa_date=date(2026, 1, 2), at=AT,
        file=saved_file(opd, FileKind.DPA),
    )  # fmt: skip
    execution = {
        f"{fault.head}.1.01.0001": fault.kind
        for fault in planted.values()
        if fault.kind in {"released", "cash_plan", "ahead"}
    }
    subs = [row for row in rows_of("dpa", field, planted) if row.code.count(".") == 5]
    lines = BudgetLine.objects.bulk_create(
        BudgetLine(
            opd=opd, year=YEAR, kode_sub_kegiatan=row.code, nama_sub_kegiatan=f"Nama {row.code}",
            kode_rekening=account, nama_rekening="Belanja", pagu=Decimal(pagu),
            released=Decimal(pagu + (5 if execution.get(row.code) == "released" else 0)),
            realised=Decimal(1000 if execution.get(row.code) == "ahead" else 0),
        )
        for row in subs
        for account, pagu in ((ATK, row.pagu // 4), (MEETING, row.pagu - row.pagu // 4))
    )  # fmt: skip
    CashPlan.objects.bulk_create(
        CashPlan(
            line=line, month=12 if execution.get(line.kode_sub_kegiatan) == "ahead" else 1,
            amount=line.pagu - (7 if execution.get(line.kode_sub_kegiatan) == "cash_plan" else 0),
        )
        for line in lines
    )  # fmt: skip


def _changes(faults: Iterable[Fault]) -> None:
    for fault in faults:
        pairs = {
            "recoded_sub": (f"{fault.head}.1.09.0009", f"{fault.head}.1.01.0001"),
            "recoded_program": (f"{fault.field}.9{fault.program[1]}", fault.head),
        }
        if fault.kind in pairs:
            old, new = pairs[fault.kind]
            CodeChange.objects.create(old=old, new=new, from_year=2024, legal_basis="Kepmen 1/2024", at=AT)
