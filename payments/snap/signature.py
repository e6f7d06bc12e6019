"""Signatures of SNAP, pure: what is signed, how, and which habits of other clients a verifier accepts.

Source: SNAP developer site (BI/ASPI), access token (service 73) and transaction signature type 1
(HMAC-SHA512 with the client secret and an access token) and type 2 (SHA256withRSA, PKCS#1 v1.5, no token).
The text fixes neither the encoding (base64 or hex) nor ``minify``: senders here write base64 and minified
bodies; verifiers take both encodings and the variants of ``payments.snap.minify``, and say which matched.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from payments.snap import keys
from payments.snap.minify import minify, variants

Encoding = Literal["base64", "hex"]
EMPTY_BODY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

__all__ = [
    "EMPTY_BODY_HASH",
    "Encoding",
    "Match",
    "body_hash",
    "minify",
    "sign_hmac",
    "sign_rsa",
    "token_string",
    "transaction_string",
    "verify_hmac",
    "verify_rsa",
    "verify_token",
]


@dataclass(frozen=True)
class Match:
    """How a signature was found right: body variant, path, encoding, the key's place in the list."""

    variant: str
    path: str
    encoding: Encoding
    key: int = 0


def token_string(client_id: str, timestamp: str) -> str:
    """What X-SIGNATURE of an access-token request signs; ``timestamp`` is the header as sent."""
    return f"{client_id}|{timestamp}"


def body_hash(body: bytes) -> str:
    """Lower-case hex of SHA-256 over ``body`` as given (minify it first where SNAP asks for it)."""
    return hashlib.sha256(body).hexdigest()


def transaction_string(*, method: str, path: str, body: bytes, timestamp: str, token: str | None) -> str:
    """What X-SIGNATURE of a transaction signs: type 1 with ``token``, type 2 where ``token`` is None.

    ``path`` is the relative path with its whole query string, ``token`` is without the word Bearer,
    ``body`` the bytes sent (empty where there is none).
    """
    return _transaction(method, path, body_hash(minify(body)), timestamp, token)


def sign_hmac(secret: str, text: str, encoding: Encoding = "base64") -> str:
    """HMAC-SHA512 of ``text`` under the client secret."""
    return _encode(_hmac(secret, text), encoding)


def sign_rsa(private_key: str, text: str, encoding: Encoding = "base64") -> str:
    """SHA256withRSA of ``text``; ``private_key`` as PEM or bare base64 DER. Raises keys.RsaKeyError."""
    signed = keys.private_key(private_key).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return _encode(signed, encoding)


def verify_token(public_keys: Sequence[str], signature: str, *, client_id: str, timestamp: str) -> int | None:
    """The place of the public key that signed an access-token request, or None."""
    text = token_string(client_id, timestamp)
    for _, given in _decodings(signature):
        for place, key in enumerate(public_keys):
            if _rsa_matches(key, given, text):
                return place
    return None


def verify_hmac(
    secret: str,
    signature: str,
    *,
    method: str,
    paths: Sequence[str],
    body: bytes,
    timestamp: str,
    token: str,
) -> Match | None:
    """Which reading of the request ``signature`` fits (type 1), or None. Compares in constant time.

    ``paths`` are the forms of the path that this partner may have signed, likeliest first.
    """
    candidates = list(_decodings(signature, size=64))
    for variant, path, text in _readings(method, paths, body, timestamp, token):
        expected = _hmac(secret, text)
        for encoding, given in candidates:
            if hmac.compare_digest(expected, given):
                return Match(variant, path, encoding)
    return None


def verify_rsa(
    public_keys: Sequence[str],
    signature: str,
    *,
    method: str,
    paths: Sequence[str],
    body: bytes,
    timestamp: str,
) -> Match | None:
    """Which reading of the request and which public key ``signature`` fits (type 2), or None."""
    candidates = list(_decodings(signature))
    for variant, path, text in _readings(method, paths, body, timestamp, None):
        for place, key in enumerate(public_keys):
            for encoding, given in candidates:
                if _rsa_matches(key, given, text):
                    return Match(variant, path, encoding, place)
    return None


def _readings(
    method: str, paths: Iterable[str], body: bytes, timestamp: str, token: str | None
) -> Iterator[tuple[str, str, str]]:
    for variant, text in variants(body):
        digest = body_hash(text)
        for path in paths:
            yield variant, path, _transaction(method, path, digest, timestamp, token)


def _transaction(method: str, path: str, digest: str, timestamp: str, token: str | None) -> str:
    parts = [method, path, digest, timestamp] if token is None else [method, path, token, digest, timestamp]
    return ":".join(parts)


def _hmac(secret: str, text: str) -> bytes:
    return hmac.digest(secret.encode(), text.encode(), "sha512")


def _rsa_matches(public_key: str, signature: bytes, text: str) -> bool:
    try:
        keys.public_key(public_key).verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _encode(value: bytes, encoding: Encoding) -> str:
    return value.hex() if encoding == "hex" else base64.b64encode(value).decode()


def _decodings(signature: str, size: int | None = None) -> Iterator[tuple[Encoding, bytes]]:
    """The bytes a signature header may stand for; hex text is often base64 text too, so both are tried."""
    readers: tuple[tuple[Encoding, Callable[[str], bytes]], ...] = (("base64", _base64), ("hex", _hex))
    for encoding, read in readers:
        try:
            value = read(signature)
        except (binascii.Error, ValueError):
            continue
        if value and (size is None or len(value) == size):
            yield encoding, value


def _base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _hex(text: str) -> bytes:
    return binascii.unhexlify(text)
