"""Payments that a bank statement must prove; the books read statements and say so here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from opd import access, audit
from opd.models import User
from payments.spending.errors import Missing, WrongState
from payments.spending.models import Disbursement, DisbursementState
from payments.spending.rules import FROM_ACCOUNT


def unproven(opd_id: int) -> QuerySet[Disbursement]:
    """Payments from an account of this agency that no statement has shown yet, oldest first."""
    rows = Disbursement.objects.filter(
        spend__opd=opd_id,
        state=DisbursementState.SUCCEEDED,
        way__in=sorted(FROM_ACCOUNT),
        proven_at=None,
    )
    return rows.select_related("spend__payee", "account").order_by("paid_date", "pk")


@transaction.atomic
def prove(*, disbursement_id: UUID, proven_at: datetime, by: User | None, at: datetime) -> Disbursement:
    """Note that a statement shows this payment. Once: a later proof of the same changes nothing.

    Raises Missing, WrongState (not paid), PermissionDenied.
    """
    row = Disbursement.objects.select_related("spend").filter(pk=disbursement_id).first()
    if row is None:
        raise Missing("Pembayaran ini tidak ada.")
    if by is not None:
        access.require(by, "spend.pay", opd=row.spend.opd_id)
    paid = Disbursement.objects.filter(pk=row.pk, state=DisbursementState.SUCCEEDED)
    if paid.filter(proven_at=None).update(proven_at=proven_at):
        after = {"proven_at": proven_at.isoformat(), "reference": row.reference_no or row.rrn}
        audit.record("payment.prove", row.spend, by=by, at=at, after=after)
    elif not paid.exists():
        raise WrongState("Pembayaran ini belum berhasil, jadi tidak dapat dibuktikan.")
    row.refresh_from_db()
    return row
