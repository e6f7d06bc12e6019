"""A bank's virtual account desk for tests: it asks and pays over our endpoints, signed as SNAP says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from opd.models import Opd
from payments.incoming import registry, services
from payments.incoming.models import MoneyException, Payment, ReceivingAccount, VirtualAccount
from payments.incoming.registry import NotPayable, Why
from payments.incoming.va import answering
from payments.snap.clock import format_timestamp
from payments.snap.codes import Service
from payments.snap.registry import Notice
from tests.incoming.world import AT, KIND, PRICE, SOON, Things, World, make_account
from tests.snap.bank import Bank, Said

INQUIRY, PAYMENT = "/snap/v1.0/transfer-va/inquiry", "/snap/v1.0/transfer-va/payment"
PREFIX = "88099"
NAME = "Budi Santoso"
_numbers = count(1)


@dataclass
class Bills(Things):
    """Bills that can be paid, void, or over; interest may raise the price."""

    why: Why | None = None

    def quote(self, key: str) -> registry.Quote:
        if self.why:
            raise NotPayable("tidak dapat dibayar", self.why)
        return super().quote(key)


@dataclass
class Desk:
    """``va`` is the number of ``bill``; each call of the desk is a message of the bank."""

    opd: Opd
    account: ReceivingAccount
    bills: Bills
    bank: Bank
    key: str = field(default_factory=lambda: f"skrd-{next(_numbers)}")

    def open(self, *, key: str = "", over: bool = False) -> VirtualAccount:
        """A number for thirty days; ``over``: for an hour, two hours ago."""
        now = timezone.now() - timedelta(hours=2 if over else 0)
        until = timedelta(hours=1) if over else timedelta(days=30)
        return services.open_va(
            kind=KIND,
            key=key or self.key,
            receiving_account=self.account,
            name=NAME,
            expires_at=now + until,
            by=None,
            at=now,
        )

    def ask(self, number: str, *, external_id: str | None = None, **changes: Any) -> Said:
        body = fields(number) | {"inquiryRequestId": f"tanya-{next(_numbers)}"} | changes
        return self.send(INQUIRY, body, external_id=external_id)

    def pay(self, number: str, *, external_id: str | None = None, **changes: Any) -> Said:
        return self.send(PAYMENT, paying(number) | changes, external_id=external_id)

    def send(self, path: str, body: dict[str, Any], **how: Any) -> Said:
        content = json.dumps({name: value for name, value in body.items() if value is not None}).encode()
        return self.bank.send(content, path=path, **how)


def fields(number: str) -> dict[str, Any]:
    """As the samples write them: partnerServiceId padded to 8 with spaces in front."""
    service = number[: len(PREFIX)].rjust(8)
    customer = number[len(PREFIX) :]
    return {"partnerServiceId": service, "customerNo": customer, "virtualAccountNo": service + customer}


def amount(value: Any) -> dict[str, str]:
    return {"value": f"{value:.2f}", "currency": "IDR"}


def paying(number: str, value: Any = PRICE, at: datetime | None = None) -> dict[str, Any]:
    serial = next(_numbers)
    return fields(number) | {
        "paymentRequestId": f"bayar-{serial}",
        "paidAmount": amount(value),
        "totalAmount": amount(value),
        "trxDateTime": format_timestamp(at or timezone.now()),
        "referenceNo": f"REF{serial:012}",
        "sourceBankCode": "008",
        "flagAdvise": "N",
    }


def kinds() -> list[str]:
    return sorted(Payment.objects.values_list("kind", flat=True))


def troubles() -> list[str]:
    return sorted(MoneyException.objects.values_list("kind", flat=True))


def pay_by_number(world: World, key: str = "skrd-uji") -> Payment:
    """A thing of the world paid under a number, without the wire."""
    partner, opd = world.partner, world.opd
    account = make_account(partner, opd, nmid="ID20260000009", va_prefix=PREFIX)
    va = services.open_va(
        kind=KIND,
        key=key,
        receiving_account=account,
        name=NAME,
        expires_at=AT + timedelta(days=30),
        by=None,
        at=AT,
    )
    body = paying(va.number, at=AT)
    notice = Notice(next(_numbers), partner.pk, Service.VA_PAYMENT, body, SOON)
    assert answering.answer_payment(notice).http == 200
    return Payment.objects.get(method="va")


Deed = Callable[[], Said]
