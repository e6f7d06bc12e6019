"""RSA keys of SNAP as text: PEM (PKCS#8, PKCS#1, SubjectPublicKeyInfo) or the bare base64 of its DER."""

from __future__ import annotations

import base64
import binascii
import hashlib
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

MINIMUM_BITS = 2048


class RsaKeyError(ValueError):
    """The text is not an RSA key that may be used here."""


@lru_cache(maxsize=32)
def public_key(text: str) -> rsa.RSAPublicKey:
    """The public key in ``text``. Raises RsaKeyError."""
    try:
        if "-----BEGIN" in text:
            key = serialization.load_pem_public_key(text.strip().encode())
        else:
            key = serialization.load_der_public_key(_der(text))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise RsaKeyError("Kunci publik tidak terbaca. Tempelkan kunci publik RSA berbentuk PEM.") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise RsaKeyError("Kunci publik ini bukan kunci RSA.")
    _long_enough(key.key_size)
    return key


@lru_cache(maxsize=32)
def private_key(text: str) -> rsa.RSAPrivateKey:
    """The private key in ``text``, without a passphrase. Raises RsaKeyError; never repeats the text."""
    try:
        if "-----BEGIN" in text:
            key = serialization.load_pem_private_key(text.strip().encode(), password=None)
        else:
            key = serialization.load_der_private_key(_der(text), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise RsaKeyError(
            "Kunci privat tidak terbaca. Tempelkan kunci privat RSA berbentuk PEM tanpa kata sandi."
        ) from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise RsaKeyError("Kunci privat ini bukan kunci RSA.")
    _long_enough(key.key_size)
    return key


def new_private_key() -> str:
    """A fresh RSA-2048 private key as PKCS#8 PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=MINIMUM_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_of(private: str) -> str:
    """The public half of a private key, as PEM: what one hands to the bank."""
    return public_pem(private_key(private).public_key())


def public_pem(key: rsa.RSAPublicKey) -> str:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def fingerprint(public: str) -> str:
    """SHA-256 of the key's DER as lower-case hex: how two people compare a key by telephone."""
    der = public_key(public).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(der).hexdigest()


def _der(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise ValueError("bukan base64") from error


def _long_enough(bits: int) -> None:
    if bits < MINIMUM_BITS:
        raise RsaKeyError(f"Kunci RSA {bits} bit terlalu pendek; paling sedikit {MINIMUM_BITS} bit.")
