"""A missing answer asked of an agency or a person, with what must prove it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import Opd, User
from opd.office import attachments
from opd.office.calendar import day_of
from tp2dd.etpd import rights
from tp2dd.etpd.errors import EtpdError
from tp2dd.etpd.models import Answer, Reading, Request
from tp2dd.etpd.services import locking
from tp2dd.etpd.services.filling import LEAST_REASON, cleaned


@transaction.atomic
def ask(
    *, semester_id: int, letter: str, opd: Opd | None, person: User | None, note: str, evidence_kind: str,
    due_on: date, by: User, at: datetime,
) -> Request:  # fmt: skip
    """Ask one agency or one person for one column. Raises EtpdError."""
    access.require(by, "etpd.fill")
    row = locking.filling(semester_id)
    column = locking.column(row.form_version.form, letter)
    if not column.is_asked:
        raise EtpdError(f"Kolom {letter} hanya untuk kabupaten/kota. Permintaan belum dikirim.")
    if (opd is None) == (person is None):
        raise EtpdError("Pilih satu OPD atau satu orang. Permintaan belum dikirim.", "opd")
    if person is not None and not access.allowed(person, "etpd.answer"):
        raise EtpdError(f"{person} tidak berperan menjawab permintaan. Permintaan belum dikirim.", "person")
    if due_on < day_of(at):
        raise EtpdError("Tenggat sudah lewat. Permintaan belum dikirim.", "due_on")
    if evidence_kind not in Request.Kind.values:
        raise EtpdError("Pilih bukti yang diminta. Permintaan belum dikirim.", "evidence_kind")
    try:
        with transaction.atomic():
            made = Request.objects.create(
                semester=row, field=column.field, opd=opd, person=person, note=note.strip()[:300],
                evidence_kind=evidence_kind, due_on=due_on, asked_at=at, asked_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise EtpdError(f"Kolom {letter} sudah diminta dan belum dijawab. Belum ada yang berubah.") from error
    after = {"column": letter, "asked": made.asked, "due_on": due_on.isoformat(), "evidence": evidence_kind}
    audit.record("etpd.ask", made, by=by, at=at, after=after)
    return made


@transaction.atomic
def reply(*, request_id: int, value: str, by: User, at: datetime) -> Request:
    """Answer what was asked: the value goes into the form with its evidence. Raises EtpdError;
    PermissionDenied for somebody who was not asked."""
    asked = _open(request_id)
    rights.require_reply(by, asked)
    row = locking.filling(asked.semester_id)
    form = row.form_version.form
    column = form.by_field[asked.field]
    told = cleaned(form, column, value)
    if not told:
        raise EtpdError(f"Isi jawaban kolom {column.letter}. Belum ada yang terkirim.", "value")
    if attachments.missing([asked.evidence_kind], asked):
        raise EtpdError(
            f"Lampirkan dahulu buktinya: {asked.get_evidence_kind_display().lower()}. Jawaban belum terkirim."
        )
    standing = locking.current(row).get(asked.field)
    reading = locking.readings(row).get(asked.field)
    with locking.guarded(row), transaction.atomic():
        _add(asked, told, standing, reading, by, at)
    _close(asked, Request.State.ANSWERED, by=by, at=at, value=told)
    audit.record("etpd.reply", asked, by=by, at=at, after={"column": column.letter, "value": told})
    return asked


def _add(
    asked: Request, told: str, standing: Answer | None, reading: Reading | None, by: User, at: datetime
) -> None:
    serial = standing.serial + 1 if standing else 1
    reason = f"Jawaban {asked.asked} atas permintaan"[:300]
    try:
        with transaction.atomic():
            Answer.objects.create(
                semester_id=asked.semester_id, field=asked.field, serial=serial, value=told,
                origin=Answer.Origin.ASKED, reading=reading, request=asked, reason=reason, at=at, by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise EtpdError("Kolom ini baru saja diisi orang lain. Jawaban belum terkirim; coba lagi.") from error


@transaction.atomic
def withdraw(*, request_id: int, reason: str, by: User, at: datetime) -> Request:
    """Take a request back. Raises EtpdError."""
    access.require(by, "etpd.fill")
    asked = _open(request_id)
    if len(reason.strip()) < LEAST_REASON:
        raise EtpdError("Tulis alasan pembatalan. Permintaan tetap berlaku.", "reason")
    _close(asked, Request.State.WITHDRAWN, by=by, at=at, close_note=reason.strip()[:300])
    audit.record("etpd.withdraw", asked, by=by, at=at, reason=reason.strip()[:300])
    return asked


def _open(pk: int) -> Request:
    rows = Request.objects.select_for_update(of=("self",)).select_related("semester", "opd", "person")
    found = rows.filter(pk=pk).first()
    if found is None or found.state != Request.State.OPEN:
        raise EtpdError("Permintaan ini sudah ditutup. Belum ada yang berubah.")
    return found


def _close(asked: Request, state: str, *, by: User, at: datetime, **values: str) -> None:
    done = Request.objects.filter(pk=asked.pk, state=Request.State.OPEN).update(
        state=state, closed_at=at, closed_by=by, **values
    )
    if not done:
        raise EtpdError("Permintaan ini sudah ditutup. Belum ada yang berubah.")
    asked.refresh_from_db()
