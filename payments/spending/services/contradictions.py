"""The bank says the opposite of how a payment ended: kept for a person to look at, never booked by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import transaction

from opd import access, audit
from opd.models import User
from payments.spending.errors import Missing, WrongState
from payments.spending.models import Contradiction, Disbursement, DisbursementState, Verdict
from payments.spending.services.payments import locked_payment

log = structlog.get_logger(__name__)
_OPPOSITE = {Verdict.PAID: DisbursementState.FAILED, Verdict.FAILED: DisbursementState.SUCCEEDED}


@dataclass(frozen=True)
class Word:
    """What the bank said of a payment. ``day`` is its day of payment (WIB), where it told one."""

    told: Verdict
    reference_no: str = ""
    rrn: str = ""
    day: date | None = None
    message: str = ""


@transaction.atomic
def keep(*, disbursement_id: UUID, word: Word, at: datetime) -> Contradiction | None:
    """Keep a word that contradicts a payment's end, once while it stands open; None where it doesn't."""
    spend, payment = locked_payment(disbursement_id)
    if payment.state != _OPPOSITE[word.told]:
        return None
    known = payment.contradictions.open().filter(told=word.told).first()
    if known is not None:
        return known
    row = Contradiction.objects.create(
        disbursement=payment, told=word.told, reference_no=word.reference_no[:64], rrn=word.rrn[:40],
        day=word.day, message=word.message[:300], at=at,
    )  # fmt: skip
    Disbursement.objects.filter(pk=payment.pk).update(next_ask_at=None)
    log.error("payment_contradicted", disbursement=str(payment.pk), told=str(word.told))
    after = {"payment": str(payment.pk), "state": payment.state, "told": str(word.told),
             "reference_no": row.reference_no}  # fmt: skip
    audit.record("payment.contradicted", spend, by=None, at=at, after=after)
    return row


@transaction.atomic
def close(*, contradiction_id: int, reason: str, by: User, at: datetime) -> Contradiction:
    """PPK says how it was settled with the bank; no money moves.

    Raises Missing, WrongState (no reason, closed already); PermissionDenied without ``spend.verify``.
    """
    found = Contradiction.objects.filter(pk=contradiction_id).values_list("disbursement", flat=True).first()
    if found is None:
        raise Missing("Kabar bank ini tidak ada. Tidak ada yang berubah.")
    spend, _ = locked_payment(found)
    access.require(by, "spend.verify", opd=spend.opd_id)
    words = " ".join(reason.split())[:300]
    if not words:
        raise WrongState("Tulis bagaimana kabar yang berlawanan ini diselesaikan. Tidak ada yang berubah.")
    rows = Contradiction.objects.open().filter(pk=contradiction_id)
    if not rows.update(closed_at=at, closed_by=by, reason=words):
        raise WrongState("Kabar yang berlawanan ini sudah diselesaikan. Tidak ada yang berubah.")
    row = Contradiction.objects.get(pk=contradiction_id)
    after = {"payment": str(found), "told": row.told}
    audit.record("payment.contradiction_close", spend, by=by, at=at, after=after, reason=words)
    return row
