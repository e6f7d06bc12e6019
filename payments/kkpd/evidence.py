"""Who may see and add the photos that prove a card purchase."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse

from opd.access import allowed
from opd.models import User
from payments.kkpd import queries
from payments.kkpd.models import DprLine, LineState
from payments.spending.models import Spend

KINDS: Mapping[str, str] = {
    "receipt": "Struk atau nota",
    "invoice": "Faktur atau kuitansi",
    "photo": "Foto barang atau kegiatan",
    "other": "Bukti lain",
}


def may_view(user: User, id: str) -> bool:
    row = _row(id)
    return row is not None and queries.lines(user).filter(pk=row.pk).exists()


def may_add(user: User, id: str) -> bool:
    """The holder, until PA or KPA has decided on the bill."""
    row = _row(id)
    if row is None or row.card.holder_id != user.pk or row.withdrawn_at or row.freed_at:
        return False
    return not hasattr(row, "bill_line") or row.bill_line.state == LineState.OPEN


def kinds(id: str) -> Mapping[str, str]:
    return KINDS


def back(user: User, id: str) -> str:
    """The purchase's page, or home for a holder whose role has ended."""
    may_open = allowed(user, "kkpd.view")
    return reverse("kkpd:line_detail", args=[id]) if may_open else reverse("opd:home")


def page_of(user: User, spend: Spend) -> str | None:
    """Where a person sees the card purchase that ``spend`` is; None for any other."""
    row = queries.lines(user).filter(spend=spend).first()
    return reverse("kkpd:line_detail", args=[row.pk]) if row and allowed(user, "kkpd.view") else None


def title(id: str) -> str:
    row = _row(id)
    return row.spend.description[:80] if row else ""


def _row(id: str) -> DprLine | None:
    try:
        rows = DprLine.objects.select_related("card", "spend", "bill_line")
        return rows.filter(pk=UUID(id)).first()
    except (ValueError, ValidationError):
        return None
