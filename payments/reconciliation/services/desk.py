"""Who looks into a difference and until when; notes; opening an explained one again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from payments.reconciliation.models import ExceptionEvent, ExceptionState, ReconciliationException
from payments.reconciliation.services import story

LEAST = 5
"""Letters of a note or a reason: one word says nothing."""


class DeskError(Exception):
    """The deed is not possible; nothing was changed. The message is for the person at the screen."""


@transaction.atomic
def assign(
    *, exception_ids: Collection[int], assignee: User, due_on: date, note: str = "", by: User, at: datetime
) -> list[ReconciliationException]:
    """Give open differences to one person until the end of ``due_on`` (WIB); returns the changed.

    All or none. Raises PermissionDenied outside the agencies of ``by``; DeskError where the day is past or
    the person may not resolve one of them.
    """
    if due_on < day_of(at):
        raise DeskError("Tenggat ini sudah lewat. Pilih hari ini atau sesudahnya; belum ada yang ditugaskan.")
    reach = access.scope(assignee, "reconciliation.resolve", on=day_of(at))
    rows = story.locked(exception_ids, by)
    if any(row.opd_id not in reach for row in rows):
        raise DeskError(
            f"{assignee.name} tidak berwenang menjelaskan semua selisih ini. Belum ada yang ditugaskan."
        )
    changed = [row for row in rows if (row.assignee_id, row.due_on) != (assignee.pk, due_on)]
    for row in changed:
        before = {"assignee": row.assignee_id, "due_on": str(row.due_on or "")}
        row.assignee, row.due_on = assignee, due_on
        row.save(update_fields=["assignee", "due_on"])
        story.enter(
            row,
            ExceptionEvent.Kind.ASSIGNED,
            text=note.strip(),
            assignee=assignee,
            due_on=due_on,
            by=by,
            at=at,
        )
        after = {"assignee": assignee.pk, "due_on": str(due_on)}
        audit.record(
            "exception.assign", row, by=by, at=at, before=before, after=after, reason=note.strip()[:300]
        )
    return changed


@transaction.atomic
def comment(*, exception_id: int, text: str, by: User, at: datetime) -> ReconciliationException:
    """Keep a note on an open difference; the very same one again is kept once. Raises DeskError."""
    row, words = _one(exception_id, by, ExceptionState.OPEN), _words(text, "Catatan")
    last = row.events.order_by("-pk").first()
    same = last and (last.kind, last.text, last.by_id) == (ExceptionEvent.Kind.COMMENTED, words, by.pk)
    if not same:
        story.enter(row, ExceptionEvent.Kind.COMMENTED, text=words, by=by, at=at)
        audit.record("exception.comment", row, by=by, at=at, reason=words[:300])
    return row


@transaction.atomic
def reopen(*, exception_id: int, reason: str, by: User, at: datetime) -> ReconciliationException:
    """Let an explained difference wait for an explanation again; the former one stays in its story.

    Raises DeskError where it is not explained, or without a reason.
    """
    row, words = _one(exception_id, by, ExceptionState.EXPLAINED), _words(reason, "Alasan")
    before = {"state": row.state, "reason": row.reason}
    row.state, row.reason, row.closed_at, row.closed_by = ExceptionState.OPEN, "", None, None
    row.save(update_fields=["state", "reason", "closed_at", "closed_by"])
    story.enter(row, ExceptionEvent.Kind.REOPENED, text=words, by=by, at=at)
    after = {"state": row.state}
    audit.record("exception.reopen", row, by=by, at=at, before=before, after=after, reason=words[:300])
    return row


def _one(exception_id: int, by: User, state: ExceptionState) -> ReconciliationException:
    rows = story.locked([exception_id], by, state=state)
    if not rows:
        raise DeskError(f"Selisih ini tidak lagi “{state.label.lower()}”. Belum ada yang berubah.")
    return rows[0]


def _words(text: str, what: str) -> str:
    words = text.strip()
    if len(words) < LEAST:
        raise DeskError(f"{what} paling sedikit {LEAST} huruf. Belum ada yang berubah.")
    return words[:500]
