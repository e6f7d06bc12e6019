"""The rows that the deeds stand on, locked as each deed needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from tp2dd.etpd.errors import EtpdError
from tp2dd.etpd.form import Column, Form
from tp2dd.etpd.models import Answer, Reading, Semester, State

GUARD = "ET001"
"""The database's own refusal: the semester is not being filled (``migrations/0002_guards_and_data.py``)."""


def semester(pk: int) -> Semester:
    """The semester, locked until the transaction ends. Raises EtpdError."""
    rows = Semester.objects.select_for_update(of=("self",)).select_related("form_version")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise EtpdError("Semester ini tidak ada. Tidak ada yang berubah.")
    return found


def filling(pk: int) -> Semester:
    """A semester that is being filled, not locked: the database itself refuses an answer to another one."""
    found = Semester.objects.select_related("form_version").filter(pk=pk).first()
    if found is None or found.state != State.FILLING:
        raise EtpdError(closed(found))
    return found


def closed(found: Semester | None) -> str:
    if found is None:
        return "Semester ini tidak ada. Tidak ada yang berubah."
    state = found.get_state_display()
    return f"{found} sedang “{state}”; jawabannya tidak dapat diubah. Belum ada yang berubah."


@contextmanager
def guarded(of: Semester) -> Iterator[None]:
    """Say the database's refusal as a person reads it."""
    try:
        yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != GUARD:
            raise
        raise EtpdError(
            f"{of} baru saja dikirim atau dibekukan oleh orang lain. Jawaban ini belum tersimpan."
        ) from error


def column(form: Form, letter: str) -> Column:
    try:
        return form.by_letter[letter]
    except KeyError:
        raise EtpdError(f"Kolom {letter} tidak ada di formulir {form.code}.") from None


def current(of: Semester) -> dict[str, Answer]:
    """The answer that stands for each field."""
    return {row.field: row for row in Answer.objects.filter(semester=of).current()}


def readings(of: Semester) -> dict[str, Reading]:
    """The last fact read for each field."""
    rows = Reading.objects.filter(semester=of).order_by("field", "-pk").distinct("field")
    return {row.field: row for row in rows}


def values(of: Semester) -> dict[str, str]:
    return {name: row.value for name, row in current(of).items()}
