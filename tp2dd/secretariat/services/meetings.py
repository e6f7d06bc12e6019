"""A meeting: planned with those who sit in the team, invited by a numbered letter, then minuted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from tp2dd.secretariat import papers
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.models import Attendance, Holder, Meeting
from tp2dd.secretariat.services.team import MANAGE
from tp2dd.secretariat.wording import said

State = Meeting.State
OTHERS = 200
"""How many may come who were not invited by name."""


@transaction.atomic
def plan(
    *, title: str, agenda: str, starts_at: datetime, place: str, chair: str, by: User, at: datetime
) -> Meeting:
    """A meeting with everybody who holds a seat on its day as invited. Raises DeskError."""
    access.require(by, MANAGE)
    made = Meeting.objects.create(
        title=said(title, "Tulis nama rapatnya.", "title", most=200),
        agenda=said(agenda, "Tulis agendanya.", "agenda", most=2000), starts_at=starts_at,
        place=said(place, "Tulis tempatnya.", "place", most=200), chair=chair.strip(), at=at, by=by,
    )  # fmt: skip
    day = day_of(starts_at)
    holders = Holder.objects.valid(on=day).select_related("seat").order_by("seat__place", "pk")
    Attendance.objects.bulk_create(
        Attendance(meeting=made, name=one.name, office=one.seat.office) for one in holders
    )
    after = {"title": made.title, "starts_at": starts_at.isoformat()}
    audit.record("secretariat.meeting", made, by=by, at=at, after=after)
    return made


@transaction.atomic
def invite(*, meeting_id: int, by: User, at: datetime) -> Meeting:
    """Issue the numbered invitation. Raises DeskError."""
    access.require(by, MANAGE)
    row = _locked(meeting_id, State.PLANNED, "Undangan rapat ini sudah terbit atau rapatnya dibatalkan.")
    if row.starts_at <= at:
        raise DeskError("Waktu rapat sudah lewat; undangan tidak terbit.")
    row.state, row.invitation = State.INVITED, papers.invitation(row, by=by, at=at)
    row.save(update_fields=["state", "invitation"])
    audit.record("secretariat.invite", row, by=by, at=at, after={"number": row.invitation.number})
    return row


@transaction.atomic
def hold(
    *, meeting_id: int, present: Collection[str], others: Sequence[tuple[str, str]], discussion: str,
    decisions: str, by: User, at: datetime,
) -> Meeting:  # fmt: skip
    """Take attendance and issue the minutes. ``present`` are ids of attendances, ``others`` name and office
    of who came besides. Raises DeskError."""
    access.require(by, MANAGE)
    row = _locked(meeting_id, State.INVITED, "Notulen hanya untuk rapat yang undangannya sudah terbit.")
    if row.starts_at > at:
        raise DeskError("Rapat belum dimulai; notulen belum dapat terbit.")
    row.discussion = said(discussion, "Tulis pembahasannya.", "discussion", most=6000)
    row.decisions = decisions.strip()[:3000]
    _attend(row, {int(one) for one in present}, others[:OTHERS])
    row.state, row.minutes = State.HELD, papers.minutes(row, by=by, at=at)
    row.save(update_fields=["discussion", "decisions", "state", "minutes"])
    came = row.attendances.filter(present=True).count()
    audit.record("secretariat.hold", row, by=by, at=at, after={"number": row.minutes.number, "came": came})
    return row


def _attend(row: Meeting, present: set[int], others: Sequence[tuple[str, str]]) -> None:
    row.attendances.update(present=False)
    row.attendances.filter(pk__in=present).update(present=True)
    for name, office in dict.fromkeys(others):
        Attendance.objects.update_or_create(
            meeting=row, name=name[:120], office=office[:200], defaults={"present": True},
            create_defaults={"present": True, "invited": False},
        )  # fmt: skip
    if not row.attendances.filter(present=True).exists():
        raise DeskError("Centang siapa yang hadir. Notulen belum terbit.", "present")


@transaction.atomic
def cancel(*, meeting_id: int, reason: str, by: User, at: datetime) -> Meeting:
    """The meeting does not take place; an invitation that went out is voided. Raises DeskError."""
    access.require(by, MANAGE)
    words = said(reason, "Tulis alasannya.", "reason")
    row = Meeting.objects.select_for_update(of=("self",)).select_related("invitation").get(pk=meeting_id)
    if row.state not in {State.PLANNED, State.INVITED}:
        raise DeskError("Rapat ini sudah selesai atau dibatalkan. Belum ada yang berubah.")
    if row.invitation:
        papers.void(row.invitation, words, by=by, at=at)
    row.state, row.cancel_reason = State.CANCELLED, words
    row.save(update_fields=["state", "cancel_reason"])
    audit.record("secretariat.cancel_meeting", row, by=by, at=at, reason=words)
    return row


def _locked(pk: int, state: str, complaint: str) -> Meeting:
    row = Meeting.objects.select_for_update().get(pk=pk)
    if row.state != state:
        raise DeskError(f"{complaint} Belum ada yang berubah.")
    return row
