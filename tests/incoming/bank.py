"""A bank for these tests: what it knows, says, and how it misbehaves. Shares nothing with the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from payments import qris
from payments.snap.codes import Service

NNS = "93600999"
Answer = tuple[int, dict[str, Any]]


@dataclass
class Money:
    rrn: str
    amount: Decimal
    paid_at: datetime


@dataclass
class Transaction:
    reference_no: str
    amount: Decimal
    status: str = "01"
    money: list[Money] = field(default_factory=list)


@dataclass
class Bank:
    """``mood`` answers instead of the bank where it gives an answer; None from it means silence."""

    nmid: str = "ID20260000001"
    merchant_name: str = "UJI COBA RBK"
    terminal_id: str = "A01"
    transactions: dict[str, Transaction] = field(default_factory=dict)
    calls: list[tuple[Service, dict[str, Any]]] = field(default_factory=list)
    mood: Callable[[Service, dict[str, Any], Callable[[], Answer]], Answer | None] | None = None

    def pay(
        self,
        partner_reference_no: str,
        *,
        at: datetime,
        amount: Decimal | None = None,
        rrn: str = "632811000001",
    ) -> Transaction:
        """Someone pays the QR; nobody is told."""
        transaction = self.transactions[partner_reference_no]
        transaction.status = "00"
        transaction.money.append(Money(rrn, amount or transaction.amount, at))
        return transaction

    def answer(self, service: Service, body: dict[str, Any]) -> Answer | None:
        self.calls.append((service, body))

        def honest() -> Answer:
            return self._honest(service, body)

        return self.mood(service, body, honest) if self.mood else honest()

    def asked(self, service: Service) -> int:
        return sum(1 for called, _ in self.calls if called is service)

    def notice(self, partner_reference_no: str, place: int = -1, **changes: Any) -> dict[str, Any]:
        """The body of the notice about the money at ``place``; ``changes`` with None take a field out."""
        transaction = self.transactions[partner_reference_no]
        money = transaction.money[place]
        info = {"nmid": self.nmid, "terminalId": self.terminal_id, "issuerId": "93600002", "rrn": money.rrn}
        body: dict[str, Any] = {
            "originalReferenceNo": transaction.reference_no,
            "originalPartnerReferenceNo": partner_reference_no,
            "latestTransactionStatus": "00",
            "transactionStatusDesc": "success",
            "customerNumber": "6281388370001",
            "amount": {"value": f"{money.amount:.2f}", "currency": "IDR"},
        }
        for name, value in changes.items():
            target = info if name in {*info, "paidTime"} else body
            target[name] = value
        body["additionalInfo"] = {name: value for name, value in info.items() if value is not None}
        return {name: value for name, value in body.items() if value is not None}

    def _honest(self, service: Service, body: dict[str, Any]) -> Answer:
        if service is Service.QR_GENERATE:
            return self._generate(body)
        known = self.transactions.get(body["originalPartnerReferenceNo"])
        if known is None:
            return 404, {"responseCode": f"404{service.code}01", "responseMessage": "Transaction Not Found"}
        if service is Service.QR_CANCEL:
            return self._cancel(known, service)
        return self._standing(known, body)

    def _generate(self, body: dict[str, Any]) -> Answer:
        ours = body["partnerReferenceNo"]
        if ours in self.transactions:
            return 409, {"responseCode": "4094701", "responseMessage": "Duplicate partnerReferenceNo"}
        amount = Decimal(body["amount"]["value"])
        reference = f"BANK{len(self.transactions) + 1:08d}"
        self.transactions[ours] = Transaction(reference, amount)
        merchant = qris.MerchantAccount(
            "ID.CO.UJICOBA.WWW", f"{NNS}00000000017", body["merchantId"][:15], "URE"
        )
        payload = qris.build(
            merchants=[merchant],
            nmid=self.nmid,
            merchant_name=self.merchant_name,
            city="BENGKULU",
            postal_code="38221",
            amount=amount,
        )
        return 200, {
            "responseCode": "2004700",
            "responseMessage": "Successful",
            "referenceNo": reference,
            "partnerReferenceNo": ours,
            "qrContent": str(payload),
            "merchantName": self.merchant_name,
        }

    def _cancel(self, known: Transaction, service: Service) -> Answer:
        if known.money:
            return 404, {"responseCode": "4047714", "responseMessage": "Paid Bill"}
        known.status = "05"
        return 200, {"responseCode": f"200{service.code}00", "responseMessage": "Successful"}

    def _standing(self, known: Transaction, body: dict[str, Any]) -> Answer:
        answer: dict[str, Any] = {
            "responseCode": "2005100",
            "responseMessage": "Successful",
            "originalReferenceNo": known.reference_no,
            "originalPartnerReferenceNo": body["originalPartnerReferenceNo"],
            "serviceCode": "47",
            "latestTransactionStatus": known.status,
            "terminalId": self.terminal_id,
        }
        if known.status == "00":
            first = known.money[0]
            answer["amount"] = {"value": f"{first.amount:.2f}", "currency": "IDR"}
            answer["paidTime"] = first.paid_at.isoformat()
        return 200, answer
