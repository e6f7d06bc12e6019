"""Plan documents from RPJMD to APBD: placed by agency and year, compared with the version before, kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from opd.models import User
from opd.office.tabular import TabularError
from opd.planning.imports import plan_codes
from opd.planning.imports.offices import Offices
from opd.planning.imports.plan_rows import PlanRow
from opd.planning.imports.reading import ZERO, Reading
from opd.planning.models import (
    BudgetLine,
    CodeChange,
    DocumentKind,
    Level,
    PlanDocument,
    PlanFile,
    PlanIndicator,
    PlanLine,
    Stage,
)

BATCH = 2000
Key = tuple[int, int, str]
"""Agency, year, code."""


@dataclass(frozen=True)
class Node:
    """A program, kegiatan or sub kegiatan of the file with all rows that speak of it; the first has pagu."""

    opd_id: int
    year: int
    rows: list[PlanRow] = field(default_factory=list)

    @property
    def head(self) -> PlanRow:
        return self.rows[0]

    @property
    def pagu(self) -> Decimal:
        return self.head.pagu or ZERO


def check(found: Reading[PlanRow], file: PlanFile, _lines: list[BudgetLine]) -> None:
    """Against the agencies, the year and the version before; faults and notes are collected."""
    newest = _newest(file)
    _check_version(found, file, newest)
    _check_title(found, file)
    nodes = place(found, file)
    _check_nodes(found, nodes)
    found.total = sum((node.pagu for key, node in nodes.items() if _above(key) not in nodes), ZERO)
    if found.problems:
        return
    tally = Counter(key[2].count(".") for key in nodes)
    found.notes.append(
        f"{tally[2]} program, {tally[4]} kegiatan, dan {tally[5]} sub kegiatan milik "
        f"{len({key[0] for key in nodes})} OPD."
    )
    _note_old_codes(found, file)
    if newest:
        found.notes.append(_difference(nodes, newest))


def place(found: Reading[PlanRow], file: PlanFile) -> dict[Key, Node]:
    """Every node of the file with its agency and year."""
    last = int(file.facts.get("last_year") or file.year)
    offices = Offices(file.opd, first_year=file.year, last_year=last)
    nodes: dict[Key, Node] = {}
    for row in found.rows:
        with found.problems.watch():
            year = _year_of(row, file, last)
            opd = file.opd if file.opd and not row.office else offices.of(row.row, "kode_opd", row.office)
            assert opd is not None
            nodes.setdefault((opd.pk, year, row.code), Node(opd.pk, year)).rows.append(row)
    return nodes


def _above(key: Key) -> Key:
    opd_id, year, code = key
    return opd_id, year, plan_codes.parent_of(code)


def _check_nodes(found: Reading[PlanRow], nodes: dict[Key, Node]) -> None:
    """A node is stated once, before its further indicators; below a stated level, all have parents."""
    levels = {node.head.level for node in nodes.values()}
    for key, node in nodes.items():
        head = node.head
        if head.pagu is None:
            found.problems.add(head.row.fault("pagu", "kosong, padahal kode ini baru pertama kali disebut."))
        for row in node.rows[1:]:
            if row.pagu is not None:
                found.problems.add(
                    row.row.fault("kode", f"kode {row.code} sudah ada di baris {head.row.line_no}.")
                )
        _check_indicators(found, node)
        if head.level - 1 in levels and _above(key) not in nodes:
            found.problems.add(
                head.row.fault(
                    "kode",
                    f"kode {head.code} tidak dikenal: induknya {_above(key)[2]} tidak ada dalam berkas ini.",
                )
            )


def _check_indicators(found: Reading[PlanRow], node: Node) -> None:
    first: dict[str, PlanRow] = {}
    for row in node.rows:
        known = first.setdefault(row.indicator.casefold(), row)
        if known is not row:
            found.problems.add(
                row.row.fault("indikator", f"indikator ini sudah ada di baris {known.row.line_no}.")
            )


def _year_of(row: PlanRow, file: PlanFile, last: int) -> int:
    year = row.year if row.year is not None else file.year
    if not file.year <= year <= last:
        wanted = f"{file.year}" if file.year == last else f"{file.year} sampai {last}"
        raise row.row.fault("tahun", f"tahun {year}, sedangkan dokumen ini untuk {wanted}.")
    return year


def _check_title(found: Reading[PlanRow], file: PlanFile) -> None:
    if found.title_years and file.year not in found.title_years:
        named = ", ".join(map(str, sorted(found.title_years)))
        found.problems.add(
            TabularError(
                None, "", f"Judul berkas menyebut tahun {named}, sedangkan Anda memilih tahun {file.year}."
            )
        )


def _check_version(found: Reading[PlanRow], file: PlanFile, newest: PlanDocument | None) -> None:
    name, stage = file.get_kind_display(), Stage(file.facts["stage"])
    day = date.fromisoformat(file.facts["date"])
    problem = ""
    if newest is None and stage != Stage.MURNI:
        problem = f"{name} murni belum diimpor. Impor {name} murni dahulu."
    elif newest is not None and stage == Stage.MURNI:
        problem = f"{name} murni sudah diimpor ({newest.number}). Pilih perubahan."
    elif newest is not None and day < newest.decree_date:
        problem = (
            f"Tanggal penetapan {day:%d/%m/%Y} mendahului versi sebelumnya ({newest.number}, "
            f"{newest.decree_date:%d/%m/%Y})."
        )
    if problem:
        found.problems.add(TabularError(None, "", problem))


def _note_old_codes(found: Reading[PlanRow], file: PlanFile) -> None:
    changes = CodeChange.objects.filter(from_year__lte=file.year).values_list("old", flat=True)
    old = sorted({row.code for row in found.rows} & set(changes))
    if old:
        named = ", ".join(old[:3]) + (" …" if len(old) > 3 else "")
        found.notes.append(f"{len(old)} kode lama ({named}) dibandingkan dengan kode penggantinya.")


def _difference(nodes: dict[Key, Node], newest: PlanDocument) -> str:
    """What this version changes, against the newest one that was saved."""
    before: dict[Key, Decimal] = {
        (opd, year, code): pagu
        for opd, year, code, pagu in newest.lines.values_list("opd_id", "year", "code", "pagu")
    }
    now = {key: node.pagu for key, node in nodes.items()}
    moved = sum(before[key] != now[key] for key in before.keys() & now.keys())
    return (
        f"Dibanding {newest.version_label} ({newest.number}): {len(now.keys() - before.keys())} kode baru, "
        f"{len(before.keys() - now.keys())} kode hilang, {moved} pagu berubah."
    )


def _newest(file: PlanFile) -> PlanDocument | None:
    rows = PlanDocument.objects.filter(kind=file.kind, opd=file.opd, first_year=file.year)
    return rows.order_by("-version").first()


def write(
    found: Reading[PlanRow], file: PlanFile, _lines: list[BudgetLine], by: User | None, at: datetime
) -> PlanDocument:
    """Inside the saving transaction, after ``check``: the document, its lines and their indicators."""
    newest = _newest(file)
    document = PlanDocument.objects.create(
        kind=file.kind, opd=file.opd, first_year=file.year,
        last_year=int(file.facts.get("last_year") or file.year),
        version=newest.version + 1 if newest else 0, number=file.facts["number"],
        decree_date=date.fromisoformat(file.facts["date"]), file=file, by=by, at=at,
    )  # fmt: skip
    nodes = list(place(found, file).values())
    lines = PlanLine.objects.bulk_create((_line(node, document) for node in nodes), batch_size=BATCH)
    PlanIndicator.objects.bulk_create(_indicators(zip(lines, nodes, strict=True)), batch_size=BATCH)
    return document


def _line(node: Node, document: PlanDocument) -> PlanLine:
    head = node.head
    return PlanLine(
        document=document, opd_id=node.opd_id, year=node.year, level=Level(head.level), code=head.code,
        name=head.name, pagu=node.pagu, source=head.source, line_no=head.row.line_no,
    )  # fmt: skip


def _indicators(pairs: Iterable[tuple[PlanLine, Node]]) -> Iterable[PlanIndicator]:
    for line, node in pairs:
        for row in node.rows:
            if row.indicator:
                yield PlanIndicator(
                    line=line, name=row.indicator, target=row.target, target_key=row.target_key, unit=row.unit
                )


def preview_rows(found: Reading[PlanRow]) -> list[tuple[object, ...]]:
    return [
        (
            row.row.line_no,
            row.code,
            " ".join(filter(None, [row.office, str(row.year or "")])),
            f"{row.name}: {row.indicator} {row.target} {row.unit}" if row.indicator else row.name,
            row.source,
            row.pagu,
        )
        for row in found.rows
    ]


KINDS = frozenset(str(kind) for kind in DocumentKind if kind != DocumentKind.DPA)
"""Kinds of files that are plan documents."""
