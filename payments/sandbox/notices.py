"""The bodies of ``qr-mpm-notify`` (service 52), and which ones an outcome sends, when."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from payments.money import to_snap
from payments.sandbox import files
from payments.sandbox.models import MerchantRate, Notice, Payment, Tap
from payments.sandbox.outcomes import Outcome
from payments.snap.clock import format_timestamp

DIFFERENCE = Decimal(1000)
_PAUSE = timedelta(seconds=2)


def write(tap: Tap, payment: Payment, *, at: datetime) -> None:
    """Put the notices of one payment into the outbox; ``payment`` is unsaved where no money moved."""
    body = _body(tap, payment)
    external_id = new_external_id()
    match tap.outcome:
        case Outcome.LOST:
            _put(tap, payment, "Berita hilang", external_id, body, at, state=Notice.State.LOST)
        case Outcome.DELAYED:
            due = at + timedelta(seconds=tap.delay_seconds)
            _put(tap, payment, "Berita terlambat", external_id, body, at, due=due)
        case Outcome.REPEATED_SAME | Outcome.REPEATED_NEW:
            again = external_id if tap.outcome == Outcome.REPEATED_SAME else new_external_id()
            _put(tap, payment, "Berita", external_id, body, at)
            _put(tap, payment, "Berita yang diulang", again, body, at, due=at + _PAUSE)
        case Outcome.FORGED:
            _put(tap, payment, "Berita palsu", external_id, body, at, forged=True)
            _put(tap, payment, "Berita asli", external_id, body, at, due=at + _PAUSE)
        case Outcome.FORGED_ONLY:
            _put(tap, None, "Berita palsu", external_id, body, at, forged=True)
        case _:
            _put(tap, payment, "Berita", external_id, body, at)


def new_external_id() -> str:
    """Numeric, unique within a day by its length."""
    return f"{secrets.randbelow(10**24):024}"


def _put(
    tap: Tap,
    payment: Payment | None,
    label: str,
    external_id: str,
    body: dict[str, Any],
    at: datetime,
    *,
    due: datetime | None = None,
    forged: bool = False,
    state: Notice.State = Notice.State.WAITING,
) -> None:
    Notice.objects.create(
        tap=tap,
        payment=payment,
        label=label,
        external_id=external_id,
        body=body,
        forged=forged,
        state=state,
        created_at=at,
        due_at=due or at,
    )


def _body(tap: Tap, payment: Payment) -> dict[str, Any]:
    qr = payment.qr
    body: dict[str, Any] = {
        "originalReferenceNo": qr.reference_no,
        **({} if qr.printed else {"originalPartnerReferenceNo": qr.partner_reference_no}),
        "latestTransactionStatus": "00",
        "transactionStatusDesc": "Success",
        "customerNumber": payment.customer_number,
        "accountType": "tabungan",
        "destinationNumber": qr.merchant_pan,
        "destinationAccountName": qr.merchant_name,
        "amount": to_snap(payment.amount),
        "bankCode": "999",
        "additionalInfo": _additional(payment),
    }
    match tap.outcome:
        case Outcome.WRONG_AMOUNT:
            body["amount"] = to_snap(payment.amount + DIFFERENCE)
        case Outcome.NO_AMOUNT:
            del body["amount"]
        case Outcome.NO_RRN:
            del body["additionalInfo"]["rrn"]
    return body


def _additional(payment: Payment) -> dict[str, Any]:
    qr = payment.qr
    rate = MerchantRate.objects.filter(pk=qr.merchant_id).first()
    mdr = files.fee(payment.amount, rate.percent if rate else Decimal(0))
    return {
        "rrn": payment.rrn,
        "nmid": qr.nmid,
        "terminalId": qr.terminal_id,
        "issuerId": payment.issuer_code,
        "acquirerId": files.ACQUIRER,
        "mdr": f"{mdr:.2f}",
        "paidTime": format_timestamp(payment.paid_at),
    }
