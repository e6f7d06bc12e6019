"""Freezing a semester with its index and report, filing it with proof, and opening a correction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.office import attachments
from opd.office.attachments import AttachmentError
from opd.office.calendar import day_of
from tp2dd.etpd import facts, index, report
from tp2dd.etpd.errors import EtpdError
from tp2dd.etpd.models import Answer, Reading, RubricVersion, Semester, State
from tp2dd.etpd.services import locking
from tp2dd.etpd.services.filling import LEAST_REASON, due

FILING = "filing"
"""The kind of evidence that proves a filing."""


def digest(values: Mapping[str, str]) -> str:
    """SHA-256 of the answers by field, in one spelling."""
    text = json.dumps(dict(values), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def freeze(*, semester_id: int, stale_reason: str, by: User, at: datetime) -> Semester:
    """Freeze an accepted semester: facts are read once more, the index is computed, the report is issued.

    Answers that repeated a fact which has changed since are named; with a reason they are frozen as reviewed.
    Raises EtpdError, index.RubricError.
    """
    access.require(by, "etpd.fill")
    row = locking.semester(semester_id)
    if row.state != State.ACCEPTED:
        raise EtpdError(f"{row} sedang “{row.get_state_display()}”. Yang dibekukan hanya yang disetujui.")
    stale = stale_answers(row)
    reason = " ".join(stale_reason.split())[:300]
    if stale and len(reason) < LEAST_REASON:
        letters = ", ".join(one["column"] for one in stale)
        raise EtpdError(
            f"Fakta kolom {letters} berubah sejak diperiksa. Tulis alasan membekukan yang diperiksa. Belum "
            "dibekukan.",
            "stale_reason",
        )
    values = locking.values(row)
    version = rubric_of(row)
    form = row.form_version.form
    found = index.compute(version.rubric_for(form), form, values)
    row.rubric, row.index, row.stage = version, found.index, found.stage.name
    row.result = [
        {"aspect": one.measure.aspect, "label": one.measure.label, "weight": f"{one.measure.weight:f}",
         "words": one.words, "points": f"{one.points:f}", "applies": one.ratio is not None}
        for one in found.scores
    ]  # fmt: skip
    row.stale, row.stale_reason, row.digest = stale, reason if stale else "", digest(values)
    row.state, row.frozen_at, row.frozen_by = State.FROZEN, at, by
    row.document = report.issue(row, values, before_values(row), by=by, at=at)
    row.save()
    after = {"state": row.state, "index": f"{row.index:f}", "stage": row.stage, "digest": row.digest}
    audit.record("etpd.freeze", row, by=by, at=at, after=after, reason=row.stale_reason)
    return row


def stale_answers(row: Semester) -> list[dict[str, str]]:
    """Answers that repeat a fact which says something else now: column, what stands, what the fact says."""
    form = row.form_version.form
    found = facts.collect(facts.Asked(row.year, row.half, form))
    return [
        {"column": form.by_field[name].letter, "value": one.value, "fact": found[name].fact.value}
        for name, one in locking.current(row).items()
        if one.origin == Answer.Origin.FACT and name in found and found[name].fact.value != one.value
    ]


def rubric_of(row: Semester) -> RubricVersion:
    """The rubric in force on the semester's last day. Raises EtpdError."""
    rows = RubricVersion.objects.filter(valid_from__lte=row.period.last).order_by("-valid_from")
    found = rows.first()
    if found is None:
        raise EtpdError(f"Tidak ada rubrik yang berlaku pada {row.period.last:%d/%m/%Y}.")
    return found


def before_semester(row: Semester) -> Semester | None:
    """The semester before, its last version."""
    year, half = (row.year, 1) if row.half == 2 else (row.year - 1, 2)
    return Semester.objects.filter(year=year, half=half).order_by("-revision").first()


def before_values(row: Semester) -> dict[str, str]:
    before = before_semester(row)
    return locking.values(before) if before else {}


@transaction.atomic
def file(
    *, semester_id: int, filed_on: date, number: str, proof: File[bytes], by: User, at: datetime
) -> Semester:
    """Record that a frozen semester was filed on the national site, with the proof (photo or PDF). After the
    deadline too: then it counts as late. Raises EtpdError."""
    access.require(by, "etpd.fill")
    row = locking.semester(semester_id)
    if row.state != State.FROZEN or row.frozen_at is None:
        raise EtpdError(f"{row} sedang “{row.get_state_display()}”. Yang disampaikan hanya yang dibekukan.")
    if Semester.objects.filter(corrects=row).exists():
        raise EtpdError(f"{row} sudah diganti versi perbaikan; sampaikan versi itu. Belum dicatat.")
    if not day_of(row.frozen_at) <= filed_on <= day_of(at):
        raise EtpdError(
            f"Tanggal penyampaian antara pembekuan ({day_of(row.frozen_at):%d/%m/%Y}) dan hari ini. Belum"
            " dicatat.",
            "filed_on",
        )
    told = " ".join(number.split())[:120]
    if len(told) < 3:
        raise EtpdError("Isi nomor atau keterangan tanda terima. Belum dicatat.", "number")
    try:
        attachments.attach(subject=row, kind=FILING, upload=proof, by=by, at=at)
    except AttachmentError as error:
        raise EtpdError(f"Bukti penyampaian: {error} Penyampaian belum dicatat.", "proof") from error
    row.state, row.filed_on, row.filing_number, row.filed_at, row.filed_by = (
        State.FILED,
        filed_on,
        told,
        at,
        by,
    )
    row.save(update_fields=["state", "filed_on", "filing_number", "filed_at", "filed_by"])
    after = {"state": row.state, "filed_on": filed_on.isoformat(), "late": filed_on > row.due_on}
    audit.record("etpd.file", row, by=by, at=at, after=after)
    return row


@transaction.atomic
def correct(*, semester_id: int, reason: str, by: User, at: datetime) -> Semester:
    """A new version of a frozen semester, its answers copied, to be filled and reviewed anew. Raises
    EtpdError."""
    access.require(by, "etpd.fill")
    row = locking.semester(semester_id)
    why = " ".join(reason.split())[:300]
    if not row.is_closed:
        raise EtpdError(f"{row} belum dibekukan; perbaiki langsung di kolomnya.")
    if len(why) < LEAST_REASON:
        raise EtpdError("Tulis alasan perbaikan. Versi baru belum dibuka.", "reason")
    try:
        with transaction.atomic():
            fresh = Semester.objects.create(
                year=row.year, half=row.half, revision=row.revision + 1, form_version=row.form_version,
                due_on=due(row.year, row.half), opened_at=at, opened_by=by, corrects=row,
                correction_reason=why,
            )  # fmt: skip
    except IntegrityError as error:
        raise EtpdError(f"{row} sudah punya versi perbaikan. Belum ada yang berubah.") from error
    _copy(row, fresh, by, at)
    audit.record("etpd.correct", fresh, by=by, at=at, after={"corrects": str(row)}, reason=why)
    return fresh


def _copy(row: Semester, fresh: Semester, by: User, at: datetime) -> None:
    """Every standing answer and the last reading of each fact."""
    made = {
        name: Reading(
            semester=fresh,
            field=name,
            value=one.value,
            source=one.source,
            words=one.words,
            url=one.url,
            at=one.at,
        )
        for name, one in locking.readings(row).items()
    }
    Reading.objects.bulk_create(made.values())
    Answer.objects.bulk_create(
        Answer(
            semester=fresh, field=name, serial=1, value=one.value, reading=made.get(name), at=at, by=by,
            origin=Answer.Origin.FACT if _repeats(one, made.get(name)) else Answer.Origin.COPIED,
            reason="" if _repeats(one, made.get(name)) else f"Disalin dari versi {row.revision}",
        )
        for name, one in locking.current(row).items()
    )  # fmt: skip


def _repeats(one: Answer, reading: Reading | None) -> bool:
    fact: Any = reading and reading.value
    return one.origin == Answer.Origin.FACT and one.value == fact
