"""A person's secret calendar address: made, shown once, revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from opd import access, audit
from opd.models import User
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.models import CalendarFeed

VIEW = "calendar.view"


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_feed(*, by: User, at: datetime) -> tuple[CalendarFeed, str]:
    """A new address and its secret (256 bits), which nobody can read again; the one before ends."""
    access.require(by, VIEW)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    CalendarFeed.objects.filter(user=by, revoked_at=None).update(revoked_at=at)
    token = secrets.token_urlsafe(32)
    made = CalendarFeed.objects.create(user=by, digest=digest_of(token), made_at=at)
    audit.record("calendar.make", made, by=by, at=at)
    return made, token


@transaction.atomic
def revoke_feed(*, by: User, at: datetime) -> None:
    """The person's address opens nothing any more. Raises DeskError where there is none."""
    row = CalendarFeed.objects.filter(user=by, revoked_at=None).first()
    if row is None or not CalendarFeed.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=at):
        raise DeskError("Tidak ada alamat kalender yang berlaku.")
    audit.record("calendar.revoke", row, by=by, at=at)


def owner(token: str) -> User | None:
    """Whose calendar a secret opens; None for one that never was or was revoked, or of a closed account."""
    rows = CalendarFeed.objects.filter(digest=digest_of(token), revoked_at=None).select_related("user")
    found = rows.first()
    return found.user if found and found.user.is_active and access.allowed(found.user, VIEW) else None
