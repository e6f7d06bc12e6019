"""What the pages show of payments that the bank left uncertain, and of words that contradict their end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from opd.access import Scope, allowed
from opd.models import User
from opd.office.calendar import day_of
from payments.spending.bank.conversation import LIVE, SNAP_WAYS
from payments.spending.models import Contradiction, Disbursement, Ruling, RulingState, Verdict
from payments.spending.services.rulings import waits_for

ADVICE = {
    Verdict.PAID: "Di sini pembayaran ini tercatat gagal. Periksa rekening koran. Bila uangnya memang keluar "
    "dan belanjanya belum dibayar lagi, catat sebagai sudah dibayar dengan rujukan ini; bila sudah dibayar "
    "lagi, minta penerima atau bank mengembalikan yang kedua. Selama kabar ini terbuka, belanjanya tidak "
    "dapat diperintahkan ke bank lagi.",
    Verdict.FAILED: "Di sini pembayaran ini tercatat berhasil. Periksa rekening koran. Bila uangnya memang "
    "kembali atau tidak pernah keluar, catat pengembalian belanjanya dengan rujukan dari bank.",
}
"""What a person does about a contradiction; nothing of it happens by itself."""


def stuck(reach: Scope, *, at: datetime) -> QuerySet[Disbursement]:
    """Payments that the bank left uncertain longer than it may (``spending.stuck_hours``), oldest first."""
    rows = Disbursement.objects.filter(
        state__in=LIVE, way__in=SNAP_WAYS, made_at__lte=at - waits_for(day_of(at))
    )
    return reach.filter(rows, "spend__opd").select_related("spend__payee", "spend__opd").order_by("made_at")


def proposals(reach: Scope) -> QuerySet[Ruling]:
    """Proposals that wait for the second person, oldest first."""
    rows = Ruling.objects.filter(state=RulingState.PROPOSED)
    return reach.filter(rows, "disbursement__spend__opd").select_related(
        "disbursement__spend__opd", "proposed_by"
    )


def contradictions(reach: Scope) -> QuerySet[Contradiction]:
    """Words of the bank against a payment's end that nobody has settled, oldest first."""
    rows = reach.filter(Contradiction.objects.open(), "disbursement__spend__opd")
    return rows.select_related("disbursement__spend__opd")


@dataclass(frozen=True)
class Counts:
    """How many payments the bank leaves uncertain, and how many words contradict."""

    stuck: int
    contradictions: int

    def __bool__(self) -> bool:
        return bool(self.stuck or self.contradictions)


def counts(reach: Scope, *, at: datetime) -> Counts:
    return Counts(stuck(reach, at=at).count(), contradictions(reach).count())


def is_stuck(payment: Disbursement, *, at: datetime) -> bool:
    waited = at - payment.made_at >= waits_for(day_of(at))
    return waited and payment.state in LIVE and payment.way in SNAP_WAYS


def hours(at: datetime) -> int:
    return waits_for(day_of(at)) // timedelta(hours=1)


def context(payment: Disbursement, user: User, *, at: datetime) -> dict[str, Any]:
    """The page of one payment: proposals, contradictions, and what this person may do about them."""
    opd = payment.spend.opd_id
    pays, verifies = allowed(user, "spend.pay", opd=opd), allowed(user, "spend.verify", opd=opd)
    rulings = list(payment.rulings.select_related("proposed_by", "decided_by", "evidence"))
    waiting = next((row for row in rulings if row.state == RulingState.PROPOSED), None)
    is_maker = waiting is not None and user.pk in {waiting.proposed_by_id, payment.made_by_id}
    return {
        "row": payment,
        "spend": payment.spend,
        "is_stuck": is_stuck(payment, at=at),
        "hours": hours(at),
        "rulings": rulings,
        "waiting": waiting,
        "contradictions": [
            (one, ADVICE[Verdict(one.told)]) for one in payment.contradictions.select_related("closed_by")
        ],
        "may_propose": pays and waiting is None and is_stuck(payment, at=at),
        "may_confirm": verifies and waiting is not None and not is_maker,
        "may_decline": waiting is not None and (verifies or (pays and waiting.proposed_by_id == user.pk)),
        "may_close": verifies,
    }


def payment_of(reach: Scope, pk: UUID) -> QuerySet[Disbursement]:
    rows = Disbursement.objects.select_related("spend__payee", "spend__opd", "account", "made_by")
    return reach.filter(rows, "spend__opd").filter(pk=pk)
