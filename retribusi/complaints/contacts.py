"""How to reach the person: sealed at rest, masked on screens, read only for a reason, erased in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office import crypto
from opd.office.calendar import day_of
from retribusi.complaints.models import Complaint
from retribusi.complaints.rules import State, contact_days


class ContactGone(Exception):
    """There is no contact to read; the message is for the screen."""


def masked(contact: str) -> str:
    """What lists may show: "•••789" of a telephone number, "s•••@•••" of an address. Pure."""
    name, at, _domain = contact.rpartition("@")
    if at and name:
        return f"{name[0]}•••@•••"
    digits = contact.replace(" ", "")
    return f"•••{digits[-3:]}" if len(digits) > 6 else "•••"


def sealed(contact: str) -> tuple[bytes | None, str]:
    """The encrypted contact and its mask; nothing of an empty one."""
    plain = contact.strip()
    return (crypto.encrypt(plain.encode()), masked(plain)) if plain else (None, "")


def read(*, complaint: Complaint, by: User, at: datetime) -> str:
    """The contact in the clear, for who handles the complaint; the trail keeps who read it.

    Raises PermissionDenied, ContactGone.
    """
    access.require(by, "complaints.handle", opd=complaint.opd_id or 0)
    if complaint.contact is None:
        raise ContactGone("Pelapor tidak meninggalkan kontak, atau kontaknya sudah dihapus.")
    audit.record("complaint.read_contact", complaint, by=by, at=at)
    return crypto.decrypt(bytes(complaint.contact)).decode()


def forget(*, at: datetime) -> int:
    """Erase contacts of complaints closed longer than the rule's days ago; returns how many."""
    before = at - timedelta(days=contact_days(day_of(at)))
    old = Complaint.objects.filter(state=State.CLOSED, closed_at__lt=before, contact__isnull=False)
    with transaction.atomic():
        rows = list(old.select_for_update(skip_locked=True))
        for row in rows:
            row.contact, row.contact_mask = None, ""
            row.save(update_fields=["contact", "contact_mask"])
            audit.record("complaint.forget_contact", row, by=None, at=at)
    return len(rows)
