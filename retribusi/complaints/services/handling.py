"""What the office does with a complaint: send it on, answer, note, close, reopen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from opd import access
from opd.models import Opd, Role, RoleAssignment, User
from opd.office.calendar import day_of
from retribusi.complaints import rules
from retribusi.complaints.models import Complaint, Entry
from retribusi.complaints.rules import State
from retribusi.complaints.services.shared import ComplaintError, enter, locked, said_already

LEAST = 10
"""Characters of an answer or a reason: one word answers nobody."""


def officers(on: date) -> Sequence[RoleAssignment]:
    """Who may be given a complaint on a day in WIB: treasurers of receipts, by agency."""
    held = RoleAssignment.objects.valid(on=on).filter(
        role=Role.BENDAHARA_PENERIMAAN, opd__isnull=False, user__is_active=True
    )
    return list(held.select_related("user", "opd").order_by("opd__name", "user__name"))


@transaction.atomic
def assign(*, complaint_id: UUID, opd: Opd, officer: User | None, by: User, at: datetime) -> Complaint:
    """Give a waiting complaint to an agency, or to one of its treasurers. Raises ComplaintError."""
    access.require(by, "complaints.assign")
    row = locked(complaint_id)
    if not row.is_waiting:
        raise ComplaintError("Pengaduan ini sudah dijawab. Tidak ada yang diteruskan.")
    if officer and not access.allowed(officer, "complaints.handle", opd=opd, on=day_of(at)):
        raise ComplaintError(f"{officer.name} bukan petugas pengaduan {opd.name}. Tidak ada yang diteruskan.")
    if (row.opd_id, row.officer_id, row.state) != (opd.pk, officer.pk if officer else None, State.HANDLING):
        enter(
            row, Entry.Kind.ASSIGNED, text=opd.name, state=State.HANDLING, by=by, at=at, opd=opd,
            officer=officer,
        )  # fmt: skip
    return row


@transaction.atomic
def answer(*, complaint_id: UUID, text: str, by: User, at: datetime) -> Complaint:
    """Publish an answer to the person; another one may follow until it is closed. Raises ComplaintError."""
    row, words = _mine(complaint_id, by), _words(text, "Jawaban")
    if said_already(row, Entry.Kind.ANSWER, words, by):
        return row
    if row.is_closed:
        raise ComplaintError("Pengaduan ini sudah ditutup. Buka lagi dahulu; jawaban belum terkirim.")
    first = {} if row.first_answered_at else {"first_answered_at": at, "first_answered_on": day_of(at)}
    enter(row, Entry.Kind.ANSWER, text=words, state=State.ANSWERED, by=by, at=at, **first)
    return row


@transaction.atomic
def note(*, complaint_id: UUID, text: str, by: User, at: datetime) -> Complaint:
    """Keep a note that the person never sees. Raises ComplaintError."""
    row, words = _mine(complaint_id, by), text.strip()
    if not words:
        raise ComplaintError("Tulis catatannya dahulu. Belum ada yang disimpan.")
    if not said_already(row, Entry.Kind.NOTE, words, by):
        enter(row, Entry.Kind.NOTE, text=words, by=by, at=at)
    return row


@transaction.atomic
def close(*, complaint_id: UUID, reason: str, by: User, at: datetime) -> Complaint:
    """Close an answered complaint; the person reads the reason and may still say that it is not settled."""
    row, words = _mine(complaint_id, by), _words(reason, "Alasan")
    if row.is_closed:
        raise ComplaintError("Pengaduan ini sudah ditutup. Tidak ada yang berubah.")
    if row.is_waiting:
        raise ComplaintError("Jawab dahulu. Pengaduan yang belum dijawab tidak dapat ditutup.")
    enter(row, Entry.Kind.CLOSED, text=words, state=State.CLOSED, by=by, at=at, closed_at=at)
    return row


@transaction.atomic
def reopen(*, complaint_id: UUID, reason: str, by: User, at: datetime) -> Complaint:
    """Take a closed complaint up again, with a new deadline. Raises ComplaintError."""
    row, words = _mine(complaint_id, by), _words(reason, "Alasan")
    if not row.is_closed:
        raise ComplaintError("Pengaduan ini tidak sedang ditutup. Tidak ada yang berubah.")
    enter(
        row, Entry.Kind.REOPENED, text=words, state=State.HANDLING, by=by, at=at, closed_at=None,
        due_on=rules.due(day_of(at)),
    )  # fmt: skip
    return row


def _mine(complaint_id: UUID, by: User) -> Complaint:
    """The locked row, once its agency is one that ``by`` answers for. Raises PermissionDenied."""
    row = locked(complaint_id)
    access.require(by, "complaints.handle", opd=row.opd_id or 0)
    return row


def _words(text: str, what: str) -> str:
    words = text.strip()
    if len(words) < LEAST:
        raise ComplaintError(f"{what} paling sedikit {LEAST} huruf. Belum ada yang berubah.")
    return words[:4000]
