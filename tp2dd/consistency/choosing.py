"""Which version of a document is compared with which.

A document follows the one above it as that stood when it was decreed: the newest version below is compared
with the newest version above of that day or earlier. Where all versions above are younger, with the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from opd.planning.models import DocumentKind, Dpa, PlanDocument, PlanLine
from tp2dd.consistency.pairs import Pair


@dataclass(frozen=True)
class Version:
    """``id`` of a PlanDocument; None for the DPA, whose newest stage is the budget lines themselves."""

    id: int | None
    decreed: date


@dataclass(frozen=True)
class Match:
    pair: Pair
    opd_id: int
    upper: Version
    lower: Version


def upper_for(lower: Version, uppers: Sequence[Version]) -> Version:
    """The version above that ``lower`` follows; ``uppers`` are in the order of their versions."""
    before = [version for version in uppers if version.decreed <= lower.decreed]
    return before[-1] if before else uppers[0]


class Shelf:
    """Every version that speaks of a year, and which agencies each speaks of."""

    def __init__(self, year: int) -> None:
        self._versions: dict[tuple[str, int | None], list[Version]] = defaultdict(list)
        self._agencies: dict[int | None, set[int]] = defaultdict(set)
        for document in _documents(year):
            self._versions[document.kind, document.opd_id].append(Version(document.pk, document.decree_date))
        pairs = PlanLine.objects.filter(year=year, document__in=self.ids).order_by()
        for document_id, opd_id in pairs.values_list("document_id", "opd_id").distinct():
            self._agencies[document_id].add(opd_id)
        for dpa in Dpa.objects.filter(year=year).order_by("stage_no"):
            self._versions["dpa", dpa.opd_id] = [Version(None, dpa.dpa_date)]
            self._agencies[None].add(dpa.opd_id)

    @property
    def ids(self) -> list[int]:
        return [version.id for versions in self._versions.values() for version in versions if version.id]

    def versions(self, kind: str, opd_id: int) -> list[Version]:
        """The agency's own document, or the province's."""
        return self._versions.get((kind, opd_id)) or self._versions.get((kind, None)) or []

    def agencies(self) -> set[int]:
        return set().union(*self._agencies.values())

    def matches(self, pairs: Iterable[Pair]) -> list[Match]:
        """Every pair of documents that can be compared, agency by agency."""
        agencies = sorted(self.agencies())
        return [match for pair in pairs for opd_id in agencies if (match := self._match(pair, opd_id))]

    def newest(self) -> list[tuple[str, int, Version]]:
        """The version in force of each document with stated parents: kind, agency, version."""
        return [
            (str(kind), opd_id, versions[-1])
            for kind in DocumentKind
            for opd_id in sorted(self.agencies())
            if (versions := self.versions(kind, opd_id))
            and versions[-1].id is not None
            and opd_id in self._agencies[versions[-1].id]
        ]

    def _match(self, pair: Pair, opd_id: int) -> Match | None:
        uppers, lowers = self.versions(pair.upper, opd_id), self.versions(pair.lower, opd_id)
        if not uppers or not lowers:
            return None
        lower = lowers[-1]
        upper = upper_for(lower, uppers)
        speaks = opd_id in self._agencies[upper.id] or opd_id in self._agencies[lower.id]
        return Match(pair, opd_id, upper, lower) if speaks else None


def _documents(year: int) -> Iterable[PlanDocument]:
    """Versions in their order; of documents whose periods overlap, those of the later period."""
    found = list(PlanDocument.objects.filter(first_year__lte=year, last_year__gte=year).order_by("version"))
    latest: dict[tuple[str, int | None], int] = {}
    for document in found:
        key = document.kind, document.opd_id
        latest[key] = max(latest.get(key, 0), document.first_year)
    return [one for one in found if one.first_year == latest[one.kind, one.opd_id]]
