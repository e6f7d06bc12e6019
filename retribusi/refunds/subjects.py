"""Who may see and add evidence of a refund."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse

from opd.access import allowed, scope
from opd.models import User
from payments.incoming.models import Refund
from payments.money import format_rupiah

TYPE = "incoming.refund"
KINDS = {
    "request": "Permohonan atau bukti pembayar",
    "bank": "Surat atau bukti bank",
    "paper": "SKRDLB, SPM, atau SP2D",
}


def find(id: str) -> Refund | None:
    """The refund an address names; None for anything else."""
    try:
        key = UUID(id)
    except ValueError:
        return None
    return Refund.objects.filter(pk=key).first()


def may_view(user: User, id: str) -> bool:
    row = find(id)
    return row is not None and row.opd_id in scope(user, "refund.view")


def may_add(user: User, id: str) -> bool:
    """Its agency's treasurer of receipts, until it is closed."""
    row = find(id)
    return row is not None and row.is_open and allowed(user, "refund.propose", opd=row.opd_id)


def kinds(id: str) -> Mapping[str, str]:
    return KINDS


def back(user: User, id: str) -> str:
    return reverse("refunds:refund_detail", args=[id])


def title(id: str) -> str:
    row = find(id)
    return f"Pengembalian {format_rupiah(row.amount)}" if row else ""
