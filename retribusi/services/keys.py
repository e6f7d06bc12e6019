"""The keys that sign tickets: one is in use; older ones stay, so that their tickets can still be checked."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import connection, transaction

from opd import audit
from opd.models import User
from opd.office import crypto
from opd.office.calendar import day_of
from retribusi import tickets
from retribusi.models import TicketKey


@transaction.atomic
def rotate_key(*, by: User | None, at: datetime) -> TicketKey:
    """A new key pair, in use at once. Tickets signed before stay good: their public key is kept."""
    _lock()
    newest = _newest()
    private = Ed25519PrivateKey.generate()
    raw = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    key = TicketKey.objects.create(
        key_id=newest.key_id + 1 if newest else 1,
        public_key=private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
        private_key=crypto.encrypt(raw),
        valid_from=day_of(at),
        created_at=at,
    )
    audit.record("ticket_key.rotate", key, by=by, at=at, after={"key_id": key.key_id})
    return key


def signing_key(*, at: datetime) -> tuple[int, Ed25519PrivateKey]:
    """The key in use, made at the first ticket ever. Raises DecryptionError where FIELD_KEYS can't open
    it."""
    return _opened(_newest() or _first_key(at))


def _newest() -> TicketKey | None:
    return TicketKey.objects.order_by("-key_id").first()


def _opened(key: TicketKey) -> tuple[int, Ed25519PrivateKey]:
    return key.key_id, Ed25519PrivateKey.from_private_bytes(crypto.decrypt(bytes(key.private_key)))


def sign_if_any(text: bytes) -> tuple[int, bytes] | None:
    """Sign with the key in use: its number and the signature; None before the first key. Writes nothing.

    ``text`` begins with what it is, so that no signature of a ticket or receipt fits it.
    """
    key = _newest()
    if key is None:
        return None
    key_id, private = _opened(key)
    return key_id, private.sign(text)


def verifying_keys() -> dict[int, Ed25519PublicKey]:
    """Every key that ever signed, for a check without us."""
    rows = TicketKey.objects.values_list("key_id", "public_key")
    return tickets.public_keys((key_id, bytes(raw)) for key_id, raw in rows)


@transaction.atomic
def _first_key(at: datetime) -> TicketKey:
    _lock()
    return _newest() or rotate_key(by=None, at=at)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('retribusi.ticket_key', 0))")
