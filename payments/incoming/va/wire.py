"""Reads SNAP bodies of virtual accounts and writes our answers to them (pure).

Source: SNAP services 24 (inquiry) and 25 (payment), field lists and samples; lengths as they stand there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from payments import money
from payments.incoming.va import numbers

FORMAT, MANDATORY = "01", "02"
_OLDEST = timedelta(days=7)
"""A trxDateTime further back than any advice of a bank is a wrong clock, not a time of payment."""


class WireError(Exception):
    """A field is missing (case 02) or malformed (case 01)."""

    def __init__(self, case: str, field: str) -> None:
        super().__init__(field)
        self.case = case
        self.field = field


class No(Enum):
    """Why we say no: the case of HTTP 404, and what the payer's bank shows, in English and Indonesian.

    Inconsistent (18) counts as success at the bank (SNAP, response codes): such money is booked.
    """

    UNKNOWN = ("12", "Virtual account not found", "Nomor virtual account tidak dikenal")
    BLOCKED = ("12", "Bill cannot be paid now", "Tagihan sedang tidak dapat dibayar")
    PAID = ("14", "Bill is already paid", "Tagihan sudah lunas")
    OVER = ("19", "Bill is expired or void", "Tagihan sudah kedaluwarsa atau dibatalkan")
    AMOUNT = ("13", "Amount differs from the bill", "Jumlah tidak sama dengan tagihan")
    INCONSISTENT = ("18", "Payment does not fit its inquiry", "Pembayaran tidak cocok dengan tagihannya")

    def __init__(self, case: str, english: str, indonesian: str) -> None:
        self.case = case
        self.reason = {"english": english, "indonesia": indonesian}


OK = "00"
_SUCCESS = {"english": "Success", "indonesia": "Sukses"}


@dataclass(frozen=True)
class Asked:
    """An inquiry: ``number`` without padding."""

    number: str
    request_id: str


@dataclass(frozen=True)
class Told:
    """A payment message: rupiah > 0; ``number`` as virtualAccountNo names it, without padding.

    ``joins``: the three fields of the number agree; ``whole``: the total is what was paid. ``advised``: the
    bank repeats a payment that it has made already (flagAdvise).
    """

    number: str
    request_id: str
    amount: Decimal
    paid_at: datetime
    reference_no: str
    issuer: str
    advised: bool
    joins: bool
    whole: bool


def read_inquiry(body: Mapping[str, Any]) -> Asked:
    """Raises WireError."""
    request_id = _text(body, "inquiryRequestId", 128)
    number, joins = _number(body)
    if not joins:
        raise WireError(FORMAT, "virtualAccountNo")
    return Asked(number, request_id)


def read_payment(body: Mapping[str, Any], *, received_at: datetime) -> Told:
    """Raises WireError. A payment without a time of its own was made when we heard of it."""
    request_id = _text(body, "paymentRequestId", 128)
    number, joins = _number(body)
    amount = _amount(body, "paidAmount")
    total = _amount(body, "totalAmount") if body.get("totalAmount") is not None else amount
    return Told(
        number=number,
        request_id=request_id,
        amount=amount,
        paid_at=_paid_at(body.get("trxDateTime"), received_at),
        reference_no=_optional(body, "referenceNo", 64),
        issuer=_optional(body, "sourceBankCode", 11),
        advised=says_taken(body),
        joins=joins,
        whole=total == amount,
    )


def says_taken(body: Mapping[str, Any]) -> bool:
    """Whether the bank advises a payment made already: it has the payer's money, whatever we answer."""
    return _optional(body, "flagAdvise", 1).upper() == "Y"


def inquiry_answer(
    body: Mapping[str, Any], *, name: str = "", bill: str = "", amount: Decimal | None = None, no: No | None
) -> dict[str, Any]:
    """``virtualAccountData`` of an inquiry's answer; ``bill`` describes the thing."""
    data = _echo(body, "partnerServiceId", "customerNo", "virtualAccountNo", "inquiryRequestId")
    data |= {
        "inquiryStatus": "01" if no else OK,
        "inquiryReason": no.reason if no else _SUCCESS,
        "virtualAccountName": name,
    }
    if amount is not None:
        snap = money.to_snap(amount)
        data |= {
            "totalAmount": snap,
            "billDetails": [
                {
                    "billCode": "01",
                    "billName": bill[:20],
                    "billShortName": bill[:10],
                    "billDescription": {"english": bill[:18], "indonesia": bill[:18]},
                    "billAmount": snap,
                }
            ],
            "freeTexts": [{"english": bill[:32], "indonesia": bill[:32]}],
            "virtualAccountTrxType": "C",
        }
    return {"virtualAccountData": data}


def payment_answer(body: Mapping[str, Any], *, name: str, no: No | None) -> dict[str, Any]:
    """``virtualAccountData`` of a payment's answer."""
    data = _echo(
        body,
        *("partnerServiceId", "customerNo", "virtualAccountNo", "trxId", "paymentRequestId", "paidAmount"),
        *("paidBills", "totalAmount", "trxDateTime", "referenceNo", "journalNum", "paymentType"),
        "flagAdvise",
    )
    data |= {
        "virtualAccountName": name,
        "paymentFlagStatus": "01" if no else OK,
        "paymentFlagReason": no.reason if no else _SUCCESS,
    }
    return {"virtualAccountData": data}


def _number(body: Mapping[str, Any]) -> tuple[str, bool]:
    """The number, and whether the three fields agree on it."""
    parts = [_text(body, name, most + 8) for name, most in _NUMBER_FIELDS]
    try:
        return numbers.join(*parts), True
    except numbers.NumberError as error:
        number = parts[2].replace(" ", "")
        if str(error) != "virtualAccountNo" or not _is_number(number):
            raise WireError(FORMAT, str(error)) from error
        return number, False


_NUMBER_FIELDS = (
    ("partnerServiceId", numbers.SERVICE_ID),
    ("customerNo", numbers.CUSTOMER),
    ("virtualAccountNo", numbers.LONGEST),
)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= numbers.LONGEST


def _text(body: Mapping[str, Any], name: str, most: int) -> str:
    value = body.get(name)
    if value is None or value == "":
        raise WireError(MANDATORY, name)
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise WireError(FORMAT, name)
    return value


def _optional(body: Mapping[str, Any], name: str, most: int) -> str:
    value = body.get(name)
    return value.strip()[:most] if isinstance(value, str) else ""


def _amount(body: Mapping[str, Any], name: str) -> Decimal:
    if body.get(name) is None:
        raise WireError(MANDATORY, name)
    try:
        amount = money.from_snap(body[name])
    except money.MoneyError as error:
        raise WireError(FORMAT, name) from error
    if amount <= 0:
        raise WireError(FORMAT, name)
    return amount


def _paid_at(value: object, received_at: datetime) -> datetime:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else received_at
    except ValueError:
        return received_at
    if instant.tzinfo is None or not received_at - _OLDEST <= instant <= received_at:
        return received_at
    return instant


def _echo(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: body[name] for name in names if name in body}
