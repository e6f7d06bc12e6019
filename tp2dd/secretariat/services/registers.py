"""Activities of the team and its agreements: recorded, corrected by voiding or ending, never deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import Opd, User
from opd.office.calendar import day_of
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.models import Activity, Agreement
from tp2dd.secretariat.services.team import MANAGE
from tp2dd.secretariat.wording import said


@transaction.atomic
def record_activity(
    *, task: str, title: str, first_day: date, last_day: date | None, place: str, participants: int,
    summary: str, opds: Iterable[Opd], by: User, at: datetime,
) -> Activity:  # fmt: skip
    """What was done for one task of the law; evidence is attached to its page. Raises DeskError."""
    access.require(by, MANAGE)
    last = last_day or first_day
    if last < first_day:
        raise DeskError("Hari terakhir mendahului hari pertama.", "last_day")
    if last > day_of(at):
        raise DeskError("Catat setelah kegiatannya selesai; rencana masuk ke rencana aksi.", "first_day")
    made = Activity.objects.create(
        task=task, title=said(title, "Tulis kegiatannya.", "title", most=200), first_day=first_day,
        last_day=last, place=place.strip(), participants=participants,
        summary=said(summary, "Tulis ringkasannya.", "summary", most=2000), at=at, by=by,
    )  # fmt: skip
    made.opds.set(opds)
    after = {"task": task, "title": made.title, "first_day": first_day.isoformat()}
    audit.record("secretariat.activity", made, by=by, at=at, after=after)
    return made


@transaction.atomic
def void_activity(*, activity_id: int, reason: str, by: User, at: datetime) -> Activity:
    """The record is wrong; it stays, crossed out. Raises DeskError."""
    access.require(by, MANAGE)
    words = said(reason, "Tulis alasannya.", "reason")
    done = Activity.objects.filter(pk=activity_id, voided_at=None).update(voided_at=at, void_reason=words)
    if not done:
        raise DeskError("Kegiatan ini sudah dibatalkan. Belum ada yang berubah.")
    row = Activity.objects.get(pk=activity_id)
    audit.record("secretariat.void_activity", row, by=by, at=at, reason=words)
    return row


@transaction.atomic
def record_agreement(
    *, number: str, party_kind: str, party: str, title: str, signed_on: date, valid_from: date,
    valid_to: date, by: User, at: datetime,
) -> Agreement:  # fmt: skip
    """An agreement with a bank, a PJP or another party. Raises DeskError."""
    access.require(by, MANAGE)
    if valid_to < valid_from:
        raise DeskError("Hari berakhir mendahului hari mulai.", "valid_to")
    try:
        with transaction.atomic():
            made = Agreement.objects.create(
                number=number.strip(), party_kind=party_kind, party=party.strip(),
                title=said(title, "Tulis tentang apa.", "title"), signed_on=signed_on, valid_from=valid_from,
                valid_to=valid_to, at=at, by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise DeskError("Perjanjian dengan nomor dan pihak ini sudah dicatat.", "number") from error
    after = {"number": made.number, "party": made.party, "valid_to": valid_to.isoformat()}
    audit.record("secretariat.agreement", made, by=by, at=at, after=after)
    return made


@transaction.atomic
def end_agreement(*, agreement_id: int, ended_on: date, reason: str, by: User, at: datetime) -> Agreement:
    """An agreement ends before its day, or was replaced. Raises DeskError."""
    access.require(by, MANAGE)
    words = said(reason, "Tulis alasannya.", "reason")
    if ended_on > day_of(at):
        raise DeskError("Hari itu belum tiba. Belum ada yang berubah.", "ended_on")
    rows = Agreement.objects.filter(pk=agreement_id, ended_on=None)
    if not rows.update(ended_on=ended_on, end_reason=words):
        raise DeskError("Perjanjian ini sudah diakhiri. Belum ada yang berubah.")
    row = Agreement.objects.get(pk=agreement_id)
    after = {"ended_on": ended_on.isoformat()}
    audit.record("secretariat.end_agreement", row, by=by, at=at, after=after, reason=words)
    return row
