"""How often a public page of the office may be asked. Counted in the shared cache under keyed hashes."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def too_often(name: str, subject: str, *, most: int, seconds: int) -> bool:
    """Count one more; True past ``most`` within ``seconds``. Dampens a flood; it is no exact counter."""
    text = f"{name}|{subject}"
    key = "office-" + hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key)) > most
    except ValueError:  # it ran out between the two steps
        return False


def address(request: HttpRequest) -> str:
    """Where a request comes from; behind a proxy of ours, the last address that the proxy wrote."""
    if settings.BEHIND_PROXY:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")[-1].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))
