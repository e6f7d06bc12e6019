"""The demo customer's m-banking pays a virtual account: inquiry (24), payment (25), and advices of it.

The bank takes the customer's money where the app says yes, and gives it back where the app says no. Where no
answer comes it keeps the money and advises the app (``flagAdvise`` Y) until one does; after an advice, and
after 4042518 (which counts as success), the money stays taken whatever the answer.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction

from payments.money import MoneyError, from_snap, to_snap
from payments.sandbox import app_client, days
from payments.sandbox.models import VaMessage, VaOrder
from payments.sandbox.notices import DIFFERENCE, new_external_id
from payments.snap.clock import format_timestamp
from payments.snap.codes import Service

SERVICE_ID = 5
"""Digits of a number that name its biller at this bank; SNAP pads them to eight characters."""
BANK_CODE = "999"
_AGAIN = (timedelta(seconds=2), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5))
_LEASE = timedelta(seconds=30)
State = VaOrder.State


class VaError(Exception):
    """The message is for the person with the phone."""


class Way(StrEnum):
    PAYS = "pays"
    TWICE = "twice"
    LOST = "lost"
    ADVICE = "advice"
    WRONG = "wrong"


@dataclass(frozen=True)
class Words:
    label: str
    help: str


WORDS = {
    Way.PAYS: Words("Bayar", "Bank mengirim satu kabar pembayaran dan menunggu jawaban aplikasi."),
    Way.TWICE: Words("Kabar dikirim dua kali", "Kabar yang sama persis menyusul; harus dibukukan sekali."),
    Way.LOST: Words(
        "Jawaban aplikasi hilang", "Bank tidak membaca jawaban, lalu mengulang kabarnya sebagai advis."
    ),
    Way.ADVICE: Words(
        "Hanya advis yang sampai", "Uang sudah diambil, kabar pertama tidak pernah sampai ke aplikasi."
    ),
    Way.WRONG: Words("Jumlah kurang Rp1.000", "Kabar menyebut jumlah yang tidak sama dengan tagihan."),
}


def inquire(number: str, *, at: datetime) -> VaOrder:
    """Ask the app what is to be paid under ``number`` (digits). Calls outside: not in a transaction."""
    order = VaOrder(number=number, asked_at=at, request_id=f"VA{at:%y%m%d%H%M%S}{secrets.token_hex(6)}")
    body = _names(number) | {
        "inquiryRequestId": order.request_id,
        "txnDateInit": format_timestamp(at),
        "channelCode": 6011,
        "sourceBankCode": BANK_CODE,
        "language": "ID",
    }
    external_id = new_external_id()
    outcome, said = app_client.ask(Service.VA_INQUIRY, body, external_id)
    data = _data(said)
    if outcome.response_code == "2002400":
        order.amount = _total(data)
    order.state = State.ASKED if order.amount else State.REFUSED
    order.name, order.bill = str(data.get("virtualAccountName", ""))[:255], _bill(data)
    order.reason = _reason(data, "inquiryReason") or outcome.message or "Jawaban tanpa jumlah"
    with transaction.atomic():
        order.save()
        _note(order, "Tanya tagihan", external_id, outcome, data, at)
    return order


def pay(order_id: int, way: Way, *, at: datetime) -> None:
    """Pay an order as ``way`` says; a second press changes nothing. Calls outside: not in a transaction.

    Raises VaError for an order that cannot be paid.
    """
    with transaction.atomic():
        order = VaOrder.objects.select_for_update().get(pk=order_id)
        if order.way:
            return
        if order.state != State.ASKED:
            raise VaError("Nomor ini tidak dapat dibayar. Uang tidak berpindah.")
        order.way, order.state, order.paid_at = str(way), State.SENDING, at
        order.paid_amount = _paid_amount(order, way)
        order.reference_no = f"{at:%y%m%d}{secrets.randbelow(10**12):012}"
        order.business_date = days.current(at=at).date
        order.due_at = at + _LEASE  # should this process die, the postman goes on
        order.save()
    _carry_out(order, way, at)


def advise_due(*, at: datetime) -> bool:
    """Tell the app again about one payment that it has not answered; False where none is due."""
    with transaction.atomic():
        waiting = VaOrder.objects.filter(state__in=[State.SENDING, State.UNSURE], due_at__lte=at)
        order = waiting.select_for_update(skip_locked=True).order_by("due_at").first()
        if order is None:
            return False
        order.due_at, order.tries = at + _LEASE, order.tries + 1
        order.save(update_fields=["due_at", "tries"])
    outcome = _send(order, "Advis yang diulang", new_external_id(), advised=True, at=at)
    _finish(order, outcome, advised=True, at=at)
    return True


def _carry_out(order: VaOrder, way: Way, at: datetime) -> None:
    external_id = new_external_id()
    if way is Way.ADVICE:
        outcome = _send(order, "Advis", external_id, advised=True, at=at)
        _finish(order, outcome, advised=True, at=at)
        return
    outcome = _send(order, "Kabar pembayaran", external_id, advised=False, at=at)
    if way is Way.TWICE:
        outcome = _send(order, "Kabar yang sama sekali lagi", external_id, advised=False, at=at)
    if way is Way.LOST:
        outcome = _send(order, "Advis, jawaban tadi hilang", new_external_id(), advised=True, at=at)
    _finish(order, outcome, advised=way is Way.LOST, at=at)


def _send(order: VaOrder, label: str, external_id: str, *, advised: bool, at: datetime) -> app_client.Outcome:
    assert order.paid_amount is not None
    assert order.paid_at is not None
    snap = to_snap(order.paid_amount)
    body = _names(order.number) | {
        "virtualAccountName": order.name,
        "paymentRequestId": order.request_id,
        "channelCode": 6011,
        "sourceBankCode": BANK_CODE,
        "paidAmount": snap,
        "totalAmount": snap,
        "trxDateTime": format_timestamp(order.paid_at),
        "referenceNo": order.reference_no,
        "flagAdvise": "Y" if advised else "N",
    }
    outcome, said = app_client.ask(Service.VA_PAYMENT, body, external_id)
    _note(order, label, external_id, outcome, _data(said), at)
    return outcome


def _finish(order: VaOrder, outcome: app_client.Outcome, *, advised: bool, at: datetime) -> None:
    """What becomes of the money: without a clear answer the bank keeps it and asks again."""
    code = outcome.response_code
    state, due_at = State.TAKEN, None
    if code != "2002500" and code != "4042518":
        if outcome.http_status is None or outcome.http_status >= 500:
            pause = _AGAIN[min(order.tries, len(_AGAIN) - 1)]
            state, due_at = State.UNSURE, at + pause
        elif not advised:
            state = State.RETURNED
    VaOrder.objects.filter(pk=order.pk).update(state=state, due_at=due_at)


def _paid_amount(order: VaOrder, way: Way) -> Decimal:
    less = order.amount - DIFFERENCE
    return less if way is Way.WRONG and less > 0 else order.amount


def _names(number: str) -> dict[str, str]:
    service, customer = number[:SERVICE_ID].rjust(8), number[SERVICE_ID:]
    return {"partnerServiceId": service, "customerNo": customer, "virtualAccountNo": service + customer}


def _data(said: dict[str, Any]) -> dict[str, Any]:
    data = said.get("virtualAccountData")
    return data if isinstance(data, dict) else {}


def _total(data: dict[str, Any]) -> Decimal:
    """The amount to pay; zero where the answer has none that can be read."""
    try:
        return from_snap(data.get("totalAmount"))
    except MoneyError:
        return Decimal(0)


def _bill(data: dict[str, Any]) -> str:
    texts = data.get("freeTexts")
    first = texts[0] if isinstance(texts, list) and texts else {}
    return str(first.get("indonesia", ""))[:60] if isinstance(first, dict) else ""


def _reason(data: dict[str, Any], name: str) -> str:
    reason = data.get(name)
    return str(reason.get("indonesia", ""))[:200] if isinstance(reason, dict) else ""


def _note(
    order: VaOrder,
    label: str,
    external_id: str,
    outcome: app_client.Outcome,
    data: dict[str, Any],
    at: datetime,
) -> None:
    VaMessage.objects.create(
        order=order,
        label=label,
        at=at,
        external_id=external_id,
        http_status=outcome.http_status,
        response_code=outcome.response_code,
        message=outcome.message[:200],
        reason=_reason(data, "paymentFlagReason") or _reason(data, "inquiryReason"),
    )
