"""A second factor for people in tests, and sessions in which a code was just given."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from opd.models import User


def register(user: User) -> str:
    """An authenticator app for ``user``; its secret."""
    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    return secret


def code(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or ``steps`` half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def fresh(client: Client, user: User) -> None:
    """Let the signed-in session of ``client`` count as one in which ``user`` just gave a code."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def give_factor(client: Client, user: User) -> None:
    """Sign ``user`` in with a second factor just given: deeds go through at once."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        register(user)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    fresh(client, user)
