"""What else happens at the bank when the money of an order moves."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from payments.sandbox import cards, emoney, numbers, phone
from payments.sandbox.catalogue import EMONEY_POOL
from payments.sandbox.door import Refusal
from payments.sandbox.models import Qr, QrState, Transfer
from payments.sandbox.outcomes import Outcome

_NOT_PAYABLE = {
    QrState.PAID: (404, "14"),
    QrState.EXPIRED: (403, "00"),
    QrState.CANCELLED: (404, "04"),
}


def apply(transfer: Transfer, *, at: datetime) -> None:
    """Give a QRIS payment its RRN, tell the merchant, put it on the card's bill; top up an e-money card.

    Needs the transaction in which the money moves. Raises Refusal.
    """
    if transfer.channel == Transfer.Channel.QRIS:
        transfer.rrn = _merchant_paid(transfer, at)
        if transfer.card:
            cards.record(transfer, at=at)
    elif transfer.target and transfer.target.number == EMONEY_POOL:
        emoney.topped_up_by(transfer, at=at)


def _merchant_paid(transfer: Transfer, at: datetime) -> str:
    """The payment's RRN. A QRIS that this bank gave out is paid as by any payer, its notice included."""
    qr = Qr.objects.filter(qr_content=transfer.qr_content).first()
    if qr is None:
        return transfer.rrn or numbers.rrn(at)
    state = qr.state(at=at)
    if state in _NOT_PAYABLE:
        raise Refusal(*_NOT_PAYABLE[state])
    tap = phone.press(tap_id=uuid4(), qr=qr, outcome=Outcome.PAYS, at=at)
    return tap.payments.get().rrn
