"""The conversation with the bank about one approved refund. The call stands outside of every transaction.

The intent (``sent``, one number) is committed before the call. Without an answer the same number is sent
again until the bank says what became of it; a new number never takes its place, so that nothing goes back
twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from opd import audit
from opd.office.calendar import day_of
from payments.incoming import refund_bank, refund_booking, rules, whereabouts
from payments.incoming.models import Payment, Refund
from payments.incoming.refund_bank import Said
from payments.incoming.refund_rules import CALLS_BANK, ON_ITS_WAY, Judged, Standing, judge
from payments.incoming.refunds import RefundError, locked_refund, still_lawful
from payments.incoming.rules import Answer
from payments.incoming.texts import Trouble
from payments.incoming.traces import odd

_CLAIM = timedelta(seconds=30)
"""Longer than any call to the bank may take, token included."""
_SENDABLE = [str(state) for state in (Standing.APPROVED, *ON_ITS_WAY)]
BANK_REFUSED = "Bank menolak ({code}). Uang tidak berpindah; usulan baru dapat diajukan."
NOT_CERTAIN = (
    "Bank belum menjawab. Ditanyakan lagi sendiri dengan nomor yang sama, jadi tidak terkirim dua kali."
)


def carry_out(refund_id: UUID, *, at: datetime) -> Refund:
    """Send an approved refund, or ask again about one on its way. Safe from many places at once.

    Its state tells what came of it: done, refused, or unclear (tried again by the sweep).
    """
    refund = _claim(refund_id, at)
    if refund is None:
        return Refund.objects.get(pk=refund_id)
    said = refund_bank.order(refund, at=at)
    judged = judge(refund.way, said.code, first=refund.tries == 1)
    if judged is Judged.ASK:
        judged = _asked(refund, at)
    return _save(refund_id, said, judged, at)


def accept(refund_id: UUID, *, refund_no: str, at: datetime) -> Refund:
    """The second half without the bank, for demo data: an approved refund that it made."""
    if _claim(refund_id, at) is None:
        return Refund.objects.get(pk=refund_id)
    return _save(refund_id, Said("2007800", refund_no), Judged.DONE, at)


def _asked(refund: Refund, at: datetime) -> Judged:
    """A repeated call was refused: only the payment's own standing tells whether the first one was done."""
    answer = refund_bank.ask(refund.payment, at=at)
    if answer in {Answer.REFUNDED, Answer.CANCELLED}:
        return Judged.DONE
    reference = refund.payment.partner_reference_no
    alone = Payment.objects.filter(partner_id=refund.payment.partner_id, partner_reference_no=reference)
    whole = refund.amount == refund.payment.amount and alone.count() == 1
    return Judged.REFUSED if answer is Answer.PAID and whole else Judged.UNCLEAR


@transaction.atomic
def _claim(refund_id: UUID, at: datetime) -> Refund | None:
    """Take the refund for one call, its intent written; None where another has it, or nothing is to send."""
    whereabouts.take_turn()
    row = locked_refund(refund_id)
    if row.way not in CALLS_BANK or row.state not in _SENDABLE:
        return None
    if row.state == Standing.APPROVED:
        try:
            still_lawful(row, on=day_of(at))
        except RefundError as error:
            row.message = str(error)[:300]
            refund_booking.close_refused(row, by=None, at=at, reason="tahap uangnya berubah sebelum dikirim")
            return None
    free = Refund.objects.filter(Q(claimed_until=None) | Q(claimed_until__lte=at), pk=row.pk)
    if not free.update(
        state=str(Standing.SENT) if row.state == Standing.APPROVED else row.state,
        tries=F("tries") + 1, claimed_until=at + _CLAIM, next_try_at=at + _CLAIM,
    ):  # fmt: skip
        return None
    if not row.tries:
        audit.record("refund.send", row, by=row.decided_by, at=at, after={"number": row.partner_refund_no})
    return locked_refund(refund_id)


@transaction.atomic
def _save(refund_id: UUID, said: Said, judged: Judged, at: datetime) -> Refund:
    whereabouts.take_turn()
    row = locked_refund(refund_id)
    if row.state not in ON_ITS_WAY:
        if judged is Judged.DONE and row.state == Standing.REFUSED:
            _contradicted(row, said, at)
        return row
    if judged is Judged.DONE:
        refund_booking.finish(row, day=day_of(at), by=None, at=at, refund_no=said.refund_no, code=said.code)
    elif judged is Judged.REFUSED:
        row.message = BANK_REFUSED.format(code=f"{said.code} {said.message}".strip())[:300]
        refund_booking.close_refused(row, by=None, at=at, reason=said.code, code=said.code)
    else:
        row.state, row.message, row.bank_code = str(Standing.UNCLEAR), NOT_CERTAIN, said.code
        row.claimed_until, row.next_try_at = None, at + rules.backoff(row.tries)
        row.save(update_fields=["state", "message", "bank_code", "claimed_until", "next_try_at"])
    return row


def _contradicted(row: Refund, said: Said, at: datetime) -> None:
    """The bank gave back what had been closed here as refused: a person takes it over, or hears otherwise."""
    payment = row.payment
    detail = f"Pengembalian {row.partner_refund_no} sudah ditutup di sini, lalu bank menyatakannya terjadi."
    odd(
        Trouble.REFUNDED_AT_BANK, f"refund:{row.pk}", at=at, request=payment.request, payment=payment,
        amount=row.amount, rrn=payment.rrn, reference_no=payment.reference_no,
        partner_reference_no=payment.partner_reference_no, detail=f"{detail} Kode bank {said.code}."[:300],
    )  # fmt: skip


def next_due(at: datetime) -> bool:
    """Carry out one refund whose time has come; False where there is none. For the sweep."""
    with transaction.atomic():
        due = Refund.objects.filter(state__in=_SENDABLE, next_try_at__lte=at).order_by("next_try_at")
        row = due.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if row is None:
            return False
        Refund.objects.filter(pk=row.pk).update(next_try_at=at + _CLAIM)
    carry_out(row.pk, at=at)
    return True


def next_to_tell(at: datetime) -> bool:
    """Tell one room again of a refund that it could not take; False where there is none. For the sweep."""
    with transaction.atomic():
        due = Refund.objects.filter(told=Refund.Told.PENDING, told_next_at__lte=at).order_by("told_next_at")
        rows = due.select_for_update(skip_locked=True, no_key=True, of=("self",))
        row = rows.select_related("payment__request").first()
        if row is None:
            return False
        refund_booking.tell(row, at=at)
    return True
