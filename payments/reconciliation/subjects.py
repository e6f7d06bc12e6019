"""Who may see and add evidence of a difference."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from opd.access import scope
from opd.models import User
from payments.reconciliation.models import ExceptionState, ReconciliationException

TYPE = "reconciliation.reconciliationexception"
KINDS = {"bank_letter": "Surat bank", "transaction": "Bukti transaksi", "other": "Bukti lain"}


def find(id: str) -> ReconciliationException | None:
    """The difference an address names; None for anything else."""
    return ReconciliationException.objects.filter(pk=id).first() if id.isdecimal() and len(id) < 19 else None


def may_view(user: User, id: str) -> bool:
    row = find(id)
    return row is not None and row.opd_id in scope(user, "reconciliation.view")


def may_add(user: User, id: str) -> bool:
    """Who resolves it, while it waits."""
    row = find(id)
    if row is None or row.state != ExceptionState.OPEN:
        return False
    return row.opd_id in scope(user, "reconciliation.resolve")


def kinds(id: str) -> Mapping[str, str]:
    return KINDS


def back(user: User, id: str) -> str:
    return reverse("reconciliation:exception_detail", args=[id])


def title(id: str) -> str:
    row = find(id)
    return str(row) if row else ""
