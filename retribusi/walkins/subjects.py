"""Who may see and add evidence of a case."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse

from opd.access import allowed, scope
from opd.models import User
from retribusi.walkins.models import PhantomCase
from retribusi.walkins.services.phantom import EVIDENCE

TYPE = "walkins.phantomcase"


def find(id: str) -> PhantomCase | None:
    """The case an address names; None for anything else."""
    try:
        key = UUID(id)
    except ValueError:
        return None
    return PhantomCase.objects.filter(pk=key).first()


def may_view(user: User, id: str) -> bool:
    row = find(id)
    if row is None:
        return False
    return scope(user, "phantom.view").filter(PhantomCase.objects.filter(pk=row.pk)).exists()


def may_add(user: User, id: str) -> bool:
    """Who looks into it, until it is closed."""
    row = find(id)
    return row is not None and not row.is_closed and allowed(user, "phantom.handle", opd=row.opd_id or 0)


def kinds(id: str) -> Mapping[str, str]:
    return EVIDENCE


def back(user: User, id: str) -> str:
    return reverse("walkins:case_detail", args=[id])


def title(id: str) -> str:
    row = find(id)
    return f"Kasus {row.spoken}" if row else ""
