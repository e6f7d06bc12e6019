"""What filing and handling have in common: the locked row and the entry that moves it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from opd import audit
from opd.models import User
from retribusi.complaints.models import Complaint, Entry
from retribusi.complaints.rules import State


class ComplaintError(Exception):
    """The deed is not possible; nothing was changed. ``field`` names the form field, where there is one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def locked(pk: UUID) -> Complaint:
    """The row, held until commit. Raises Complaint.DoesNotExist."""
    rows = Complaint.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("opd", "point").get(pk=pk)


def said_already(row: Complaint, kind: Entry.Kind, text: str, by: User | None) -> bool:
    """Whether the last entry is this very one: a second click says nothing new."""
    last = row.entries.order_by("-pk").first()
    return last is not None and (last.kind, last.text, last.by_id) == (kind, text, by.pk if by else None)


def enter(
    row: Complaint,
    kind: Entry.Kind,
    *,
    text: str = "",
    state: State | None = None,
    by: User | None,
    at: datetime,
    **changes: Any,
) -> Entry:
    """Write what happened, bring the complaint to ``state`` (None: as it is), and leave a trail of it.

    The trail holds states and names, never the words of a person.
    """
    before = row.state
    for name, value in {"state": state or before, **changes}.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *changes])
    entry = Entry.objects.create(complaint=row, kind=kind, text=text, state=row.state, at=at, by=by)
    audit.record(
        f"complaint.{kind}",
        row,
        by=by,
        at=at,
        before={"state": before},
        after={"state": row.state, "entry": entry.pk},
    )
    return entry
