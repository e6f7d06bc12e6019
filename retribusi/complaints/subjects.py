"""Who may see and add evidence of a complaint."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse

from opd.access import allowed, scope
from opd.models import User
from retribusi.complaints.models import Complaint
from retribusi.complaints.services.filing import EVIDENCE

TYPE = "complaints.complaint"


def find(id: str) -> Complaint | None:
    """The complaint an address names; None for anything else."""
    try:
        key = UUID(id)
    except ValueError:
        return None
    return Complaint.objects.filter(pk=key).first()


def may_view(user: User, id: str) -> bool:
    row = find(id)
    if row is None:
        return False
    return scope(user, "complaints.view").filter(Complaint.objects.filter(pk=row.pk), "opd").exists()


def may_add(user: User, id: str) -> bool:
    """Its agency's treasurer of receipts, until it is closed."""
    row = find(id)
    if row is None or row.is_closed or row.opd_id is None:
        return False
    return allowed(user, "complaints.handle", opd=row.opd_id)


def kinds(id: str) -> Mapping[str, str]:
    return EVIDENCE


def back(user: User, id: str) -> str:
    return reverse("complaints:complaint_detail", args=[id])


def title(id: str) -> str:
    row = find(id)
    return f"Pengaduan {row.spoken}" if row else ""
