"""The register of TBP: filtered, summed, with what took each receipt to RKUD."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast

from opd.access import Scope
from opd.office.models import Document
from payments.money import MoneyError, parse
from retribusi.stbp import sources
from retribusi.stbp.papers import STBP
from retribusi.stbp.sources import Carried

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Where:
    """All given conditions hold; days in WIB, both ends counted; "" and None choose nothing."""

    state: str = ""
    source: str = ""
    opd_id: int | None = None
    point: int | None = None
    first: date | None = None
    last: date | None = None
    text: str = ""


def rows(reach: Scope, where: Where) -> QuerySet[Document]:
    """TBP within reach, newest first, voided ones too."""
    found = Q(kind=STBP.code)
    if where.state:
        found &= Q(voided_at__isnull=where.state == "valid")
    if where.source:
        found &= Q(subject_type=where.source)
    if where.opd_id:
        found &= Q(opd=where.opd_id)
    if where.point:
        found &= Q(facts__point_id=where.point)
    if where.first:
        found &= Q(day__gte=where.first)
    if where.last:
        found &= Q(day__lte=where.last)
    if where.text:
        found &= _says(where.text)
    every = Document.objects.select_related("opd", "issued_by", "voided_by")
    return reach.filter(every.filter(found)).order_by("-day", "-sequence")


def _says(text: str) -> Q:
    found = Q(number_text__icontains=text) | Q(facts__payer__icontains=text) | Q(facts__what__icontains=text)
    with suppress(MoneyError):
        found |= Q(amount=parse(text))
    return found


@dataclass(frozen=True)
class Totals:
    """Of the TBP that stand."""

    count: int
    amount: Decimal


def totals(found: QuerySet[Document]) -> Totals:
    sums = found.filter(voided_at=None).order_by().aggregate(n=Count("pk"), sum=Sum("amount"))
    return Totals(sums["n"], sums["sum"] or ZERO)


@dataclass(frozen=True)
class Row:
    document: Document
    label: str
    carried: Carried | None


def with_way(documents: Iterable[Document]) -> list[Row]:
    """The documents with their source's name and what took the money to RKUD; a query or two a source."""
    every = list(documents)
    ids: dict[str, set[str]] = defaultdict(set)
    for one in every:
        ids[one.subject_type].add(one.subject_id)
    carried = {kind: sources.source(kind).carried(found) for kind, found in ids.items()}
    return [
        Row(one, sources.source(one.subject_type).label, carried[one.subject_type].get(one.subject_id))
        for one in every
    ]


def lacking(found: QuerySet[Any], subject_type: str, opd: str) -> list[tuple[int, str]]:
    """Rows without a standing TBP as (agency, id); ``opd`` names their agency's field."""
    have = Document.objects.standing().filter(kind=STBP.code, subject_type=subject_type)
    key = Cast(OuterRef("pk"), CharField(max_length=80))
    bare = found.filter(~Exists(have.filter(subject_id=key))).order_by("pk")
    return [(office, str(pk)) for office, pk in bare.values_list(F(opd), "pk")]
