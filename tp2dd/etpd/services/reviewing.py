"""What Bank Indonesia's reviewer says: a remark on a column, sent back, or accepted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from opd import access, audit
from opd.models import User
from tp2dd.etpd.errors import EtpdError
from tp2dd.etpd.models import ReviewNote, Semester, State
from tp2dd.etpd.services import locking
from tp2dd.etpd.services.filling import LEAST_REASON


@transaction.atomic
def remark(*, semester_id: int, letter: str, text: str, by: User, at: datetime) -> ReviewNote:
    """Say what is wrong with one column. Raises EtpdError."""
    row = _reviewed(semester_id, by)
    column = locking.column(row.form_version.form, letter)
    words = _words(text, f"Tulis catatan untuk kolom {letter}. Belum dicatat.", "text")
    note = ReviewNote.objects.create(
        semester=row,
        round=row.round,
        kind=ReviewNote.Kind.REMARK,
        field=column.field,
        text=words,
        at=at,
        by=by,
    )
    audit.record("etpd.remark", row, by=by, at=at, after={"column": letter, "text": words[:200]})
    return note


@transaction.atomic
def send_back(*, semester_id: int, text: str, by: User, at: datetime) -> Semester:
    """Give the form back to be mended; the remarks of this round go with it. Raises EtpdError."""
    row = _reviewed(semester_id, by)
    words = _words(text, "Tulis apa yang harus diperbaiki. Belum dikembalikan.", "text")
    _decide(row, ReviewNote.Kind.RETURNED, words, by, at)
    row.state, row.round = State.FILLING, row.round + 1
    row.save(update_fields=["state", "round"])
    audit.record("etpd.returned", row, by=by, at=at, after={"state": row.state}, reason=words[:300])
    return row


@transaction.atomic
def accept(*, semester_id: int, by: User, at: datetime) -> Semester:
    """Nothing is wrong: the form may be frozen. Refused while a remark of this round stands. Raises
    EtpdError."""
    row = _reviewed(semester_id, by)
    standing = row.notes.filter(round=row.round, kind=ReviewNote.Kind.REMARK)
    if standing.exists():
        letters = ", ".join(sorted({row.form_version.form.by_field[note.field].letter for note in standing}))
        raise EtpdError(
            f"Masih ada catatan pada kolom {letters}. Kembalikan agar diperbaiki. Belum disetujui."
        )
    _decide(row, ReviewNote.Kind.ACCEPTED, "", by, at)
    row.state = State.ACCEPTED
    row.save(update_fields=["state"])
    audit.record("etpd.accepted", row, by=by, at=at, after={"state": row.state})
    return row


def _reviewed(pk: int, by: User) -> Semester:
    access.require(by, "etpd.review")
    row = locking.semester(pk)
    if row.state != State.REVIEW:
        raise EtpdError(f"{row} sedang “{row.get_state_display()}”, tidak menunggu pemeriksaan.")
    return row


def _decide(row: Semester, kind: str, text: str, by: User, at: datetime) -> None:
    ReviewNote.objects.create(semester=row, round=row.round, kind=kind, text=text, at=at, by=by)


def _words(text: str, problem: str, field: str) -> str:
    words = " ".join(text.split())[:500]
    if len(words) < LEAST_REASON:
        raise EtpdError(problem, field)
    return words
