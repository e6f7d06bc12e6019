"""Receipts that prove themselves: a signed statement in a QR, checkable with a public key alone. Pure.

The text is the base64url (RFC 4648, unpadded) of 104 bytes, big-endian: version (1), key id (2), point (4),
amount in sen (8), paid and printed instants as seconds since 1970 (4 and 4), state at print time (1), the
receipt's number without its "KW-" as ASCII, filled with zero bytes (16), and an Ed25519 signature (64, RFC
8032) over ``NK:`` and the 40 bytes before it. Another prefix than a ticket's keeps one from passing for the
other under the same key.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PREFIX = b"NK:"
VERSION = 1
NUMBER_PREFIX = "KW-"
_FACTS = struct.Struct(">BHIQIIB16s")
_SIGNATURE = 64
_LENGTH = _FACTS.size + _SIGNATURE
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


class Printed(IntEnum):
    """How far the money was when the receipt was printed. On paper in people's hands: only ever append."""

    FREE = 0
    PAID = 1
    SETTLED = 2
    CREDITED = 3
    BOOKED = 4
    REFUNDED = 5
    PARTLY_REFUNDED = 6


class ReceiptError(ValueError):
    """The text is no receipt of ours. ``code`` is ``not_a_receipt``, ``damaged``, ``version``,
    ``unknown_key`` or ``forged``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ReceiptFacts:
    """What a receipt says: rupiah with two decimals, aware instants of whole seconds."""

    key_id: int
    point_id: int
    amount: Decimal
    paid_at: datetime
    printed_at: datetime
    state: Printed
    number: str


def new_number() -> str:
    """Random: receipts need no gapless series (house.md, Numbers)."""
    return NUMBER_PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(10))


def sign(facts: ReceiptFacts, private_key: Ed25519PrivateKey) -> str:
    """The text of the receipt's QR: 139 characters. Raises ValueError for facts that don't fit."""
    body = _pack(facts)
    return _encode(body + private_key.sign(PREFIX + body))


def verify(text: str, public_keys: Mapping[int, Ed25519PublicKey]) -> ReceiptFacts:
    """The facts of a genuine receipt. Raises ReceiptError where any character was touched."""
    raw = _decode(text)
    body, signature = raw[: _FACTS.size], raw[_FACTS.size :]
    if body[0] != VERSION:
        raise ReceiptError("version")
    key = public_keys.get(int.from_bytes(body[1:3], "big"))
    if key is None:
        raise ReceiptError("unknown_key")
    try:
        key.verify(signature, PREFIX + body)
    except InvalidSignature:
        raise ReceiptError("forged") from None
    return _unpack(body)


def bare(text: str) -> str:
    """The signed text in what a person pasted: the text itself, or the address that ends with it. Pure."""
    return text.strip().split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def _pack(facts: ReceiptFacts) -> bytes:
    number = facts.number.removeprefix(NUMBER_PREFIX).encode("ascii")
    sen = facts.amount * 100
    if not facts.number.startswith(NUMBER_PREFIX) or not 1 <= len(number) <= 16 or b"\0" in number:
        raise ValueError("nomor kuitansi di luar bentuknya")
    if sen != sen.to_integral_value():
        raise ValueError("jumlah kuitansi lebih halus dari sen")
    moments = [int(instant.timestamp()) for instant in (facts.paid_at, facts.printed_at)]
    try:
        return _FACTS.pack(VERSION, facts.key_id, facts.point_id, int(sen), *moments, facts.state, number)
    except struct.error as error:
        raise ValueError(f"isi kuitansi di luar jangkauan: {error}") from error


def _unpack(body: bytes) -> ReceiptFacts:
    _version, key_id, point_id, sen, paid, printed, state, number = _FACTS.unpack(body)
    return ReceiptFacts(
        key_id=key_id,
        point_id=point_id,
        amount=Decimal(sen).scaleb(-2),
        paid_at=datetime.fromtimestamp(paid, UTC),
        printed_at=datetime.fromtimestamp(printed, UTC),
        state=Printed(state),
        number=NUMBER_PREFIX + number.rstrip(b"\0").decode("ascii"),
    )


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ReceiptError("not_a_receipt") from None
    if len(raw) != _LENGTH:
        raise ReceiptError("damaged" if len(raw) > _FACTS.size else "not_a_receipt")
    if _encode(raw) != text:
        raise ReceiptError("damaged")
    return raw
