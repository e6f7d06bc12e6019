"""Our two orders to the acquirer about money that goes back: cancel a payment (77), refund it (78).

Both name the payment by its RRN in ``additionalInfo``, since one QR may have been paid twice. Neither may be
sent inside a transaction; ``snap.client`` refuses that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments import money
from payments.incoming import bank
from payments.incoming.models import Payment, Refund
from payments.incoming.refund_rules import Path
from payments.incoming.rules import Answer
from payments.snap import client
from payments.snap.codes import Service


@dataclass(frozen=True)
class Said:
    """What the bank said: ``code`` is its responseCode, "" for silence; ``refund_no`` its own number."""

    code: str
    refund_no: str = ""
    message: str = ""


def order(refund: Refund, *, at: datetime) -> Said:
    """Send the refund under its one number. Needs ``payment`` with account and partner loaded."""
    payment = refund.payment
    service = Service.QR_CANCEL if refund.way is Path.CANCEL else Service.QR_REFUND
    result = client.call(payment.partner, service, _body(refund), at=at)
    if isinstance(result, client.Success):
        number = result.body.get("refundNo")
        code = str(result.body.get("responseCode", f"200{service.code}00"))
        return Said(code, number[:64] if isinstance(number, str) else "")
    if isinstance(result, client.Refused):
        return Said(result.code, message=result.message[:200])
    return Said("", message=result.reason[:200])


def ask(payment: Payment, *, at: datetime) -> Answer:
    """How the payment's reference stands (51); UNCLEAR where the bank does not say."""
    standing = bank.ask_standing(_reference(payment), at=at)
    return Answer.UNCLEAR if isinstance(standing, bank.Silent) else standing.answer


def _reference(payment: Payment) -> bank.Reference:
    return bank.Reference(
        payment.partner,
        payment.receiving_account.merchant_id,
        payment.partner_reference_no,
        payment.reference_no,
    )


def _body(refund: Refund) -> dict[str, Any]:
    amount = money.to_snap(refund.amount)
    reason = f"Pengembalian retribusi {refund.partner_refund_no}"
    body = {**_reference(refund.payment).body(), "reason": reason}
    if refund.way is Path.CANCEL:
        body["amount"] = amount
    else:
        body |= {"partnerRefundNo": refund.partner_refund_no, "refundAmount": amount}
    if refund.payment.rrn:
        body["additionalInfo"] = {"rrn": refund.payment.rrn}
    return body
