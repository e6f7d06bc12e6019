"""A payment by virtual account for demo data: what the bank would have told us, without its wire."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from payments import money
from payments.incoming import registry
from payments.incoming.models import VirtualAccount
from payments.incoming.va import answering, numbers
from payments.snap.codes import Service
from payments.snap.registry import Notice

_NO_MESSAGE = 0
"""No row of the inbox stands behind demo data."""


def pay(va: VirtualAccount, *, at: datetime) -> None:
    """Pay what the number asks at ``at``; judged and booked like a payment that came over the wire."""
    parts = numbers.split(va.number, va.receiving_account.va_prefix)
    amount = money.to_snap(registry.payable(va.payable_kind).quote(va.payable_key).amount)
    body: dict[str, Any] = {
        "partnerServiceId": parts.partner_service_id,
        "customerNo": parts.customer_no,
        "virtualAccountNo": parts.virtual_account_no,
        "paymentRequestId": f"DEMO-{va.number}",
        "paidAmount": amount,
        "totalAmount": amount,
        "trxDateTime": at.isoformat(),
        "referenceNo": f"{at:%y%m%d}{va.number[-6:]}",
        "sourceBankCode": "999",
    }
    notice = Notice(_NO_MESSAGE, va.partner_id, Service.VA_PAYMENT, body, at + timedelta(seconds=1))
    answering.answer_payment(notice)
