"""The fixed cast that walks through every view."""

from __future__ import annotations

from datetime import UTC, date, datetime

from opd.models import Opd, Role, User
from opd.services.people import assign_role

AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
SINCE = date(2026, 1, 1)
UNTIL = date(2035, 12, 31)
"""The last day of an auditor's letter of assignment."""


def agency(code: str, name: str) -> Opd:
    return Opd.objects.get_or_create(
        code=code, valid_from=SINCE, defaults={"name": name, "short_name": name}
    )[0]


def person(username: str, role: Role | None = None, opd: Opd | None = None) -> User:
    """An account with one role since 1 January 2026; an auditor's has a last day."""
    user = User(username=username, name=f"{username.replace('.', ' ').title()} (uji)")
    user.set_unusable_password()
    user.save()
    if role:
        assign_role(
            user=user,
            role=role,
            opd=opd,
            decree_number="SK 1/2026",
            decree_date=SINCE,
            valid_from=SINCE,
            valid_to=UNTIL if role == Role.AUDITOR else None,
            by=None,
            at=AT,
        )
    return user
