"""Opening a semester, reading its facts, answering its questions, and sending it to the reviewer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.office import rules
from opd.office.calendar import day_of
from tp2dd.etpd import checks, facts
from tp2dd.etpd.errors import EtpdError
from tp2dd.etpd.form import Column, Form, ValueRefused, clean
from tp2dd.etpd.models import Answer, FormVersion, Reading, Semester, State, span
from tp2dd.etpd.services import locking

LEAST_REASON = 5


@dataclass(frozen=True)
class Change:
    """What was entered for one column. ``seen`` is the serial of the answer the person looked at, 0 for
    none; ``reason`` is needed where the value departs from a fact."""

    letter: str
    value: str
    seen: int
    reason: str = ""


@transaction.atomic
def open_semester(*, year: int, half: int, by: User, at: datetime) -> Semester:
    """Open a semester that has begun, on the form of its last day, and read its facts. Raises EtpdError."""
    access.require(by, "etpd.fill")
    if half not in (1, 2) or not 2021 <= year <= 2100:
        raise EtpdError("Pilih semester I atau II, tahun 2021 sampai 2100.", "half")
    period = span(year, half)
    if period.first > day_of(at):
        raise EtpdError(f"Semester ini baru mulai {period.first:%d/%m/%Y}. Belum dibuka.", "half")
    version = FormVersion.objects.filter(valid_from__lte=period.last).order_by("-valid_from").first()
    if version is None:
        raise EtpdError(f"Tidak ada formulir yang berlaku pada {period.last:%d/%m/%Y}. Belum dibuka.")
    try:
        with transaction.atomic():
            row = Semester.objects.create(
                year=year, half=half, form_version=version, due_on=due(year, half), opened_at=at, opened_by=by
            )
    except IntegrityError as error:
        raise EtpdError("Semester ini sudah dibuka. Tidak ada yang berubah.", "half") from error
    audit.record("etpd.open", row, by=by, at=at, after={"semester": str(row), "form": version.code})
    read_facts(row, by=by, at=at)
    return row


def due(year: int, half: int) -> date:
    """The last day to file: the first week of July and of January, by the dated rule."""
    last = span(year, half).last
    rule: dict[str, Any] = rules.value("etpd.deadline", last)[str(half)]
    return date(year + int(rule["year_after"]), rule["month"], rule["day"])


@transaction.atomic
def refresh_facts(*, semester_id: int, by: User, at: datetime) -> int:
    """Read every fact anew; answers that repeated a fact follow it, others stay. Returns how many changed."""
    access.require(by, "etpd.fill")
    row = locking.filling(semester_id)
    return read_facts(row, by=by, at=at)


def read_facts(row: Semester, *, by: User, at: datetime) -> int:
    """In the caller's transaction."""
    form = row.form_version.form
    found = facts.collect(facts.Asked(row.year, row.half, form))
    known, standing = locking.readings(row), locking.current(row)
    fresh = {
        name: Reading(
            semester=row, field=name, value=one.fact.value, source=one.source.code, words=one.fact.words,
            url=one.fact.url, at=at,
        )
        for name, one in found.items()
        if name not in known or _differs(known[name], one)
    }  # fmt: skip
    with locking.guarded(row), transaction.atomic():
        Reading.objects.bulk_create(fresh.values())
        changed = [
            _next(row, standing.get(name), reading, by, at)
            for name, reading in fresh.items()
            if _follows(standing.get(name), reading)
        ]
        _keep(changed)
    if fresh:
        letters = [form.by_field[answer.field].letter for answer in changed]
        audit.record("etpd.facts", row, by=by, at=at, after={"facts": len(fresh), "columns": letters})
    return len(changed)


def _differs(known: Reading, found: facts.Found) -> bool:
    return (known.value, known.source, known.words, known.url) != (
        found.fact.value, found.source.code, found.fact.words, found.fact.url,
    )  # fmt: skip


def _follows(standing: Answer | None, reading: Reading) -> bool:
    """An answer that a person gave stays; an empty one, and one that only repeated a fact, follows."""
    if standing is None:
        return True
    return standing.value != reading.value and (standing.origin == Answer.Origin.FACT or not standing.value)


def _next(row: Semester, standing: Answer | None, reading: Reading, by: User, at: datetime) -> Answer:
    return Answer(
        semester=row, field=reading.field, serial=standing.serial + 1 if standing else 1, value=reading.value,
        origin=Answer.Origin.FACT, reading=reading, at=at, by=by,
    )  # fmt: skip


def _keep(answers: Iterable[Answer]) -> None:
    """Add answers; one that somebody else gave first is told by its constraint. Raises EtpdError."""
    rows = list(answers)
    try:
        with transaction.atomic():
            Answer.objects.bulk_create(rows)
    except IntegrityError as error:
        raise EtpdError(
            "Orang lain baru saja mengisi kolom yang sama. Belum ada yang tersimpan; muat ulang halaman."
        ) from error


@transaction.atomic
def answer(*, semester_id: int, changes: Iterable[Change], by: User, at: datetime) -> int:
    """Answer columns: all of them or, where one is refused, none. Returns how many changed.

    Raises EtpdError naming the column: a value out of its list, a fact overridden without a reason, or an
    answer that somebody gave since ``seen``.
    """
    access.require(by, "etpd.fill")
    row = locking.filling(semester_id)
    form, standing, known = row.form_version.form, locking.current(row), locking.readings(row)
    rows = [_answer(row, form, change, standing, known, by, at) for change in changes]
    given = [one for one in rows if one is not None]
    with locking.guarded(row), transaction.atomic():
        _keep(given)
    for one in given:
        before = standing[one.field].value if one.field in standing else ""
        audit.record(
            "etpd.answer", row, by=by, at=at, reason=one.reason,
            before={"column": form.by_field[one.field].letter, "value": before},
            after={"column": form.by_field[one.field].letter, "value": one.value},
        )  # fmt: skip
    return len(given)


def _answer(
    row: Semester, form: Form, change: Change, standing: Mapping[str, Answer], known: Mapping[str, Reading],
    by: User, at: datetime,
) -> Answer | None:  # fmt: skip
    """The answer to add; None where nothing changes."""
    column = locking.column(form, change.letter)
    value = cleaned(form, column, change.value)
    before, reading = standing.get(column.field), known.get(column.field)
    if value == (before.value if before else ""):
        return None
    if change.seen != (before.serial if before else 0):
        raise EtpdError(
            f"Kolom {column.letter} ({column.label}) baru saja diisi {(before and before.by) or 'orang lain'}"
            f" dengan “{before.value if before else ''}”. Belum ada yang tersimpan; muat ulang halaman.",
            f"k_{column.letter}",
        )
    reason = " ".join(change.reason.split())[:300]
    repeats = reading is not None and reading.value == value
    if reading is not None and not repeats and len(reason) < LEAST_REASON:
        raise EtpdError(
            f"Kolom {column.letter} ({column.label}) berbeda dari fakta “{reading.value}”. Tulis alasannya."
            " Belum ada yang tersimpan.",
            f"r_{column.letter}",
        )
    return Answer(
        semester=row, field=column.field, serial=change.seen + 1, value=value,
        origin=Answer.Origin.FACT if repeats else Answer.Origin.TYPED, reading=reading,
        reason="" if repeats else reason, at=at, by=by,
    )  # fmt: skip


def cleaned(form: Form, column: Column, value: str) -> str:
    """Raises EtpdError naming the column."""
    try:
        return clean(form, column, value)
    except ValueRefused as error:
        raise EtpdError(f"{error} Belum ada yang tersimpan.", f"k_{column.letter}") from error


@transaction.atomic
def submit(*, semester_id: int, by: User, at: datetime) -> Semester:
    """Send a whole form to the reviewer. Raises EtpdError naming the columns that are missing or wrong."""
    access.require(by, "etpd.fill")
    row = locking.semester(semester_id)
    if row.state != State.FILLING:
        raise EtpdError(locking.closed(row))
    form, values = row.form_version.form, locking.values(row)
    if lacking := checks.missing(form, values):
        raise EtpdError(f"Belum dijawab: kolom {_named(lacking)}. Isi atau minta jawabannya. Belum dikirim.")
    for problem in checks.problems(form, values):
        if problem.blocks:
            raise EtpdError(f"{problem.text} Belum dikirim.")
    row.state, row.submitted_at = State.REVIEW, at
    row.save(update_fields=["state", "submitted_at"])
    audit.record("etpd.submit", row, by=by, at=at, after={"state": row.state, "round": row.round})
    return row


def _named(columns: list[Column]) -> str:
    shown = ", ".join(column.letter for column in columns[:12])
    return shown if len(columns) <= 12 else f"{shown} dan {len(columns) - 12} lainnya"
