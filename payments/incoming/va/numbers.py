"""Numbers of virtual accounts and the names behind them as others may see them (pure).

A number is the biller's prefix, random digits, and a Luhn check digit over all of it: one wrong digit never
names another's bill. On the wire SNAP splits it in partnerServiceId (8 characters, spaces in front) and
customerNo (at most 20); virtualAccountNo is the two written together (SNAP services 24, 25; 27).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

LONGEST = 28
"""Of virtualAccountNo: 8 of partnerServiceId and 20 of customerNo."""
SERVICE_ID, CUSTOMER = 8, 20
FEWEST_OWN = 8
"""Digits behind the prefix, check digit included: ten million numbers for each prefix, drawn at random."""


class NumberError(ValueError):
    """The fields do not name one virtual account; the message says which and why."""


@dataclass(frozen=True)
class Split:
    """A number as SNAP's three fields write it."""

    partner_service_id: str
    customer_no: str
    virtual_account_no: str


def draw(prefix: str, length: int) -> str:
    """A new number of ``length`` digits. Raises NumberError where the prefix leaves too few of its own."""
    own = length - len(prefix)
    if own < FEWEST_OWN or length > LONGEST or own > CUSTOMER:
        raise NumberError(f"awalan {len(prefix)} angka tidak cocok dengan nomor {length} angka")
    body = prefix + "".join(secrets.choice("0123456789") for _ in range(own - 1))
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """Luhn's digit that makes ``body`` whole (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def split(number: str, prefix: str) -> Split:
    """The three fields of a number: the prefix (its first 8 digits) is the partnerServiceId, padded."""
    service = prefix[:SERVICE_ID]
    padded = service.rjust(SERVICE_ID)
    customer = number[len(service) :]
    return Split(padded, customer, padded + customer)


def join(partner_service_id: str, customer_no: str, virtual_account_no: str) -> str:
    """The number that the three fields name, however the bank padded them. Raises NumberError.

    Banks pad with spaces in front as SNAP says, at the end, with none, or in the parts and not in the whole.
    """
    service, customer = partner_service_id.replace(" ", ""), customer_no.replace(" ", "")
    number = virtual_account_no.replace(" ", "")
    for name, text, most in (
        ("partnerServiceId", service, SERVICE_ID),
        ("customerNo", customer, CUSTOMER),
        ("virtualAccountNo", number, LONGEST),
    ):
        if not (text.isascii() and text.isdigit() and len(text) <= most):
            raise NumberError(name)
    if service + customer != number:
        raise NumberError("virtualAccountNo")
    return number


def mask_name(name: str) -> str:
    """A name as a payer's bank screen shows it: enough to know one's own, not to learn another's.

    Each word keeps its first two letters: personal data is shown as far as the purpose needs (UU 27/2022,
    Pasal 27 and 28).
    """
    return " ".join(word[:2] + "*" * (len(word) - 2) for word in name.split())[:LONGEST_NAME]


LONGEST_NAME = 60
