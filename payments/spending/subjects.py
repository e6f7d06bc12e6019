"""Who may see and add evidence of a spend."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse

from opd.access import allowed
from opd.models import User
from payments.spending import evidence, rules
from payments.spending.models import Spend
from payments.spending.services import pages

TYPE = "spending.spend"


def find(id: str) -> Spend | None:
    """The spend an address names; None for anything else."""
    try:
        key = UUID(id)
    except ValueError:
        return None
    return Spend.objects.filter(pk=key).first()


def may_view(user: User, id: str) -> bool:
    spend = find(id)
    return spend is not None and (
        spend.raised_by_id == user.pk or allowed(user, "spend.view", opd=spend.opd_id)
    )


def may_add(user: User, id: str) -> bool:
    """Its raiser and the agency's PPTK, treasurers, until SP2D has passed it."""
    spend = find(id)
    if spend is None or rules.State(spend.state) in rules.FINAL:
        return False
    return spend.raised_by_id == user.pk or any(
        allowed(user, name, opd=spend.opd_id) for name in ("spend.raise", "spend.pay")
    )


def kinds(id: str) -> Mapping[str, str]:
    return evidence.KINDS


def back(user: User, id: str) -> str:
    """The spend's page; for a reporter who may not open it, the page of the room he reported it in."""
    spend = find(id)
    if spend is None or allowed(user, "spend.view", opd=spend.opd_id):
        return reverse("spending:spend_detail", args=[id])
    return pages.page_of(user, spend) or reverse("opd:home")


def title(id: str) -> str:
    spend = find(id)
    return str(spend) if spend else ""
