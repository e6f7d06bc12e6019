"""What a refund ends as: booked once, exceptions closed, the outer room told. Inside a transaction."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import structlog
from django.db import transaction
from django.db.models import F, Q

from opd import audit
from opd.models import User
from payments.incoming import refund_postings, registry, rules, whereabouts
from payments.incoming.models import MoneyException, Payment, Refund
from payments.incoming.refund_postings import Code, Going
from payments.incoming.refund_rules import BY_TREASURY, ON_ITS_WAY, Against, Parts, Path, Standing, left_of
from payments.incoming.texts import Trouble
from payments.incoming.traces import happened, odd
from payments.ledger.services import Draft, post
from payments.money import format_rupiah

log = structlog.get_logger(__name__)
_CLOSES = (
    *(Trouble.LATE, Trouble.DOUBLE, Trouble.SHORT, Trouble.EXCESS, Trouble.UNEXPECTED),
    Trouble.UNKNOWN_REFERENCE,
)
"""What a payment's money was odd about, settled once all of its liability has gone back."""


def finish(
    refund: Refund, *, day: date, by: User | None, at: datetime, refund_no: str = "", code: str = ""
) -> None:
    """The money has gone back on ``day``: book it and close the refund.

    Needs ``whereabouts``' turn, and the payment and refund locked, the refund in an open state. Raises
    LedgerError where the books refuse; then nothing is changed.
    """
    draft, against = _draft(refund, day)
    before = refund.state
    journal = post(draft, key=f"refund:{refund.pk}:done", by=by, at=at, moves=True)
    refund.state, refund.closed_at, refund.message = str(Standing.DONE), at, ""
    refund.journal_id, refund.against = journal.journal_id, str(against)
    refund.refund_no, refund.bank_code = refund_no or refund.refund_no, code or refund.bank_code
    refund.next_try_at = refund.claimed_until = None
    if refund.payment.request_id:
        refund.told, refund.told_next_at = Refund.Told.PENDING, at
    refund.save()
    after = {"state": refund.state, "amount": str(refund.amount), "journal": journal.journal_id}
    audit.record("refund.done", refund, by=by, at=at, before={"state": before}, after=after)
    happened("payment.refunded", at=at, request=refund.payment.request, payment=refund.payment)
    if against is Against.ACQUIRER:
        odd(
            Trouble.REFUND_AFTER_CREDIT, str(refund.pk), at=at, request=refund.payment.request,
            payment=refund.payment, amount=refund.amount, rrn=refund.payment.rrn,
        )  # fmt: skip
    _close_exceptions(refund, at)
    tell(refund, at=at)


def close_refused(refund: Refund, *, by: User | None, at: datetime, reason: str, code: str = "") -> None:
    """The refund will not happen; its payment is as if nobody had proposed it."""
    before = refund.state
    refund.state, refund.closed_at = str(Standing.REFUSED), at
    refund.bank_code = code or refund.bank_code
    refund.next_try_at = refund.claimed_until = None
    refund.save()
    audit.record(
        "refund.refuse", refund, by=by, at=at, before={"state": before}, after={"state": refund.state},
        reason=reason,
    )  # fmt: skip
    happened("refund.refused", at=at, request=refund.payment.request, payment=refund.payment)


def _draft(refund: Refund, day: date) -> tuple[Draft, Against]:
    going = _going(refund)
    if refund.way is Path.RESTITUTION:
        return refund_postings.restitution(going, day, refund.sp2d_number), Against.RKUD
    if refund.way is Path.PRIOR_YEAR:
        return refund_postings.prior_year(going, day, refund.sp2d_number), Against.RKUD
    if whereabouts.of_one(refund.payment_id).credited_on is None:
        return refund_postings.from_acquirer(going, day), Against.RECEIVABLE
    return refund_postings.after_credit(going, day), Against.ACQUIRER


def _going(refund: Refund) -> Going:
    payment = refund.payment
    request = payment.request
    done = Refund.objects.filter(payment=payment, state=str(Standing.DONE)).exclude(pk=refund.pk)
    paid = Parts(payment.revenue_amount, payment.liability_amount)
    shares = request.shares if request else []
    codes = [Code(share["kode_lra"], share["kode_lo"], Decimal(share["amount"])) for share in shares]
    return Going(
        source=payment.source,
        opd=payment.opd_id,
        parts=refund.parts,
        codes=codes or [Code(payment.kode_lra, payment.kode_lo, payment.revenue_amount)],
        before=left_of(paid, [row.parts for row in done]).revenue,
        what=request.description if request else payment.receiving_account.name,
    )


def _close_exceptions(refund: Refund, at: datetime) -> None:
    way = f"SP2D {refund.sp2d_number}" if refund.way in BY_TREASURY else refund.get_path_display().lower()
    explanation = f"Dikembalikan {format_rupiah(refund.amount)}: {way}, nomor {refund.partner_refund_no}."
    also = _told_by_bank(refund) if refund.way is Path.FOUND else None
    close_exceptions(refund.payment, explanation, by_id=refund.decided_by_id, at=at, also=also)


def close_exceptions(
    payment: Payment, explanation: str, *, by_id: int | None, at: datetime, also: Q | None = None
) -> None:
    """The finding stays, explained by what became of the money: what was odd about it once none of its
    titipan is here any more, and ``also``."""
    done = Refund.objects.filter(payment=payment, state=str(Standing.DONE))
    gone = sum((row.liability_amount for row in done), rules.ZERO)
    gone += sum((row.amount for row in payment.compensations.done()), rules.ZERO)
    kinds = [str(kind) for kind in _CLOSES] if gone >= payment.liability_amount else []
    about = Q(payment=payment, kind__in=kinds) | (also or Q(pk__in=[]))
    MoneyException.objects.filter(about, state=MoneyException.Standing.OPEN).update(
        state=MoneyException.Standing.EXPLAINED, explained_at=at, explained_by=by_id,
        explanation=explanation[:300],
    )  # fmt: skip


def _told_by_bank(refund: Refund) -> Q:
    """That the bank gave it back by itself is answered once that is taken over."""
    named = Q(payment=refund.payment_id)
    if refund.payment.request_id:
        named |= Q(request=refund.payment.request_id, payment=None)
    return named & Q(kind=str(Trouble.REFUNDED_AT_BANK))


def tell(refund: Refund, *, at: datetime) -> None:
    """Tell the room of the thing that was paid, in a savepoint; where it fails, the sweep tells it again."""
    request = refund.payment.request
    if refund.told != Refund.Told.PENDING or request is None:
        return
    row = Refund.objects.filter(pk=refund.pk)
    try:
        with transaction.atomic():
            payable = registry.payable(request.payable_kind)
            payable.on_refunded(request.payable_key, refund.payment_id, refund.amount, at)
    except Exception:  # whatever the outer room raises must never undo a refund that the bank made
        log.exception("refund_not_told", refund=str(refund.pk))
        tries = refund.told_tries + 1
        row.update(told_tries=F("told_tries") + 1, told_next_at=at + rules.backoff(tries))
    else:
        row.update(told=Refund.Told.DONE, told_next_at=None)
        refund.told = Refund.Told.DONE


def known_at_bank(partner_id: int, *, ours: str, theirs: str) -> bool:
    """Whether a refund of ours explains that the bank calls these references refunded or cancelled.

    ``ours`` and ``theirs`` name one transaction; a printed QRIS has only the bank's.
    """
    named = Q()
    if ours:
        named |= Q(partner_reference_no=ours)
    if theirs:
        named |= Q(reference_no=theirs)
    if not named:
        return False
    states = [str(state) for state in (*ON_ITS_WAY, Standing.DONE)]
    payments = Payment.objects.filter(named, partner_id=partner_id)
    return Refund.objects.filter(payment__in=payments, state__in=states).exists()
