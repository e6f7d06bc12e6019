"""Differences as lists and counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from opd.access import Scope
from payments.reconciliation.models import ExceptionState, ReconciliationException


@dataclass(frozen=True)
class DifferenceFilter:
    """All given conditions hold; ``state`` "" means every state, days are inclusive."""

    state: str = ExceptionState.OPEN
    kind: str = ""
    point: str = ""
    first: date | None = None
    last: date | None = None


def differences(scope: Scope, where: DifferenceFilter) -> QuerySet[ReconciliationException]:
    rows = scope.filter(ReconciliationException.objects.select_related("opd", "closed_by"))
    conditions = {
        "state": where.state,
        "kind": where.kind,
        "point": where.point,
        "day__gte": where.first,
        "day__lte": where.last,
    }
    return rows.filter(**{name: value for name, value in conditions.items() if value})


def points(scope: Scope) -> list[str]:
    """The points that differences name."""
    rows = scope.filter(ReconciliationException.objects.exclude(point=""))
    return list(rows.order_by("point").values_list("point", flat=True).distinct())


def waiting(scope: Scope) -> int:
    return scope.filter(ReconciliationException.objects.waiting()).count()
