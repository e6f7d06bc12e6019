"""A paid debt of a SKRD as a receipt of the treasurer, for its TBP."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from django.urls import reverse

from opd.access import Scope
from payments.reconciliation.queries import lights
from retribusi.assessments.models import Debt
from retribusi.stbp.queries import lacking
from retribusi.stbp.sources import Carried, Receipt, Source

SUBJECT = "assessments.debt"


def receipt(debt_id: str) -> Receipt:
    """What its payment paid of it, interest included, by the account codes that were asked."""
    rows = Debt.objects.select_related("skrd__opd", "skrd__point", "skrd__wajib_retribusi", "skrd__document")
    debt = rows.select_related("payment__request").get(pk=debt_id)
    paid, skrd = debt.payment, debt.skrd
    assert paid is not None
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for share in paid.request.shares if paid.request else []:
        sums[share["kode_lra"]] += Decimal(share["amount"])
    part = f", angsuran ke-{debt.position}" if debt.decision_id and debt.position > 1 else ""
    return Receipt(
        opd=skrd.opd, point=skrd.point, at=paid.paid_at, payer=skrd.wajib_retribusi.name,
        what=f"SKRD {skrd.document.number_text}{part}", way=paid.get_method_display(),
        codes=tuple(sums.items()) or ((paid.kode_lra, paid.revenue_amount),),
    )  # fmt: skip


def _missing(reach: Scope) -> list[tuple[int, str]]:
    paid = reach.filter(Debt.objects.filter(payment__isnull=False), "skrd__opd")
    return lacking(paid, SUBJECT, "skrd__opd")


def _carried(debt_ids: Collection[str]) -> dict[str, Carried]:
    """The bank takes it to RKUD by itself: no STS."""
    rows = dict(Debt.objects.filter(pk__in=debt_ids, payment__isnull=False).values_list("pk", "payment"))
    lit = lights(list(rows.values()))
    return {
        str(pk): Carried(
            "Langsung ke RKUD", lit[payment].credited, reverse("retribusi:takings_detail", args=[payment])
        )
        for pk, payment in rows.items()
    }  # fmt: skip


def _address(debt_id: str) -> str:
    skrd = Debt.objects.values_list("skrd_id", flat=True).get(pk=debt_id)
    return reverse("assessments:skrd_detail", args=[skrd])


SOURCE = Source("SKRD", receipt, _missing, _carried, _address)
