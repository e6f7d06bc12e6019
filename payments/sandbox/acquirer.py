"""What the bank does when a partner asks for a QRIS, asks about one, or cancels one.

Rules of this bank, where SNAP leaves them open:

- ``partnerReferenceNo``, ``amount`` and ``merchantId`` are mandatory in a generate call.
- The same partnerReferenceNo with the same parameters: 409xx01. With others: 404xx18. The stored QRIS is
  not handed out again; a caller who lost the answer cancels by partnerReferenceNo and takes a new number.
- ``validityPeriod`` lies in the future and at most two hours ahead; absent, it is one hour.
- A payment of a printed QRIS (``printed``) is asked about by the reference that the bank gave it.
- Query: 00 paid (also where paid after expiry), 01 waiting, 05 cancelled, 06 "Expired" unpaid past validity,
  04 given back whole. How money goes back: ``refunding``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from payments import qris
from payments.money import to_snap
from payments.sandbox import numbers, refunding
from payments.sandbox.door import Refusal, Request
from payments.sandbox.fields import extra, read_amount, read_timestamp, text
from payments.sandbox.models import Qr, QrState
from payments.sandbox.partners import Merchant, credentials
from payments.snap.clock import format_timestamp
from payments.snap.codes import Service

LIMIT = Decimal("10000000.00")
"""Rupiah per QRIS transaction (Bank Indonesia, since 1 March 2022)."""
LONGEST = timedelta(minutes=120)
USUAL = timedelta(minutes=60)
_GUID = "ID.CO.UJICOBA.WWW"
_STATUS = {
    QrState.PAID: ("00", "Success"),
    QrState.OPEN: ("01", "Initiated"),
    QrState.CANCELLED: ("05", "Canceled"),
    QrState.EXPIRED: ("06", "Expired"),
}


def generate(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 47: a dynamic QRIS. Raises Refusal."""
    body = request.body
    reference = text(body, "partnerReferenceNo", 64, needed=True)
    merchant = request.partner.merchant(text(body, "merchantId", 64, needed=True))
    amount = read_amount(body, "amount")
    _once(request, reference)
    if merchant is None:
        raise Refusal(404, "08")
    terminal = text(body, "terminalId", 16) or merchant.terminal_id
    if terminal != merchant.terminal_id:
        raise Refusal(404, "17")
    if amount > LIMIT:
        raise Refusal(403, "02")
    qr = _make(request, merchant, reference, amount, _validity(body, at), at)
    return _generated(qr, body)


def query(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 51: how a QRIS stands. Only its first payment can be seen here. Raises Refusal."""
    if text(request.body, "serviceCode", 2, needed=True) != Service.QR_GENERATE.code:
        raise Refusal(400, "01", "serviceCode")
    qr = _find(request)
    status, description = _STATUS[qr.state(at=at)]
    paid = qr.payments.order_by("pk").first()
    if paid and not refunding.left_of(paid):
        status, description = "04", "Refunded"
    found = {
        **_original(qr),
        "serviceCode": Service.QR_GENERATE.code,
        "latestTransactionStatus": status,
        "transactionStatusDesc": description,
    }
    if paid:
        found["paidTime"] = format_timestamp(paid.paid_at)
    amount = paid.amount if paid else qr.amount
    return {**found, "amount": to_snap(amount), "terminalId": qr.terminal_id, **extra(request.body)}


@transaction.atomic
def cancel(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 77: no one can pay this QRIS any more. Raises Refusal; 404xx00 once it is paid, unless the call
    names the payment that shall be undone."""
    text(request.body, "reason", 256)
    qr = Qr.objects.select_for_update().get(pk=_find(request).pk)
    if refunding.names_payment(request.body):
        refunding.void(request, qr, at=at)
        return _cancelled(qr, request.body, at)
    if "amount" in request.body and read_amount(request.body, "amount") != qr.amount:
        raise Refusal(404, "13")
    match qr.state(at=at):
        case QrState.PAID:
            raise Refusal(404, "00")
        case QrState.CANCELLED:
            raise Refusal(404, "04")
    qr.cancelled_at, qr.cancel_reason = at, text(request.body, "reason", 256)
    qr.save(update_fields=["cancelled_at", "cancel_reason"])
    return _cancelled(qr, request.body, at)


def refund(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 78: money of a settled payment goes back. Raises Refusal."""
    return refunding.refund(request, _find(request), at=at)


def _cancelled(qr: Qr, body: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {
        **_original(qr),
        "cancelTime": format_timestamp(at),
        "transactionDate": format_timestamp(qr.created_at),
        **extra(body),
    }


def _once(request: Request, reference: str) -> None:
    earlier = Qr.objects.filter(partner=request.partner.slug, partner_reference_no=reference).first()
    if earlier is None:
        return
    raise Refusal(409, "01") if earlier.params == _params(request.body) else Refusal(404, "18")


def _params(body: Mapping[str, Any]) -> dict[str, Any]:
    """What must be equal for a call to be the same call."""
    return {
        name: body.get(name) for name in ("amount", "merchantId", "terminalId", "storeId", "validityPeriod")
    }


def _make(
    request: Request,
    merchant: Merchant,
    reference: str,
    amount: Decimal,
    valid_until: datetime,
    at: datetime,
) -> Qr:
    reference_no = numbers.reference_no(at)
    bill_no = reference[-20:]
    qr = Qr(
        reference_no=reference_no,
        partner=request.partner.slug,
        partner_reference_no=reference,
        external_id=request.external_id,
        **merchant.columns,
        bill_no=bill_no,
        amount=amount,
        params=_params(request.body),
        qr_content=_content(merchant, amount, bill_no, reference_no),
        created_at=at,
        valid_until=valid_until,
    )
    return _keep(qr, request)


def _keep(qr: Qr, request: Request) -> Qr:
    try:
        with transaction.atomic():
            qr.save(force_insert=True)
    except IntegrityError:
        _once(request, qr.partner_reference_no)  # the same number, asked for at the same moment
        raise
    return qr


def _content(merchant: Merchant, amount: Decimal, bill_no: str, reference_no: str) -> str:
    account = qris.MerchantAccount(_GUID, merchant.merchant_pan, merchant.merchant_id[-15:], "URE")
    payload = qris.build(
        merchants=[account],
        nmid=merchant.nmid,
        merchant_name=merchant.name,
        city="BENGKULU",
        postal_code="38117",
        mcc="9399",
        amount=amount,
        additional=qris.AdditionalData(
            bill_number=bill_no, reference_label=reference_no, terminal_label=merchant.terminal_id
        ),
    )
    return str(payload)


def _generated(qr: Qr, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "referenceNo": qr.reference_no,
        "partnerReferenceNo": qr.partner_reference_no,
        "qrContent": qr.qr_content,
        "qrUrl": f"{credentials().bank_url}/gambar/{qr.reference_no}.png",
        "merchantName": qr.merchant_name,
        **({"storeId": body["storeId"]} if "storeId" in body else {}),
        "terminalId": qr.terminal_id,
        **extra(body),
    }


def _original(qr: Qr) -> dict[str, Any]:
    names = {
        "originalReferenceNo": qr.reference_no,
        "originalPartnerReferenceNo": qr.partner_reference_no,
        "originalExternalId": qr.external_id,
    }
    return {name: value for name, value in names.items() if value}


def _find(request: Request) -> Qr:
    """The QRIS that a query or cancel names by either number, or by both if they agree. Raises Refusal."""
    body = request.body
    numbers = {
        "reference_no": text(body, "originalReferenceNo", 64),
        "partner_reference_no": text(body, "originalPartnerReferenceNo", 64),
    }
    wanted = {name: number for name, number in numbers.items() if number}
    if not wanted:
        raise Refusal(400, "02", "originalReferenceNo")
    qr = Qr.objects.filter(partner=request.partner.slug, **wanted).first()
    if qr is None:
        raise Refusal(404, "01")
    if text(body, "merchantId", 64) not in {"", qr.merchant_id}:
        raise Refusal(404, "08")
    return qr


def _validity(body: Mapping[str, Any], at: datetime) -> datetime:
    if not body.get("validityPeriod"):
        return at + USUAL
    until = read_timestamp(body, "validityPeriod")
    if not at < until <= at + LONGEST:
        raise Refusal(400, "01", "validityPeriod")
    return until
