"""Checks for a production installation (``manage.py check --deploy``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db.utils import DatabaseError

SANDBOX_ACQUIRER = "93600999"
"""In no national list we know: only the sandbox bank writes it."""


@register(Tags.security, deploy=True)
def no_sandbox_merchant(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """A receiving account of the sandbox's acquirer would show visitors a QRIS that nobody settles."""
    from payments.incoming.models import ReceivingAccount

    if settings.DEMO or settings.DEBUG:
        return []
    try:
        found = list(
            ReceivingAccount.objects.filter(merchant_pan__startswith=SANDBOX_ACQUIRER).values_list(
                "name", flat=True
            )
        )
    except DatabaseError:
        return []
    if not found:
        return []
    return [Error(f"Rekening penerimaan bank uji coba: {', '.join(found)}.", id="incoming.E001")]
