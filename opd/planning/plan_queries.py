"""Which plan documents there are, and which version of each is in force."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from opd.access import Scope
from opd.planning.imports import plans
from opd.planning.models import FileState, PlanDocument, PlanFile


def documents(reach: Scope, *, year: int | None, kind: str) -> QuerySet[PlanDocument]:
    """Versions within reach, the newest decree first. A document of the province is for everybody to see."""
    rows = PlanDocument.objects.select_related("opd", "file", "by")
    if reach.opd_ids is not None:
        rows = rows.filter(Q(opd=None) | Q(opd__in=reach.opd_ids))
    if year:
        rows = rows.filter(first_year__lte=year, last_year__gte=year)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.order_by("-first_year", "kind", "opd__name", "-version")


def in_force_ids(rows: Iterable[PlanDocument]) -> set[int]:
    """Of these versions, those that no newer version of the same document has replaced."""
    newer = PlanDocument.objects.filter(
        kind=OuterRef("kind"), first_year=OuterRef("first_year"), version__gt=OuterRef("version")
    ).filter(Q(opd=OuterRef("opd")) | Q(opd=None))  # a kind is either an agency's or the province's
    found = PlanDocument.objects.filter(pk__in=[row.pk for row in rows])
    return set(found.exclude(Exists(newer)).values_list("pk", flat=True))


def drafts() -> list[PlanFile]:
    """Plan files that wait to be saved, the newest first."""
    rows = PlanFile.objects.filter(kind__in=plans.KINDS, state=FileState.DRAFT)
    return list(rows.select_related("opd", "by")[:20])
