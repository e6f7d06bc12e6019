"""Who may read how to reach a payer who asked for money back, and until when it is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from opd import access
from opd.models import User
from opd.office import rules
from opd.office.calendar import day_of
from retribusi import contacts
from retribusi.refunds.models import RefundRequest


def read(*, request: RefundRequest, by: User, at: datetime) -> str:
    """The contact in the clear, for the agency's treasurer. Raises PermissionDenied, ContactGone."""
    access.require(by, "refund.propose", opd=request.opd_id)
    return contacts.read(request, action="refund_request.read_contact", by=by, at=at)


def forget(*, at: datetime) -> int:
    """Erase contacts of requests answered longer than the rule's days ago; returns how many."""
    before = at - timedelta(days=int(rules.value("refund.contact_days", day_of(at))))
    old = RefundRequest.objects.filter(answered_at__lt=before)
    return contacts.forget(old, action="refund_request.forget_contact", at=at)
