"""Tickets that prove themselves: signed facts in a QR, checkable with a public key and no network. Pure.

The text is ``NT:`` and the base32 (RFC 4648, unpadded) of 82 bytes, big-endian: version (1), key id (2),
point (4), day as days since 1 January 2020 (2), category (1), serial (8), and an Ed25519 signature (64, RFC
8032) over the prefix and the 18 bytes before it. Base32 keeps to the letters of a QR's alphanumeric mode,
so the symbol stays small (version 6), and survives scanners that type what they read.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PREFIX = "NT:"
VERSION = 1
CATEGORIES = (
    *("adult", "child", "group", "vehicle", "other"),
    *("student", "motorcycle", "car", "bus", "hall", "stall", "field", "service"),
)
"""Their order is on paper in people's hands: only ever append."""
SERIAL_BYTES = 8
SPOKEN = "AEFHJKLMRTUWXY2346789"
"""Letters and digits that neither look nor sound alike in Indonesian: no B/D/P, C, G, I, N, O, Q, S, V,
Z, 0, 1, 5."""
_EPOCH = date(2020, 1, 1)
_FACTS = struct.Struct(">BHIHB8s")
_SIGNATURE = 64
_LENGTH = _FACTS.size + _SIGNATURE


class TicketError(ValueError):
    """The text is not a ticket that may be let in. ``code`` is stable, ``message`` is for the gate's
    screen."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class TicketFacts:
    """What a ticket says: who signed it, where and on which WIB day it holds, for whom, and its serial
    (hex)."""

    key_id: int
    point_id: int
    valid_date: date
    category: str
    serial: str


def new_serial() -> str:
    """64 random bits in hex: tickets can't be guessed or counted."""
    return secrets.token_hex(SERIAL_BYTES)


def spoken_code() -> str:
    """Six characters that a visitor can read out loud; 85 million of them for each point and day."""
    return _spoken(6)


def spoken_number() -> str:
    """Eight characters for talking about an order, a complaint, a case; they open nothing."""
    return _spoken(8)


def _spoken(length: int) -> str:
    return "".join(secrets.choice(SPOKEN) for _ in range(length))


def sign(facts: TicketFacts, private_key: Ed25519PrivateKey) -> str:
    """The text of the ticket's QR. Raises ValueError for facts that don't fit their fields."""
    body = _pack(facts)
    return PREFIX + _encode(body + private_key.sign(PREFIX.encode() + body))


def verify(text: str, public_keys: Mapping[int, Ed25519PublicKey]) -> TicketFacts:
    """The facts of a genuine ticket, without any network.

    Raises TicketError with ``code`` one of: ``not_a_ticket`` (another kind of text), ``damaged`` (cut or
    mistyped), ``version``, ``unknown_key`` (signed with a key we don't know), ``forged`` (the signature is
    not of these facts). Whether it holds here and today is ``check_place``'s question; whether it was used,
    the database's.
    """
    raw = _decode(text)
    body, signature = raw[: _FACTS.size], raw[_FACTS.size :]
    if body[0] != VERSION:
        raise TicketError("version", "Tiket ini dari versi yang belum dikenal. Perbarui aplikasi gerbang.")
    facts = _unpack(body)
    key = public_keys.get(facts.key_id)
    if key is None:
        raise TicketError("unknown_key", "Kunci penanda tangan tiket ini tidak dikenal.")
    try:
        key.verify(signature, PREFIX.encode() + body)
    except InvalidSignature:
        raise TicketError(
            "forged", "Tanda tangan tiket tidak cocok: isinya diubah atau dipalsukan."
        ) from None
    return facts


def check_place(facts: TicketFacts, *, point_id: int, on: date) -> None:
    """Whether a genuine ticket holds at this point on this WIB day. Raises TicketError wrong_point or
    wrong_day."""
    if facts.point_id != point_id:
        raise TicketError("wrong_point", "Tiket ini untuk tempat lain.")
    if facts.valid_date != on:
        raise TicketError("wrong_day", f"Tiket ini berlaku {facts.valid_date:%d-%m-%Y}, bukan hari ini.")


def public_keys(pairs: Iterable[tuple[int, bytes]]) -> dict[int, Ed25519PublicKey]:
    """Key ids and their raw 32 bytes, ready for ``verify``."""
    return {key_id: Ed25519PublicKey.from_public_bytes(bytes(raw)) for key_id, raw in pairs}


def _pack(facts: TicketFacts) -> bytes:
    serial = bytes.fromhex(facts.serial)
    if len(serial) != SERIAL_BYTES:
        raise ValueError(f"nomor seri tiket harus {SERIAL_BYTES} byte")
    days, category = (facts.valid_date - _EPOCH).days, CATEGORIES.index(facts.category)
    try:
        return _FACTS.pack(VERSION, facts.key_id, facts.point_id, days, category, serial)
    except struct.error as error:
        raise ValueError(f"isi tiket di luar jangkauan: {error}") from error


def _unpack(body: bytes) -> TicketFacts:
    _version, key_id, point_id, days, category, serial = _FACTS.unpack(body)
    name = CATEGORIES[category] if category < len(CATEGORIES) else "other"
    return TicketFacts(key_id, point_id, _EPOCH + timedelta(days=days), name, serial.hex())


def _encode(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    bare = text.strip().upper()
    if not bare.startswith(PREFIX):
        raise TicketError("not_a_ticket", "Ini bukan QR tiket Nontunai.")
    code = bare.removeprefix(PREFIX)
    damaged = TicketError("damaged", "QR tiket tidak terbaca utuh. Pindai ulang atau ketik kode lisannya.")
    try:
        raw = base64.b32decode(code + "=" * (-len(code) % 8))
    except (binascii.Error, ValueError):
        raise damaged from None
    if len(raw) != _LENGTH or _encode(raw) != code:
        raise damaged
    return raw
