"""What a press of "Bayar" does at the bank: now, or once the QRIS has expired."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from payments.sandbox import days, notices, numbers
from payments.sandbox.models import Partner, Payment, Qr, QrState, Tap
from payments.sandbox.outcomes import Outcome, choices

ISSUERS = ("93600996", "93600997", "93600998")
"""Invented issuer numbers, beside the invented acquirer 93600999."""
_AFTER_EXPIRY = timedelta(seconds=2)
_WIRE_SECOND = timedelta(seconds=1)
"""paidTime has whole seconds: nearer to the expiry than this, late would not look late."""


class PhoneError(Exception):
    """The message is for the person with the phone."""


@transaction.atomic
def press(*, tap_id: UUID, qr: Qr, outcome: Outcome, delay_seconds: int = 0, at: datetime) -> Tap:
    """Do, or plan, what ``outcome`` says. The same ``tap_id`` again gives back the first press.

    Raises PhoneError where the QRIS can't be paid in that way (cancelled, expired, already paid).
    """
    qr = Qr.objects.select_for_update().get(pk=qr.pk)
    earlier = Tap.objects.filter(pk=tap_id).first()
    if earlier:
        return earlier
    state = qr.state(at=at)
    if outcome not in choices(state, qr.partner, printed=qr.printed):
        raise PhoneError(_why_not(state, printed=qr.printed))
    waits = outcome is Outcome.LATE and at < qr.valid_until + _WIRE_SECOND
    tap = Tap.objects.create(
        id=tap_id,
        qr=qr,
        outcome=outcome,
        delay_seconds=delay_seconds if outcome is Outcome.DELAYED else 0,
        pressed_at=at,
        due_at=qr.valid_until + _AFTER_EXPIRY if waits else at,
    )
    if not waits:
        _carry_out(tap, qr, at)
    return tap


@transaction.atomic
def carry_out_due(*, at: datetime) -> bool:
    """Carry out one planned press whose time has come; False when there is none."""
    waiting = Tap.objects.select_for_update(skip_locked=True).filter(done_at=None, due_at__lte=at)
    tap = waiting.order_by("due_at").first()
    if tap is None:
        return False
    qr = Qr.objects.select_for_update().get(pk=tap.qr_id)
    if qr.state(at=at) is QrState.CANCELLED:
        Tap.objects.filter(pk=tap.pk).update(done_at=at)
    else:
        _carry_out(tap, qr, at)
    return True


def _carry_out(tap: Tap, qr: Qr, at: datetime) -> None:
    if tap.outcome == Outcome.FORGED_ONLY:
        notices.write(tap, _payment(tap, qr, at), at=at)
    else:
        for _ in range(2 if tap.outcome == Outcome.TWICE else 1):
            payment = _payment(tap, qr, at)
            payment.save(force_insert=True)
            if qr.partner == Partner.OURS:
                notices.write(tap, payment, at=at)
        Qr.objects.filter(pk=qr.pk, paid_at=None).update(paid_at=at)
    tap.done_at = at
    tap.save(update_fields=["done_at"])


def _payment(tap: Tap, qr: Qr, at: datetime) -> Payment:
    return Payment(
        qr=qr,
        tap=tap,
        rrn=numbers.rrn(at),
        amount=_amount(tap, qr),
        paid_at=at,
        business_date=days.current(at=at).date,
        issuer_code=secrets.choice(ISSUERS),
        customer_number=f"62800{secrets.randbelow(10**8):08}",
    )


def _amount(tap: Tap, qr: Qr) -> Decimal:
    match tap.outcome:
        case Outcome.SHORT:
            less = qr.amount - notices.DIFFERENCE
            return less if less > 0 else (qr.amount / 2).quantize(Decimal("0.01"))
        case Outcome.EXCESS:
            return qr.amount + notices.DIFFERENCE
    return qr.amount


def _why_not(state: QrState, *, printed: bool) -> str:
    if printed and state in {QrState.PAID, QrState.EXPIRED}:
        return "Jumlah ini tidak dapat dibayar lagi; buka QRIS cetaknya sekali lagi. Uang tidak berpindah."
    match state:
        case QrState.CANCELLED:
            return "QRIS ini sudah dibatalkan. Uang tidak berpindah."
        case QrState.EXPIRED:
            return "QRIS ini sudah kedaluwarsa; hanya dapat dibayar terlambat. Uang tidak berpindah."
        case QrState.PAID:
            return "QRIS ini sudah dibayar; pilih “Bayar sekali lagi” bila memang itu yang dicoba."
    return "Pilihan itu tidak ada untuk QRIS ini."
