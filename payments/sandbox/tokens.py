"""Access tokens that the bank issues: random, kept only as a digest, valid for fifteen minutes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from payments.sandbox.models import Token
from payments.sandbox.partners import PartnerProfile

LIFETIME = timedelta(seconds=900)


def issue(partner: PartnerProfile, *, at: datetime) -> str:
    Token.objects.filter(expires_at__lt=at).delete()
    token = secrets.token_urlsafe(48)
    Token.objects.create(digest=_digest(token), partner=partner.slug, expires_at=at + LIFETIME)
    return token


def owner(token: str, *, at: datetime) -> str | None:
    """The slug of the partner who holds a token that is still valid."""
    found = Token.objects.filter(digest=_digest(token), expires_at__gt=at)
    return found.values_list("partner", flat=True).first()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
