"""The museum of the retribusi tests with the people who give money back, and a bank that can do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from opd.models import User
from payments.incoming import refunds
from payments.incoming.models import Payment, Refund
from payments.incoming.refund_rules import Whereabouts
from payments.snap.codes import Service
from retribusi.models import Order
from retribusi.refunds import services
from retribusi.refunds.models import RefundRequest
from retribusi.refunds.services import Proposal, Wish
from tests.complaints.cast import photo
from tests.retribusi.cast import AT, Museum

LATER = AT + timedelta(hours=1)
DONE: dict[Service, tuple[int, dict[str, Any]]] = {
    service: (
        200,
        {"responseCode": f"200{service.code}00", "responseMessage": "Successful", "refundNo": "REF1"},
    )
    for service in (Service.QR_CANCEL, Service.QR_REFUND)
}


@dataclass
class Office:
    museum: Museum
    treasurer: User
    head: User
    bud: User
    put: Callable[[Whereabouts], None]
    paid: Order = field(init=False)

    def __post_init__(self) -> None:
        self.paid = self.museum.paid()
        self.museum.bank.mood = lambda service, body, honest: DONE.get(service) or honest()

    @property
    def payment(self) -> Payment:
        assert self.paid.payment_id
        return Payment.objects.select_related("request", "opd", "receiving_account").get(
            pk=self.paid.payment_id
        )

    def in_rkud(self) -> None:
        self.put(Whereabouts(AT.date(), AT.date(), booked=True))

    def settled(self) -> None:
        self.put(Whereabouts(AT.date()))

    def propose(self, amount: Decimal | int | None = None, **fields: Any) -> Refund:
        payment = fields.pop("payment", self.payment)
        left = refunds.left(payment).amount
        given: dict[str, Any] = {"reason": "Museum tutup lebih awal", "evidence": photo(), **fields}
        proposal = Proposal(amount=Decimal(amount or left), seen=left, **given)
        return services.propose(payment=payment, proposal=proposal, by=self.treasurer, at=LATER)

    def asked_and_proposed(self) -> Refund:
        """At a payer's request, so without a picture."""
        return self.propose(request_id=self.asks().pk, evidence=None)

    def given_back(self, amount: int | None = None) -> Refund:
        refund = self.propose(amount)
        return services.approve(refund_id=refund.pk, by=self.head, at=LATER)

    def restitution(self) -> Refund:
        """Approved, its SKRDLB and SPM entered."""
        self.in_rkud()
        refund = self.asked_and_proposed()
        services.approve(refund_id=refund.pk, by=self.head, at=LATER)
        given: dict[str, Any] = {"day": AT.date(), "by": self.treasurer, "at": LATER}
        services.record_skrdlb(refund_id=refund.pk, number="900/1/SKRDLB", **given)
        return refunds.record_spm(refund_id=refund.pk, number="900/2/SPM", **given)

    def asks(self, *, key: str = "kunci-formulir-satu", at: datetime = LATER, **fields: Any) -> RefundRequest:
        given = {
            "receipt": self.paid.receipt_number,
            "reason": "closed",
            "text": "Pintu sudah dikunci.",
            **fields,
        }
        return services.file_request(wish=Wish(**given), form_key=key, at=at)
