"""Checks for a production installation (``manage.py check --deploy``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connection


@register(Tags.security, deploy=True)
def application_does_not_own_the_books(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The role that serves requests must not be able to drop a guard of the books."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class"
                " WHERE oid = to_regclass('public.ledger_journal')"
            )
            row = cursor.fetchone()
    except DatabaseError:
        return []
    if not row or not row[0]:
        return []
    return [
        Warning(
            f"Peran basis data {settings.DATABASES['default']['USER']} memiliki tabel buku besar.",
            hint="Beri DATABASE_OWNER_URL untuk migrasi, DATABASE_URL dengan peran lain untuk aplikasi, "
            "lalu jalankan 'manage.py grant_roles'.",
            id="ledger.W001",
        )
    ]
