"""Who may see and add evidence of a finding."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from opd.access import allowed
from opd.models import User
from payments.auditing.models import Finding
from payments.auditing.services import SUBJECT

TYPE = SUBJECT
KINDS = {"follow_up": "Bukti tindak lanjut", "working_paper": "Bukti pemeriksaan"}


def find(id: str) -> Finding | None:
    """The finding an address names; None for anything else."""
    return Finding.objects.filter(pk=id).first() if id.isdecimal() and len(id) < 19 else None


def may_view(user: User, id: str) -> bool:
    row = find(id)
    return row is not None and allowed(user, "auditing.view", opd=row.opd_id)


def may_add(user: User, id: str) -> bool:
    """Its agency and the auditor, while it is open."""
    row = find(id)
    if row is None or not row.is_open:
        return False
    return allowed(user, "auditing.work", opd=row.opd_id) or allowed(user, "auditing.answer", opd=row.opd_id)


def kinds(id: str) -> Mapping[str, str]:
    return KINDS


def back(user: User, id: str) -> str:
    return reverse("auditing:finding_detail", args=[id])


def title(id: str) -> str:
    row = find(id)
    return str(row) if row else ""
