"""The register of documents: which stand, which were voided, and whether their numbers run without gaps."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from opd.access import Scope
from opd.models import Opd
from opd.office import documents
from opd.office.models import Document


@dataclass(frozen=True)
class Run:
    """The numbers of one kind, agency and year: 1 to ``last``, of which ``held`` are found."""

    label: str
    opd: str
    year: int
    last: int
    held: int
    voided: int

    @property
    def gaps(self) -> int:
        return self.last - self.held


def rows(
    reach: Scope, *, kind: str | None, opd: Opd | None, year: int | None, state: str | None
) -> QuerySet[Document]:
    """Documents within reach, newest first."""
    found = reach.filter(Document.objects.select_related("opd", "issued_by", "voided_by"))
    narrowed = {"kind": kind, "opd": opd, "year": year}
    found = found.filter(**{name: value for name, value in narrowed.items() if value})
    if state == "voided":
        return found.exclude(voided_at=None)
    if state in {"valid", "draft"}:
        numbered = ~Q(number_text="") | ~Q(official_number="")
        found = found.filter(voided_at=None).filter(numbered if state == "valid" else ~numbered)
    return found


def runs(reach: Scope, *, kind: str | None, opd: Opd | None, year: int | None) -> list[Run]:
    """Each numbered run within reach, with its gaps; a voided document still holds its number."""
    found = rows(reach, kind=kind, opd=opd, year=year, state=None).exclude(sequence=None).order_by()
    grouped = found.values("kind", "opd__name", "year").annotate(
        last=Max("sequence"), held=Count("pk"), voided=Count("pk", filter=~Q(voided_at=None))
    )
    return [
        Run(
            label_of(each["kind"]),
            each["opd__name"],
            each["year"],
            each["last"],
            each["held"],
            each["voided"],
        )
        for each in grouped.order_by("-year", "opd__name", "kind")[:200]
    ]


def label_of(code: str) -> str:
    return next((one.label for one in documents.kinds() if one.code == code), code)
