"""Transfers: services 15 to 18 and 36, and the one place where an order moves money.

Rules of this bank, where SNAP leaves them open:

- One order per partner and ``partnerReferenceNo``, whatever the service. The same number with the same
  parameters: 409xx01. With others: 404xx18. A refused order leaves no trace: its number is free, and its
  status is 404xx01.
- Intrabank at most Rp500.000.000, interbank at most Rp250.000.000 an order (403xx02), QRIS Rp10.000.000.
- The source is a treasurer's account at this bank, and only the partner ``ours`` may debit it (404xx11).
- An order "in progress" (202xx00) moves no money until it succeeds; it may still fail then for want of funds.
- Service 17 pays inside this bank (999), service 18 any other; a bank nobody knows is 404xx03.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from payments.money import to_snap
from payments.sandbox import accounts, effects, numbers
from payments.sandbox.catalogue import BANKS, OUR_BANK
from payments.sandbox.door import Pending, Refusal, Request
from payments.sandbox.fields import extra, read_amount, read_timestamp, text
from payments.sandbox.models import Account, Card, Partner, Transfer
from payments.snap.clock import format_timestamp
from payments.snap.codes import Service

INTRABANK_LIMIT = Decimal("500000000.00")
INTERBANK_LIMIT = Decimal("250000000.00")
_STATUS = {
    Transfer.State.SUCCESS: ("00", "Success"),
    Transfer.State.PENDING: ("03", "Pending"),
    Transfer.State.FAILED: ("06", "Failed"),
}
_FAILED_BY_HAND = "40305"


class TransferError(Exception):
    """The message is for the person at the page."""


@dataclass(frozen=True)
class Order:
    """What somebody wants moved: from ``source``, or with ``card``, to ``target`` (rupiah)."""

    partner: str
    number: str
    channel: str
    amount: Decimal
    target: Account
    source: Account | None = None
    card: Card | None = None
    external_id: str = ""
    customer_reference: str = ""
    remark: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    qr_content: str = ""
    merchant_name: str = ""
    reference_no: str = ""
    rrn: str = ""
    """Both are the bank's to give, and given only for what happened before it first ran."""


def inquire_internal(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 15: whose account at this bank. Raises Refusal."""
    number = text(request.body, "beneficiaryAccountNo", 34, needed=True)
    account = accounts.find(number)
    found = {
        "beneficiaryAccountName": account.name,
        "beneficiaryAccountNo": account.number,
        "beneficiaryAccountStatus": "Rekening aktif",
        "beneficiaryAccountType": "D",
        "currency": "IDR",
    }
    return {**_numbers(request, at), **found, **extra(request.body)}


def inquire_external(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 16: whose account at another bank. Raises Refusal."""
    code = _other_bank(request.body)
    number = text(request.body, "beneficiaryAccountNo", 34, needed=True)
    account = accounts.find(number, bank_code=code)
    found = {
        "beneficiaryAccountName": account.name,
        "beneficiaryAccountNo": account.number,
        "beneficiaryBankCode": code,
        "beneficiaryBankName": BANKS[code].name,
        "currency": "IDR",
    }
    return {**_numbers(request, at), **found, **extra(request.body)}


def intrabank(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 17. Raises Refusal."""
    transfer = _ordered(request, OUR_BANK, at)
    body = request.body
    return {
        **_answered(transfer),
        "beneficiaryAccountNo": body["beneficiaryAccountNo"],
        "currency": "IDR",
        "customerReference": transfer.customer_reference,
        "sourceAccountNo": body["sourceAccountNo"],
        "transactionDate": format_timestamp(transfer.created_at),
        **_echo(body, "originatorInfos"),
        **extra(body),
    }


def interbank(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 18. Raises Refusal."""
    body = request.body
    text(body, "beneficiaryAccountName", 100, needed=True)
    code = _other_bank(body)
    transfer = _ordered(request, code, at)
    return {
        **_answered(transfer),
        "beneficiaryAccountNo": body["beneficiaryAccountNo"],
        "beneficiaryBankCode": code,
        "sourceAccountNo": body["sourceAccountNo"],
        "traceNo": transfer.reference_no[-12:],
        **_echo(body, "originatorInfos"),
        **extra(body),
    }


def status(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 36: how an order of service 17 or 18 stands. Raises Refusal."""
    service = text(request.body, "serviceCode", 2, needed=True)
    if service not in {Transfer.Channel.INTRABANK, Transfer.Channel.INTERBANK}:
        raise Refusal(400, "01", "serviceCode")
    transfer = find(request, service)
    state, description = _STATUS[Transfer.State(transfer.state)]
    assert transfer.source is not None  # a transfer has accounts on both sides
    assert transfer.target is not None
    return {
        **original(transfer),
        "serviceCode": service,
        "transactionDate": format_timestamp(transfer.created_at),
        "amount": to_snap(transfer.amount),
        "beneficiaryAccountNo": transfer.target.number,
        "beneficiaryBankCode": transfer.target.bank_code,
        "currency": "IDR",
        "previousResponseCode": transfer.code,
        "referenceNumber": transfer.customer_reference or transfer.reference_no,
        "sourceAccountNo": transfer.source.number,
        "transactionId": transfer.reference_no,
        "latestTransactionStatus": state,
        "transactionStatusDesc": description,
        **extra(request.body),
    }


def find(request: Request, channel: str) -> Transfer:
    """The order that a query names by either number, or by both if they agree. Raises Refusal."""
    given = {
        "reference_no": text(request.body, "originalReferenceNo", 64),
        "partner_reference_no": text(request.body, "originalPartnerReferenceNo", 64),
    }
    wanted = {name: number for name, number in given.items() if number}
    if not wanted:
        raise Refusal(400, "02", "originalPartnerReferenceNo")
    mine = Transfer.objects.select_related("source", "target")
    transfer = mine.filter(partner=request.partner.slug, channel=channel, **wanted).first()
    if transfer is None:
        raise Refusal(404, "01")
    return transfer


def original(transfer: Transfer) -> dict[str, str]:
    return {
        "originalReferenceNo": transfer.reference_no,
        "originalPartnerReferenceNo": transfer.partner_reference_no,
        "originalExternalId": transfer.external_id,
    }


def source_of(partner: str, number: str) -> Account:
    """An account that ``partner`` may debit. Raises Refusal."""
    account = Account.objects.filter(number=number, bank_code=OUR_BANK, kind=Account.Kind.TREASURER).first()
    if account is None or partner != Partner.OURS:
        raise Refusal(404, "11")
    accounts.usable(account)
    return account


@transaction.atomic
def place(order: Order, *, pending: Pending | None = None, at: datetime) -> Transfer:
    """Take the order and carry it out, or keep it ``pending``. Raises Refusal, and nothing is kept then."""
    transfer = _claim(order, at)
    _check(order)
    if pending:
        transfer.will_fail = pending.fails
        transfer.due_at = at + timedelta(seconds=pending.seconds) if pending.seconds else None
        transfer.save(update_fields=["will_fail", "due_at"])
    else:
        _carry_out(transfer, at)
    return transfer


@transaction.atomic
def finish(*, transfer_id: int, succeeds: bool, at: datetime) -> Transfer:
    """End a pending order; one that can't be carried out any more fails. Raises TransferError."""
    transfer = Transfer.objects.select_for_update().get(pk=transfer_id)
    if transfer.state != Transfer.State.PENDING:
        raise TransferError("Transfer ini sudah selesai; keadaannya tidak berubah lagi.")
    if not succeeds:
        return _fail(transfer, _FAILED_BY_HAND, at)
    try:
        with transaction.atomic():
            _carry_out(transfer, at)
    except Refusal as refusal:
        transfer.rrn = ""
        return _fail(transfer, f"{refusal.http}{refusal.case}", at)
    return transfer


@transaction.atomic
def finish_due(*, at: datetime) -> bool:
    """End one pending order whose time has come; False when there is none."""
    waiting = Transfer.objects.select_for_update(skip_locked=True)
    transfer = waiting.filter(state=Transfer.State.PENDING, due_at__lte=at).order_by("due_at").first()
    if transfer is None:
        return False
    finish(transfer_id=transfer.pk, succeeds=not transfer.will_fail, at=at)
    return True


def _ordered(request: Request, bank_code: str, at: datetime) -> Transfer:
    body = request.body
    read_timestamp(body, "transactionDate")
    number = text(body, "partnerReferenceNo", 64, needed=True)
    names = {"beneficiaryAccountNo": 34, "sourceAccountNo": 19}
    to, source = (text(body, name, longest, needed=True) for name, longest in names.items())
    amount = read_amount(body, "amount")
    params = {
        "service": request.service.code,
        "to": to,
        "bank": bank_code,
        "from": source,
        "amount": str(amount),
    }
    once(request.partner.slug, number, params)
    order = Order(
        partner=request.partner.slug,
        number=number,
        channel=request.service.code,
        amount=amount,
        source=source_of(request.partner.slug, source),
        target=accounts.find(to, bank_code=bank_code),
        external_id=request.external_id,
        customer_reference=text(body, "customerReference", 30),
        remark=text(body, "remark", 50),
        params=params,
    )
    return place(order, pending=request.pending, at=at)


def once(partner: str, number: str, params: Mapping[str, Any]) -> None:
    """Raises Refusal where the partner used the number before."""
    earlier = Transfer.objects.filter(partner=partner, partner_reference_no=number).first()
    if earlier:
        raise Refusal(409, "01") if earlier.params == params else Refusal(404, "18")


def _claim(order: Order, at: datetime) -> Transfer:
    """The order's row, which takes its number; two at once meet here."""
    transfer = Transfer(
        partner=order.partner,
        partner_reference_no=order.number,
        reference_no=order.reference_no or numbers.reference_no(at),
        rrn=order.rrn,
        external_id=order.external_id,
        channel=order.channel,
        source=order.source,
        target=order.target,
        card=order.card,
        amount=order.amount,
        customer_reference=order.customer_reference,
        remark=order.remark,
        params=dict(order.params),
        qr_content=order.qr_content,
        merchant_name=order.merchant_name,
        state=Transfer.State.PENDING,
        created_at=at,
    )
    try:
        with transaction.atomic():
            transfer.save(force_insert=True)
    except IntegrityError:
        once(order.partner, order.number, order.params)
        raise
    return transfer


def _check(order: Order) -> None:
    limit = INTRABANK_LIMIT if order.target.bank_code == OUR_BANK else INTERBANK_LIMIT
    if order.amount > limit:
        raise Refusal(403, "02")
    if order.source == order.target:
        raise Refusal(403, "15", "Rekening asal sama dengan tujuan")
    if order.source and order.source.balance < order.amount:
        raise Refusal(403, "14")


def _carry_out(transfer: Transfer, at: datetime) -> None:
    """Accounts are locked first, then cards and QRIS, whoever moves money: so nobody waits in a ring."""
    accounts.lock([transfer.source, transfer.target])
    effects.apply(transfer, at=at)
    accounts.move(
        source=transfer.source,
        target=None if transfer.card else transfer.target,
        amount=transfer.amount,
        description=_description(transfer),
        reference_no=transfer.reference_no,
        at=at,
    )
    transfer.state, transfer.done_at = Transfer.State.SUCCESS, at
    transfer.save(update_fields=["state", "done_at", "rrn"])


def _fail(transfer: Transfer, failure: str, at: datetime) -> Transfer:
    transfer.state, transfer.failure, transfer.done_at = Transfer.State.FAILED, failure, at
    transfer.save(update_fields=["state", "failure", "done_at", "rrn"])
    return transfer


def _description(transfer: Transfer) -> str:
    """What both statements say of it, with the partner's number so that the treasurer's book can match."""
    if transfer.channel == Transfer.Channel.QRIS:
        return f"QRIS {transfer.merchant_name} RRN {transfer.rrn} {transfer.partner_reference_no}"
    name = transfer.target.name if transfer.target else ""
    if transfer.channel == Transfer.Channel.CMS:
        return f"CMS {name} {transfer.remark}".strip()
    notes = transfer.remark or transfer.customer_reference
    return f"TRANSFER {name} {transfer.partner_reference_no} {notes}".strip()


def _other_bank(body: Mapping[str, Any]) -> str:
    code = text(body, "beneficiaryBankCode", 11, needed=True)
    if code == OUR_BANK:
        raise Refusal(404, "02")
    if code not in BANKS:
        raise Refusal(404, "03")
    return code


def _numbers(request: Request, at: datetime) -> dict[str, str]:
    sent = text(request.body, "partnerReferenceNo", 64)
    return {"referenceNo": numbers.reference_no(at), **({"partnerReferenceNo": sent} if sent else {})}


def _answered(transfer: Transfer) -> dict[str, Any]:
    return {
        "referenceNo": transfer.reference_no,
        "partnerReferenceNo": transfer.partner_reference_no,
        "amount": to_snap(transfer.amount),
    }


def _echo(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {name: body[name]} if name in body else {}


SERVICES = {
    Service.ACCOUNT_INQUIRY_INTERNAL: inquire_internal,
    Service.ACCOUNT_INQUIRY_EXTERNAL: inquire_external,
    Service.TRANSFER_INTRABANK: intrabank,
    Service.TRANSFER_INTERBANK: interbank,
    Service.TRANSFER_STATUS: status,
}
