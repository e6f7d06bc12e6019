"""How to reach who wrote to us: sealed at rest, masked on screens, read only for a reason, erased in time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from opd import audit
from opd.models import User
from opd.office import crypto


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


def mask_of(contact: bytes | memoryview[int] | None) -> str:
    """The mask of a sealed contact; "" where it does not open with our keys."""
    try:
        return masked(crypto.decrypt(bytes(contact or b"")).decode())
    except crypto.DecryptionError:
        return ""


def read(row: Any, *, action: str, by: User, at: datetime) -> str:
    """The contact of ``row`` in the clear; the trail keeps who read it, as ``action``. Raises ContactGone."""
    if row.contact is None:
        raise ContactGone("Tidak ada kontak yang ditinggalkan, atau kontaknya sudah dihapus.")
    audit.record(action, row, by=by, at=at)
    return crypto.decrypt(bytes(row.contact)).decode()


def forget(old: QuerySet[Any], *, action: str, at: datetime) -> int:
    """Erase the contacts of these rows, each with a trail as ``action``; returns how many."""
    with transaction.atomic():
        rows = list(old.filter(contact__isnull=False).select_for_update(skip_locked=True, of=("self",)))
        for row in rows:
            row.contact, row.contact_mask = None, ""
            row.save(update_fields=["contact", "contact_mask"])
            audit.record(action, row, by=None, at=at)
    return len(rows)
