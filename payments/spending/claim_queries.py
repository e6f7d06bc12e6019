"""Read models of claims: lists, figures, and what may be claimed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Concat

from opd.access import Scope
from opd.planning.models import Hold
from payments.spending.claim_rules import CLAIMABLE
from payments.spending.models import Claim, ClaimKind, ClaimLine, Spend

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class ClaimFilter:
    """All given conditions hold; "" and None mean any. Days are WIB, inclusive."""

    kind: str = ""
    state: str = ""
    opd_id: int | None = None
    year: int | None = None
    first: date | None = None
    last: date | None = None


def claims(reach: Scope, where: ClaimFilter) -> QuerySet[Claim]:
    """Claims within reach, newest first."""
    rows = reach.filter(Claim.objects.select_related("opd", "raised_by"))
    conditions = {
        "kind": where.kind, "state": where.state, "opd": where.opd_id, "year": where.year,
        "raised_at__date__gte": where.first, "raised_at__date__lte": where.last,
    }  # fmt: skip
    return rows.filter(**{name: value for name, value in conditions.items() if value})


def total(rows: QuerySet[Claim]) -> Decimal:
    return rows.order_by().aggregate(sum=Sum("amount"))["sum"] or ZERO


def waiting(reach: Scope, state: str) -> QuerySet[Claim]:
    return reach.filter(Claim.objects.filter(state=state))


def unclaimed(reach: Scope, year: int) -> QuerySet[Spend]:
    """Verified cash spends of a year within reach that are in no live claim."""
    sources, state = CLAIMABLE[ClaimKind.GU]
    rows = reach.filter(Spend.objects.filter(year=year, source__in=sources, state=state))
    return rows.exclude(pk__in=_claimed())


def _claimed() -> QuerySet[ClaimLine, Any]:
    return ClaimLine.objects.filter(live=True).values("spend")


def claimable(opd_id: int, year: int, kind: str) -> QuerySet[Any]:
    """Spends that a claim of ``kind`` may take up: in the right state and in no live claim, oldest first.

    Each carries ``realised``: what was realised less what the payee gave back (rupiah).
    """
    if kind not in CLAIMABLE:
        return Spend.objects.none()
    sources, state = CLAIMABLE[ClaimKind(kind)]
    free = Spend.objects.filter(opd=opd_id, year=year, source__in=sources, state=state)
    free = free.exclude(pk__in=_claimed())
    return with_net(free).select_related("line", "payee").order_by("paid_date", "raised_at")


def with_net(spends: QuerySet[Spend]) -> QuerySet[Any]:
    """``realised``: what the budget counts for each spend today; None while it is only held."""
    key = Concat(Value("spend:"), Cast(OuterRef("pk"), CharField()))
    return spends.annotate(realised=Subquery(Hold.objects.filter(key=key).values("realised_amount")[:1]))


def net_amounts(spend_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What each spend cost by now (rupiah): its realisation less refunds, else its gross amount."""
    rows = with_net(Spend.objects.filter(pk__in=list(spend_ids))).values_list("pk", "amount", "realised")
    return {pk: amount if realised is None else realised for pk, amount, realised in rows}
