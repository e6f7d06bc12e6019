"""Encryption at rest (Fernet: AES-128-CBC with HMAC-SHA256), with key rotation.

``FIELD_KEYS`` lists the keys newest first: the first encrypts, all decrypt.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class DecryptionError(Exception):
    """No key in FIELD_KEYS opens this value."""


def encrypt(value: bytes) -> bytes:
    return _box(tuple(settings.FIELD_KEYS)).encrypt(value)


def decrypt(value: bytes) -> bytes:
    """The plain bytes. Raises DecryptionError where no key fits or the value was altered."""
    try:
        return _box(tuple(settings.FIELD_KEYS)).decrypt(bytes(value))
    except InvalidToken as error:
        raise DecryptionError("nilai terenkripsi tidak dapat dibuka dengan FIELD_KEYS yang ada") from error


def rotate(value: bytes) -> bytes:
    """The same secret under the newest key."""
    return _box(tuple(settings.FIELD_KEYS)).rotate(bytes(value))


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS belum diisi; isi dengan kunci Fernet (44 karakter).")
    return MultiFernet([Fernet(key) for key in keys])
