"""How to reach who asked for money back: sealed at rest, read for a reason, erased in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office import crypto, rules
from opd.office.calendar import day_of
from retribusi.refunds.models import RefundRequest


class ContactGone(Exception):
    """There is no contact to read; the message is for the screen."""


def read(*, request: RefundRequest, by: User, at: datetime) -> str:
    """The contact in the clear, for the agency's treasurer; the trail keeps who read it.

    Raises PermissionDenied, ContactGone.
    """
    access.require(by, "refund.propose", opd=request.opd_id)
    if request.contact is None:
        raise ContactGone("Pemohon tidak meninggalkan kontak, atau kontaknya sudah dihapus.")
    audit.record("refund_request.read_contact", request, by=by, at=at)
    return crypto.decrypt(bytes(request.contact)).decode()


def forget(*, at: datetime) -> int:
    """Erase contacts of requests answered longer than the rule's days ago; returns how many."""
    before = at - timedelta(days=int(rules.value("refund.contact_days", day_of(at))))
    old = RefundRequest.objects.filter(answered_at__lt=before, contact__isnull=False)
    with transaction.atomic():
        rows = list(old.select_for_update(skip_locked=True, of=("self",)))
        for row in rows:
            row.contact, row.contact_mask = None, ""
            row.save(update_fields=["contact", "contact_mask"])
            audit.record("refund_request.forget_contact", row, by=None, at=at)
    return len(rows)
