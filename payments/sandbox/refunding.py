"""What the bank does when a partner gives money back: void a payment (77), refund all or part of it (78).

Rules of this bank, where SNAP leaves them open:

- A QRIS may have been paid twice, so both calls may name the payment by ``additionalInfo.rrn``. Without it a
  78 means the first payment, and a 77 only an unpaid QRIS: a cancellation never gives money back by accident.
- Before settlement a payment is voided whole (77) and stands in no settlement file. After it and before its
  batch is credited to RKUD it is refunded (78), and the credit is that much less. Else 403xx15.
- The same partnerRefundNo again: 409xx01, with other parameters 404xx18. Above what is left: 404xx13.
- Query (51) says 04 once the first payment has gone back whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from payments.money import to_snap
from payments.sandbox import accounts, numbers
from payments.sandbox.door import Refusal, Request
from payments.sandbox.fields import additional, extra, read_amount, text
from payments.sandbox.models import LatePayout, Payment, Qr, Refund, Transfer
from payments.snap.clock import format_timestamp


def names_payment(body: Mapping[str, Any]) -> bool:
    """Whether a cancellation is about a payment that was made, not about an unpaid QRIS. Raises Refusal."""
    return bool(additional(body).get("rrn"))


@transaction.atomic
def refund(request: Request, qr: Qr, *, at: datetime) -> dict[str, Any]:
    """Service 78. Raises Refusal."""
    body = request.body
    number = text(body, "partnerRefundNo", 64, needed=True)
    text(body, "reason", 256, needed=True)
    amount = read_amount(body, "refundAmount")
    payment = _locked(qr, body)
    _once(request, number, payment, amount)
    if payment.settled_on is None:
        raise Refusal(403, "15", "Not settled yet")
    if not _waits_for_payout(payment):
        raise Refusal(403, "15", "Already paid out")
    if amount > left_of(payment):
        raise Refusal(404, "13")
    made = _give_back(request, payment, number, amount, at)
    return {
        "originalPartnerReferenceNo": qr.partner_reference_no,
        "originalReferenceNo": qr.reference_no,
        "originalExternalId": qr.external_id,
        "refundNo": made.reference_no,
        "partnerRefundNo": number,
        "refundAmount": to_snap(amount),
        "refundTime": format_timestamp(at),
        **extra(body),
    }


def void(request: Request, qr: Qr, *, at: datetime) -> None:
    """Service 77 about a payment: all of it goes back. Needs a transaction. Raises Refusal."""
    payment = _locked(qr, request.body)
    if left_of(payment) < payment.amount:
        raise Refusal(404, "04")
    if payment.settled_on is not None:
        raise Refusal(403, "15", "Already settled")
    if "amount" in request.body and read_amount(request.body, "amount") != payment.amount:
        raise Refusal(404, "13")
    _give_back(request, payment, f"void-{payment.rrn}", payment.amount, at)


def left_of(payment: Payment) -> Decimal:
    """What has not gone back yet, in rupiah."""
    gone: Decimal | None = payment.refunds.aggregate(gone=Sum("amount"))["gone"]
    return payment.amount - (gone or Decimal(0))


def _locked(qr: Qr, body: Mapping[str, Any]) -> Payment:
    """The payment that the call means. Raises Refusal."""
    rrn = additional(body).get("rrn")
    payments = Payment.objects.select_for_update().filter(qr=qr).order_by("pk")
    found = payments.filter(rrn=rrn).first() if isinstance(rrn, str) and rrn else payments.first()
    if found is None:
        raise Refusal(404, "00" if not rrn else "01")
    return found


def _once(request: Request, number: str, payment: Payment, amount: Decimal) -> None:
    earlier = Refund.objects.filter(partner=request.partner.slug, partner_refund_no=number).first()
    if earlier is None:
        return
    same = (earlier.payment_id, earlier.amount) == (payment.pk, amount)
    raise Refusal(409, "01") if same else Refusal(404, "18")


def _waits_for_payout(payment: Payment) -> bool:
    if payment.settled_on is None:
        return False
    late = LatePayout.objects.filter(settled_on=payment.settled_on, nmid=payment.qr.nmid, paid_on=None)
    return late.exists()


def _give_back(request: Request, payment: Payment, number: str, amount: Decimal, at: datetime) -> Refund:
    """The payer has it again: on the account that paid, where this bank keeps one."""
    made = Refund.objects.create(
        payment=payment,
        partner=request.partner.slug,
        partner_refund_no=number,
        reference_no=numbers.reference_no(at),
        amount=amount,
        at=at,
    )
    order = Transfer.objects.filter(rrn=payment.rrn, source__isnull=False).select_related("source").first()
    if order:
        accounts.move(
            source=None, target=order.source, amount=amount, description=f"PENGEMBALIAN QRIS {payment.rrn}",
            reference_no=made.reference_no, at=at,
        )  # fmt: skip
    return made
