"""Receipts of what was paid of a SKRD: the same statement as an order's, checked on the same page."""

from __future__ import annotations

from retribusi.assessments.models import Debt
from retribusi.proofs import Receipted
from retribusi.receipts import Printed


def of_debt(debt: Debt) -> Receipted:
    """A settled debt's, interest included. What titipan paid is revenue at once. Raises ValueError for one
    that is not paid."""
    if debt.paid_at is None or debt.interest_paid is None:
        raise ValueError("kuitansi hanya untuk tagihan yang lunas")
    return Receipted(
        number=debt.receipt_number,
        point_id=debt.skrd.point_id,
        amount=debt.amount + debt.interest_paid,
        paid_at=debt.paid_at.replace(microsecond=0),
        payment_id=debt.payment_id,
        stands=Printed.BOOKED,
    )


def find(number: str) -> Receipted | None:
    """The settled debt with this number; one whose compensation was undone is none."""
    debt = Debt.objects.settled().exclude(receipt_number="").filter(receipt_number=number)
    found = debt.select_related("skrd").first()
    return of_debt(found) if found else None
