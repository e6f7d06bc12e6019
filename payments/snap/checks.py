"""Checks for a production installation (``manage.py check --deploy``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db.utils import DatabaseError


@register(Tags.security, deploy=True)
def no_demo_bank(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Money of the demonstration bank must never meet real money."""
    from payments.snap.models import Partner

    if settings.DEMO or settings.DEBUG:
        return []
    try:
        demo = list(Partner.objects.filter(is_demo=True).values_list("name", flat=True))
    except DatabaseError:
        return []
    if demo:
        names = ", ".join(demo)
        hint = "Basis data peragaan tidak boleh dipakai melayani uang sungguhan; mulai dari yang kosong."
        return [Error(f"Ada bank uji coba: {names}.", hint=hint, id="snap.E001")]
    return []
