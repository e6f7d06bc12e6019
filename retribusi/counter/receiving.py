"""The cash of a closed shift as a receipt of the treasurer, for its TBP."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from django.urls import reverse

from opd.access import Scope
from opd.office.calendar import WIB
from opd.office.models import Document
from retribusi.counter import queries
from retribusi.counter.models import Shift
from retribusi.counter.papers import STS
from retribusi.stbp.queries import lacking
from retribusi.stbp.sources import Carried, Receipt, Source

SUBJECT = "counter.shift"


def receipt(shift_id: str) -> Receipt:
    shift = Shift.objects.select_related("point__opd", "officer").get(pk=shift_id)
    assert shift.closed_at is not None
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for (lra, _), amount in queries.cash_by_code([shift.pk]).items():
        sums[lra] += amount
    return Receipt(
        opd=shift.point.opd, point=shift.point, at=shift.closed_at, payer=shift.officer.name,
        what=f"Tunai loket, shift {shift.opened_at.astimezone(WIB):%d-%m-%Y %H.%M}", way="tunai",
        codes=tuple(sorted(sums.items())),
    )  # fmt: skip


def _missing(reach: Scope) -> list[tuple[int, str]]:
    closed = reach.filter(Shift.objects.filter(closed_at__isnull=False, cash_total__gt=0), "point__opd")
    return lacking(closed, SUBJECT, "point__opd")


def _carried(shift_ids: Collection[str]) -> dict[str, Carried]:
    """The STS of each shift that was deposited."""
    rows = list(Shift.objects.filter(pk__in=shift_ids, deposit__isnull=False).select_related("deposit"))
    papers = Document.objects.standing().filter(
        kind=STS.code, subject_type="counter.deposit", subject_id__in={str(row.deposit_id) for row in rows}
    )
    numbers = dict(papers.values_list("subject_id", "number_text"))
    return {
        str(row.pk): Carried(
            numbers.get(str(row.deposit_id), "STS"), row.deposit.credited_date if row.deposit else None,
            reverse("counter:deposit_detail", args=[row.deposit_id]),
        )
        for row in rows
    }  # fmt: skip


def _address(shift_id: str) -> str:
    return reverse("counter:shift_detail", args=[shift_id])


SOURCE = Source("Loket", receipt, _missing, _carried, _address)
