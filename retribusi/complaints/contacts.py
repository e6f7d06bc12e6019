"""Who may read how to reach a person who complained, and until when it is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from opd import access
from opd.models import User
from opd.office.calendar import day_of
from retribusi import contacts
from retribusi.complaints.models import Complaint
from retribusi.complaints.rules import State, contact_days


def read(*, complaint: Complaint, by: User, at: datetime) -> str:
    """The contact in the clear, for who handles the complaint. Raises PermissionDenied, ContactGone."""
    access.require(by, "complaints.handle", opd=complaint.opd_id or 0)
    return contacts.read(complaint, action="complaint.read_contact", by=by, at=at)


def forget(*, at: datetime) -> int:
    """Erase contacts of complaints closed longer than the rule's days ago; returns how many."""
    before = at - timedelta(days=contact_days(day_of(at)))
    old = Complaint.objects.filter(state=State.CLOSED, closed_at__lt=before)
    return contacts.forget(old, action="complaint.forget_contact", at=at)
