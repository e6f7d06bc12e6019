"""Data asked of an agency or an outside body: asked, reminded, answered, accepted, sent back, withdrawn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from opd import access, audit
from opd.models import Opd, User
from opd.office.calendar import day_of
from opd.office.models import Document
from tp2dd.secretariat import papers
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.models import DataRequest, RequestEvent
from tp2dd.secretariat.services.team import MANAGE
from tp2dd.secretariat.wording import said

State, Kind = DataRequest.State, RequestEvent.Kind
ANSWER = "datarequests.answer"


def may_answer(user: User, row: DataRequest) -> bool:
    """The agency that was asked; for an outside body the secretary types what came by letter."""
    if row.opd_id is None:
        return access.allowed(user, MANAGE)
    return row.opd_id in (access.scope(user, ANSWER).opd_ids or ())


@transaction.atomic
def ask(
    *, opd: Opd | None, body: str, subject: str, period: str, note: str, due_on: date, by: User, at: datetime
) -> DataRequest:
    """Ask one agency or one outside body. Raises DeskError."""
    access.require(by, MANAGE)
    outside = body.strip()
    if (opd is None) == (not outside):
        raise DeskError("Pilih satu OPD atau tulis satu lembaga luar, jangan keduanya.", "opd")
    if due_on < day_of(at):
        raise DeskError("Tenggat sudah lewat. Permintaan belum dikirim.", "due_on")
    made = DataRequest.objects.create(
        opd=opd, body=outside, subject=said(subject, "Tulis data yang diminta.", "subject", most=200),
        period=period.strip(), note=note.strip()[:1000], due_on=due_on, asked_at=at, asked_by=by,
    )  # fmt: skip
    return _told(made, Kind.ASKED, f"Kepada {made.asked}, paling lambat {due_on:%d/%m/%Y}", by, at)


@transaction.atomic
def answer(
    *, request_id: int, answer: str, answered_on: date | None = None, by: User, at: datetime
) -> DataRequest:
    """Give the data (files are attached to the page). Raises DeskError; PermissionDenied for others."""
    row = _locked(request_id, State.OPEN)
    if not may_answer(by, row):
        raise PermissionDenied("Permintaan ini ditujukan kepada OPD lain.")
    words = said(answer, "Tulis jawabannya.", "answer", most=2000)
    on = answered_on or day_of(at)
    if on > day_of(at):
        raise DeskError("Tanggal jawaban belum tiba.", "answered_on")
    return _move(row, Kind.ANSWERED, words, by, at, state=State.ANSWERED, answer=words, answered_on=on)


@transaction.atomic
def accept(*, request_id: int, by: User, at: datetime) -> DataRequest:
    """The answer does. Raises DeskError."""
    access.require(by, MANAGE)
    return _move(_locked(request_id, State.ANSWERED), Kind.ACCEPTED, "", by, at, state=State.ACCEPTED)


@transaction.atomic
def send_back(
    *, request_id: int, reason: str, due_on: date | None = None, by: User, at: datetime
) -> DataRequest:
    """The answer does not do; it is asked again, by a new day where one is given. Raises DeskError."""
    access.require(by, MANAGE)
    row = _locked(request_id, State.ANSWERED)
    words = said(reason, "Tulis apa yang kurang.", "reason")
    if due_on and due_on < day_of(at):
        raise DeskError("Tenggat baru sudah lewat.", "due_on")
    values = {"state": State.OPEN, "answered_on": None, "due_on": due_on or row.due_on}
    return _move(row, Kind.SENT_BACK, words, by, at, **values)


@transaction.atomic
def withdraw(*, request_id: int, reason: str, by: User, at: datetime) -> DataRequest:
    """The data is no longer needed. Raises DeskError."""
    access.require(by, MANAGE)
    row = _locked(request_id, State.OPEN)
    words = said(reason, "Tulis alasannya.", "reason")
    return _move(row, Kind.WITHDRAWN, words, by, at, state=State.WITHDRAWN)


@transaction.atomic
def remind(*, request_id: int, by: User, at: datetime) -> Document:
    """Issue a numbered letter of reminder, one a day at most. Raises DeskError."""
    access.require(by, MANAGE)
    row = _locked(request_id, State.OPEN)
    today = day_of(at)
    last = row.events.filter(kind=Kind.REMINDED).order_by("-at").first()
    if last and day_of(last.at) == today:
        raise DeskError("Surat pengingat hari ini sudah terbit.")
    subject = ("secretariat.reminder", f"{row.pk}-{today:%Y%m%d}")
    letter = papers.reminder(row, subject=subject, by=by, at=at)
    _told(row, Kind.REMINDED, f"Nomor {letter.number}", by, at, letter)
    return letter


def _locked(pk: int, state: str) -> DataRequest:
    row = DataRequest.objects.select_for_update(of=("self",)).select_related("opd").get(pk=pk)
    if row.state != state:
        raise DeskError(f"Permintaan ini: {row.get_state_display().lower()}. Belum ada yang berubah.")
    return row


def _move(row: DataRequest, kind: str, text: str, by: User, at: datetime, **values: Any) -> DataRequest:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return _told(row, kind, text, by, at)


def _told(
    row: DataRequest, kind: str, text: str, by: User, at: datetime, letter: Document | None = None
) -> DataRequest:
    RequestEvent.objects.create(request=row, kind=kind, text=text, document=letter, at=at, by=by)
    audit.record(
        f"secretariat.request_{kind}", row, by=by, at=at, after={"state": row.state, "text": text[:300]}
    )
    return row
