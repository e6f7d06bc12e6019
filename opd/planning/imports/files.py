"""An upload's way: kept as a draft, looked at, then saved whole or dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import IO, Any

from django.core.files.base import File
from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import Opd, User
from opd.office import evidence
from opd.office.calendar import day_of
from opd.office.tabular import TabularError
from opd.planning.errors import ImportRefused
from opd.planning.imports import cash_plan, dpa, plan_rows, plans, sipd, spd
from opd.planning.imports.reading import Reading, check_control
from opd.planning.models import OF_PROVINCE, BudgetLine, FileKind, FileState, PlanFile
from payments.money import rupiah

_MEDIA = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True)
class Layout:
    """What a kind of file knows: to read it, check it against the budget, write it, and show it."""

    read: Callable[..., Reading[Any]]
    check: Callable[[Reading[Any], PlanFile, list[BudgetLine]], None]
    write: Callable[[Reading[Any], PlanFile, list[BudgetLine], User | None, datetime], Any]
    preview_rows: Callable[[Reading[Any]], list[tuple[object, ...]]]


LAYOUTS: dict[str, Layout] = {
    FileKind.DPA: Layout(dpa.read, dpa.check, dpa.write, dpa.preview_rows),
    FileKind.SPD: Layout(spd.read, spd.check, spd.write, spd.preview_rows),
    FileKind.CASH_PLAN: Layout(cash_plan.read, cash_plan.check, cash_plan.write, cash_plan.preview_rows),
    FileKind.SIPD: Layout(sipd.read, sipd.check, sipd.write, sipd.preview_rows),
    **{
        kind: Layout(
            partial(plan_rows.read, kind=FileKind(kind)), plans.check, plans.write, plans.preview_rows
        )
        for kind in plans.KINDS
    },
}
_OF_PROVINCE = {str(kind) for kind in OF_PROVINCE}
_on_saved: list[Callable[[PlanFile], None]] = []


def when_saved(listener: Callable[[PlanFile], None]) -> None:
    """Outer rooms hear of every file that was saved, inside its transaction: they only nudge work."""
    _on_saved.append(listener)


@dataclass(frozen=True)
class Preview:
    """What saving would do. ``problems`` empty: it may be saved."""

    count: int
    total: Decimal
    typed: Decimal | None
    stated: Decimal | None
    problems: list[str]
    notes: list[str]
    rows: list[tuple[object, ...]]
    summed: str

    @property
    def may_save(self) -> bool:
        return not self.problems


def prepare_file(
    *,
    kind: FileKind,
    opd: Opd | None,
    year: int,
    facts: dict[str, str],
    content: File[bytes],
    name: str,
    by: User | None,
    at: datetime,
) -> PlanFile:
    """Keep an upload as a draft to look at; nothing of the budget changes.

    ``facts``: for a DPA and a plan document stage, number, date (ISO), and last_year where it is of several
    years; for an SPD number, date, from_month, to_month; for every kind control_total ("" where the file has
    a total row). ``opd`` None: a SIPD report or a plan document of the whole province.
    Raises ImportRefused (saved before, or no such table); PermissionDenied.
    """
    _require(by, opd, kind)
    sha256 = _sha256(content)
    _refuse_saved(sha256, kind)
    try:
        content.seek(0)
        LAYOUTS[kind].read(_raw(content), name=name)
    except TabularError as error:
        raise ImportRefused(f"{error} Tidak ada yang disimpan.", [str(error)]) from error
    media = _MEDIA.get(name.rsplit(".", 1)[-1].lower(), "text/csv")
    original, _ = evidence.store(content, name=name, media_type=media, by=by, at=at)
    with transaction.atomic():
        file = PlanFile.objects.create(
            kind=kind, opd=opd, year=year, facts=facts, evidence=original, name=name[:200], at=at, by=by
        )
        after = {"kind": str(kind), "name": file.name, "sha256": sha256}
        audit.record("plan_file.upload", file, by=by, at=at, after=after)
    return file


def preview_file(file: PlanFile) -> Preview:
    """Read a draft again and say what saving it would do. Writes nothing."""
    found = _read(file)
    if not found.problems:
        LAYOUTS[file.kind].check(found, file, _lines(file))
    typed = _typed(file)
    check_control(found, typed)
    return Preview(
        len(found.rows), found.total, typed, found.stated, found.problems.sentences(), found.notes,
        LAYOUTS[file.kind].preview_rows(found), found.summed,
    )  # fmt: skip


def save_file(*, file_id: int, by: User | None, at: datetime) -> Any:
    """Save a draft whole, or nothing of it: the Dpa, Spd or PlanDocument, or the file for the other kinds.

    Everything is read and checked again under the locks of the lines. Raises ImportRefused with all faults.
    """
    try:
        with transaction.atomic():
            file = _draft(file_id, by)
            _refuse_saved(file.evidence.sha256, FileKind(file.kind))
            lines = _lines(file, locked=True)
            found = _read(file)
            if not found.problems:
                LAYOUTS[file.kind].check(found, file, lines)
            check_control(found, _typed(file))
            if found.problems:
                sentences = found.problems.sentences()
                raise ImportRefused(f"{sentences[0]} Tidak ada yang disimpan.", sentences)
            return _write(file, found, lines, by, at)
    except IntegrityError as error:
        raise ImportRefused(
            "Berkas lain untuk OPD ini disimpan pada saat yang sama. Tidak ada yang disimpan dari berkas "
            "ini; muat ulang dan periksa lagi."
        ) from error


def _write(
    file: PlanFile, found: Reading[Any], lines: list[BudgetLine], by: User | None, at: datetime
) -> Any:
    file.state, file.rows, file.total = FileState.SAVED, len(found.rows), found.total
    file.closed_at, file.closed_by = at, by
    file.save(update_fields=["state", "rows", "total", "closed_at", "closed_by"])
    made = LAYOUTS[file.kind].write(found, file, lines, by, at)
    after = {"kind": str(file.kind), "rows": file.rows, "total": f"{found.total:.2f}"}
    audit.record("plan_file.save", file, by=by, at=at, after=after)
    for listener in _on_saved:
        listener(file)
    return made


def drop_file(*, file_id: int, by: User | None, at: datetime) -> PlanFile:
    """Drop a draft; the original stays as evidence. Raises ImportRefused when it was saved."""
    with transaction.atomic():
        file = _draft(file_id, by)
        file.state, file.closed_at, file.closed_by = FileState.DROPPED, at, by
        file.save(update_fields=["state", "closed_at", "closed_by"])
        audit.record("plan_file.drop", file, by=by, at=at)
    return file


def _draft(file_id: int, by: User | None) -> PlanFile:
    file = (
        PlanFile.objects.select_for_update(of=("self",))
        .select_related("opd", "evidence")
        .get(pk=file_id)
    )  # fmt: skip
    _require(by, file.opd, FileKind(file.kind))
    if file.state != FileState.DRAFT:
        raise ImportRefused(f"Berkas ini sudah {file.get_state_display().lower()}. Tidak ada yang berubah.")
    return file


def _require(by: User | None, opd: Opd | None, kind: FileKind) -> None:
    of_province = kind in _OF_PROVINCE
    if opd is None and not of_province and kind != FileKind.SIPD:
        raise ImportRefused("Pilih OPD pemilik berkas ini. Tidak ada yang disimpan.")
    if opd is not None and of_province:
        raise ImportRefused(f"{kind.label} adalah dokumen seluruh provinsi. Tidak ada yang disimpan.")
    if by is None:
        return
    if kind in plans.KINDS:
        access.require(by, "plans.import", opd=opd)
        return
    reach = access.require(by, "planning.import", opd=opd)
    if opd is None and reach.opd_ids is not None:
        raise ImportRefused("Pilih OPD Anda; laporan seluruh provinsi diunggah oleh Kuasa BUD.")


def _refuse_saved(sha256: str, kind: FileKind) -> None:
    known = PlanFile.objects.filter(evidence__sha256=sha256, kind=kind, state=FileState.SAVED).first()
    if known and known.closed_at:
        day = day_of(known.closed_at)
        raise ImportRefused(
            f"Berkas yang sama sudah disimpan pada {day:%d/%m/%Y} sebagai {known.get_kind_display()}. "
            "Tidak ada yang dihitung dua kali."
        )


def _read(file: PlanFile) -> Reading[Any]:
    with evidence.open_original(file.evidence) as content:
        return LAYOUTS[file.kind].read(_raw(content), name=file.name)


def _raw(content: File[bytes]) -> IO[bytes]:
    assert content.file is not None
    return content.file


def _lines(file: PlanFile, *, locked: bool = False) -> list[BudgetLine]:
    """The lines that the file may touch, locked in one fixed order; a plan document touches none."""
    if file.kind in plans.KINDS:
        return []
    rows = BudgetLine.objects.filter(year=file.year).order_by("pk")
    if file.opd_id:
        rows = rows.filter(opd=file.opd_id)
    return list(rows.select_for_update(no_key=True) if locked else rows)


def _typed(file: PlanFile) -> Decimal | None:
    text = file.facts.get("control_total", "")
    return rupiah(text) if text else None


def _sha256(content: File[bytes]) -> str:
    digest = hashlib.sha256()
    content.seek(0)
    for chunk in content.chunks(1 << 16):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()
