"""Checks for a production installation (``manage.py check --deploy``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db.utils import DatabaseError


@register(Tags.security, deploy=True)
def no_demo_account(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """A demo account in production is an open door."""
    from opd.models import User

    if settings.DEMO:
        return [Error("DEMO=1 tidak boleh dipakai di produksi.", id="opd.E001")]
    try:
        count = User.objects.filter(is_demo=True, is_active=True).count()
    except DatabaseError:
        return []
    if not count:
        return []
    return [
        Error(
            f"Ada {count} akun demo yang aktif. Nonaktifkan sebelum melayani uang sungguhan.", id="opd.E002"
        )
    ]
