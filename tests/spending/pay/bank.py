"""A bank for these tests: accounts, orders and their fate, in a ledger of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from payments.snap import client
from payments.snap.answers import read_answer
from payments.snap.codes import Service

Answer = tuple[int, dict[str, Any]]
Honest = Callable[[], Answer]
ORDERS = {Service.TRANSFER_INTRABANK, Service.TRANSFER_INTERBANK, Service.QR_PAYMENT}
NAMES = {
    "0010300000011": "CV SUMBER TULIS (UJI COBA)",
    "0010300000012": "RM RAFFLESIA (UJI COBA)",
    "8880011223344": "TOKO KOMPUTER NUSANTARA (UJI COBA)",
}


@dataclass
class Order:
    service: Service
    amount: Decimal
    to: str
    reference_no: str
    status: str = "00"
    rrn: str = ""


@dataclass
class Bank:
    """``mood`` answers instead of the bank where it gives an answer; None from it means silence."""

    names: dict[str, str] = field(default_factory=lambda: dict(NAMES))
    orders: dict[str, Order] = field(default_factory=dict)
    calls: list[tuple[Service, dict[str, Any]]] = field(default_factory=list)
    mood: Callable[[Service, dict[str, Any], Callable[[], Answer]], Answer | None] | None = None
    watch_transactions: bool = False

    def answer(self, service: Service, body: dict[str, Any]) -> Answer | None:
        self.calls.append((service, body))

        def honest() -> Answer:
            return self.honest(service, body)

        return self.mood(service, body, honest) if self.mood else honest()

    def asked(self, *services: Service) -> int:
        return sum(1 for called, _ in self.calls if called in services)

    def paid(self) -> Decimal:
        """What really left for payees (rupiah)."""
        return sum((order.amount for order in self.orders.values() if order.status == "00"), Decimal(0))

    def honest(self, service: Service, body: dict[str, Any]) -> Answer:
        if service in ORDERS:
            return self.order(service, body)
        if service in {Service.TRANSFER_STATUS, Service.QR_QUERY}:
            return self._standing(service, body)
        if service is Service.QR_DECODE:
            return self._ok(
                service, referenceNo="DEC1", merchantName="UJI COBA TOKO ATK", merchantLocation="BENGKULU"
            )
        name = self.names.get(body["beneficiaryAccountNo"])
        if name is None:
            return refusal(service, "404", "11")
        return self._ok(
            service, beneficiaryAccountName=name, beneficiaryAccountNo=body["beneficiaryAccountNo"]
        )

    def order(self, service: Service, body: dict[str, Any], *, status: str = "00") -> Answer:
        """Take an order; the same number again is refused, whatever it says."""
        ours = body["partnerReferenceNo"]
        if ours in self.orders:
            return refusal(service, "409", "01")
        number = len(self.orders) + 1
        info = body.get("additionalInfo", {})
        to = body.get("beneficiaryAccountNo") or info.get("qrContent", "")
        rrn = f"6328110{number:05}" if service is Service.QR_PAYMENT else ""
        order = Order(service, Decimal(body["amount"]["value"]), to, f"BANK{number:08}", status, rrn)
        self.orders[ours] = order
        if status != "00":
            return 202, {"responseCode": f"202{service.code}00", "responseMessage": "Request In Progress"}
        more = {"additionalInfo": {"rrn": rrn}} if rrn else {}
        return self._ok(
            service, referenceNo=order.reference_no, partnerReferenceNo=ours, amount=body["amount"], **more
        )

    def _standing(self, service: Service, body: dict[str, Any]) -> Answer:
        ours = body["originalPartnerReferenceNo"]
        order = self.orders.get(ours)
        if order is None or order.service.code != body["serviceCode"]:
            return refusal(service, "404", "01")
        more = {"additionalInfo": {"rrn": order.rrn}} if order.rrn else {}
        return self._ok(
            service,
            originalPartnerReferenceNo=ours,
            originalReferenceNo=order.reference_no,
            serviceCode=order.service.code,
            latestTransactionStatus=order.status,
            amount={"value": f"{order.amount:.2f}", "currency": "IDR"},
            **more,
        )

    def _ok(self, service: Service, **fields: Any) -> Answer:
        return 200, {"responseCode": f"200{service.code}00", "responseMessage": "Successful", **fields}


def refusal(service: Service, http: str, case: str) -> Answer:
    return int(http), {"responseCode": f"{http}{service.code}{case}", "responseMessage": "Refused"}


def in_memory(bank: Bank) -> Callable[..., client.Outcome]:
    """``snap.client.call`` as if the bank were next door: no wire, but its reading of answers."""

    def call(partner: Any, service: Service, body: dict[str, Any], *, at: Any) -> client.Outcome:
        if bank.watch_transactions:
            assert not connection.in_atomic_block
        answer = bank.answer(service, json.loads(json.dumps(body)))
        if answer is None:
            return client.Unknown("diam", 0)
        status, content = answer
        found = read_answer(service, status, json.dumps(content).encode())
        if found.kind == "success":
            return client.Success(found.body, 0)
        if found.kind == "refused":
            return client.Refused(found.code, found.message, found.body, 0)
        return client.Unknown(found.reason, 0)

    return call
