"""Which years can be compared, and which are waiting for it."""

from __future__ import annotations

from django.db.models import F, Max

from opd.planning.models import Dpa, PlanDocument
from tp2dd.consistency.models import Run


def years() -> list[int]:
    """Years that a document of one year or a DPA speaks of, newest first."""
    planned = PlanDocument.objects.filter(first_year=F("last_year")).order_by()
    found = {
        *planned.values_list("first_year", flat=True).distinct(),
        *Dpa.objects.order_by().values_list("year", flat=True).distinct(),
    }
    return sorted(found, reverse=True)


def is_due(year: int) -> bool:
    """Whether a document of that year came after its last run."""
    documents = PlanDocument.objects.filter(first_year__lte=year, last_year__gte=year)
    newest = [
        at
        for at in (
            documents.aggregate(at=Max("at"))["at"],
            Dpa.objects.filter(year=year).aggregate(at=Max("at"))["at"],
        )
        if at
    ]
    last = Run.objects.filter(year=year).aggregate(at=Max("at"))["at"]
    return bool(newest) and (last is None or max(newest) > last)
