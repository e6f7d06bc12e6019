"""Access tokens we give banks: random, 15 minutes, known to the database by their SHA-256 alone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import connection

from payments.snap.models import IssuedToken, Partner

LIFE = timedelta(seconds=900)
_OWNER = "SELECT partner_id FROM snap_issuedtoken WHERE token_hash = %s AND expires_at > %s"


def issue(partner: Partner, *, at: datetime) -> str:
    """A new token; older ones of the partner hold on until they end."""
    token = secrets.token_urlsafe(48)
    IssuedToken.objects.create(token_hash=digest(token), partner=partner, issued_at=at, expires_at=at + LIFE)
    return token


def owner(token: str, *, at: datetime) -> int | None:
    """The id of the partner a token was given to, while it holds."""
    with connection.cursor() as cursor:
        cursor.execute(_OWNER, [digest(token), at])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
