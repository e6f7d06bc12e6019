"""Paying a merchant's QRIS as the payer's bank: services 48 and 50, and 51 for what was paid here.

Rules of this bank, where SNAP leaves them open:

- Any well-formed QRIS can be read and paid; a wrong checksum is 400xx01 ``qrContent``. The money of a printed
  QRIS in the catalogue goes to that shop's account, that of a QRIS this bank gave out to its payment request,
  any other to the clearing account.
- ``additionalInfo`` of a payment carries ``qrContent`` or the ``decodeReferenceNo`` of a decode, and
  ``sourceAccountNo``; or ``sourceOfFunds`` "CARD" with ``cardToken``, a masked government card, and then no
  account is debited but the card's next bill has the payment with the same RRN.
- ``merchantId``, where given, is the merchant id, PAN or NMID of the QRIS (else 404xx08). An amount that the
  QRIS fixes must be paid exactly (404xx13), a tip excepted; at most Rp10.000.000 (403xx02).
- Card: unknown 404xx11, blocked 403xx07, expired 403xx08, over its limit 403xx23.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from payments import qris
from payments.money import to_snap
from payments.sandbox import accounts, cards, numbers, transfers
from payments.sandbox.acquirer import LIMIT
from payments.sandbox.catalogue import CATEGORIES, CLEARING, MERCHANTS, StaticMerchant
from payments.sandbox.door import Refusal, Request
from payments.sandbox.fields import additional, extra, read_amount, read_timestamp, text
from payments.sandbox.files import ACQUIRER
from payments.sandbox.models import Account, Card, Decode, Partner, Transfer
from payments.snap.clock import format_timestamp
from payments.snap.codes import Service

_GUID = "ID.CO.UJICOBA.WWW"
_STATUS = {
    Transfer.State.SUCCESS: ("00", "Success"),
    Transfer.State.PENDING: ("03", "Pending"),
    Transfer.State.FAILED: ("06", "Failed"),
}


@cache
def printed(merchant: StaticMerchant) -> str:
    """The text of a shop's static QRIS."""
    account = qris.MerchantAccount(_GUID, merchant.pan, merchant.merchant_id, "UMI")
    payload = qris.build(
        merchants=[account],
        nmid=merchant.nmid,
        merchant_name=merchant.name,
        city=merchant.city,
        postal_code=merchant.postal_code,
        criteria="UMI",
        mcc=merchant.mcc,
        additional=qris.AdditionalData(terminal_label="A01"),
    )
    return str(payload)


def decode(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 48: who the merchant of a QRIS is. Raises Refusal."""
    body = request.body
    sent = text(body, "partnerReferenceNo", 64)
    payload = _payload(text(body, "qrContent", 512, needed=True), "qrContent")
    read_timestamp(body, "scanTime")
    row = Decode.objects.create(
        partner=request.partner.slug,
        reference_no=numbers.reference_no(at),
        partner_reference_no=sent,
        qr_content=str(payload),
        created_at=at,
    )
    return {
        "referenceNo": row.reference_no,
        **({"partnerReferenceNo": sent} if sent else {}),
        "merchantName": payload.merchant_name[:25],
        "merchantCategory": CATEGORIES.get(payload.mcc, "Lainnya"),
        "merchantLocation": payload.city[:25],
        "merchantInfos": [
            {"merchantPAN": item.pan, "acquirerName": _acquirer(item.pan)} for item in payload.merchants
        ],
        **({"transactionAmount": to_snap(payload.amount)} if payload.amount else {}),
        **extra(body, nmid=payload.nmid or ""),
    }


def pay(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 50: pay the merchant from an account or with a card. Raises Refusal."""
    body, more = request.body, additional(request.body)
    number = text(body, "partnerReferenceNo", 64, needed=True)
    amount = read_amount(body, "amount")
    payload = _wanted(request, more)
    params = _params(body, more, amount, str(payload))
    transfers.once(request.partner.slug, number, params)
    agrees(payload, text(body, "merchantId", 64), amount)
    order = order_for(
        payload,
        amount,
        partner=request.partner.slug,
        number=number,
        account=None if params["card"] else _source(request, more),
        card=_card(request, params["card"]) if params["card"] else None,
        external_id=request.external_id,
        params=params,
    )
    transfer = transfers.place(order, pending=request.pending, at=at)
    return {
        "referenceNo": transfer.reference_no,
        "partnerReferenceNo": number,
        "transactionDate": format_timestamp(transfer.created_at),
        "amount": to_snap(amount),
        **extra(body, **_rrn(transfer)),
    }


def query(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 51 for serviceCode 50: how a payment made here stands. Raises Refusal."""
    transfer = transfers.find(request, Service.QR_PAYMENT.code)
    status, description = _STATUS[Transfer.State(transfer.state)]
    paid = transfer.done_at if transfer.state == Transfer.State.SUCCESS else None
    return {
        **transfers.original(transfer),
        "serviceCode": Service.QR_PAYMENT.code,
        "latestTransactionStatus": status,
        "transactionStatusDesc": description,
        **({"paidTime": format_timestamp(paid)} if paid else {}),
        "amount": to_snap(transfer.amount),
        **extra(request.body, **_rrn(transfer)),
    }


def order_for(
    payload: qris.QrisPayload,
    amount: Decimal,
    *,
    partner: str,
    number: str,
    account: Account | None,
    card: Card | None,
    external_id: str = "",
    params: Mapping[str, Any] | None = None,
    reference_no: str = "",
    rrn: str = "",
) -> transfers.Order:
    """The order that pays ``payload`` from one of ``account`` and ``card``. Raises Refusal."""
    if amount > LIMIT:
        raise Refusal(403, "02")
    content = str(payload)
    shop = next((item for item in MERCHANTS if printed(item) == content), None)
    return transfers.Order(
        partner=partner,
        number=number,
        channel=Transfer.Channel.QRIS,
        amount=amount,
        source=account,
        card=card,
        target=accounts.find(shop.account if shop else CLEARING),
        external_id=external_id,
        params=params or {},
        qr_content=content,
        merchant_name=payload.merchant_name[:25],
        reference_no=reference_no,
        rrn=rrn,
    )


def _payload(content: str, member: str) -> qris.QrisPayload:
    try:
        return qris.parse(content)
    except qris.QrisError as error:
        raise Refusal(400, "01", member) from error


def _wanted(request: Request, more: Mapping[str, Any]) -> qris.QrisPayload:
    """The QRIS to pay: as sent, or as decoded before; where both are given they must be one."""
    sent, number = text(more, "qrContent", 512), text(more, "decodeReferenceNo", 64)
    if not number:
        return _payload(text(more, "qrContent", 512, needed=True), "qrContent")
    row = Decode.objects.filter(partner=request.partner.slug, reference_no=number).first()
    if row is None:
        raise Refusal(404, "01")
    if sent not in {"", row.qr_content}:
        raise Refusal(400, "01", "qrContent")
    return _payload(row.qr_content, "qrContent")


def _params(
    body: Mapping[str, Any], more: Mapping[str, Any], amount: Decimal, content: str
) -> dict[str, str]:
    way = text(more, "sourceOfFunds", 16)
    if way not in {"", "ACCOUNT", "CARD"}:
        raise Refusal(400, "01", "sourceOfFunds")
    on_card = way == "CARD"
    return {
        "service": Service.QR_PAYMENT.code,
        "qr": content,
        "amount": str(amount),
        "merchant": text(body, "merchantId", 64),
        "from": "" if on_card else text(more, "sourceAccountNo", 19, needed=True),
        "card": _token(more) if on_card else "",
    }


def _token(more: Mapping[str, Any]) -> str:
    """A masked card may be written with bullets, which the other members may not."""
    token = more.get("cardToken")
    if not token:
        raise Refusal(400, "02", "cardToken")
    if not isinstance(token, str) or len(token) > 40:
        raise Refusal(400, "01", "cardToken")
    return token


def agrees(payload: qris.QrisPayload, merchant_id: str, amount: Decimal) -> None:
    known = {
        payload.nmid,
        *(item.merchant_id for item in payload.merchants),
        *(item.pan for item in payload.merchants),
    }
    if merchant_id and merchant_id not in known:
        raise Refusal(404, "08")
    fixed = payload.amount
    if fixed is not None and (amount < fixed if payload.tip else amount != fixed):
        raise Refusal(404, "13")


def _source(request: Request, more: Mapping[str, Any]) -> Account:
    return transfers.source_of(request.partner.slug, text(more, "sourceAccountNo", 19, needed=True))


def _card(request: Request, token: str) -> Card:
    card = cards.find(token) if request.partner.slug == Partner.OURS else None
    if card is None:
        raise Refusal(404, "11")
    return card


def _acquirer(pan: str) -> str:
    return "BANK UJI COBA" if pan.startswith(ACQUIRER) else f"PENYELENGGARA {pan[:8]}"


def _rrn(transfer: Transfer) -> dict[str, str]:
    return {"rrn": transfer.rrn} if transfer.rrn else {}
