"""The access token a bank gave us: sealed in PostgreSQL, shared by all processes, fetched by one at a time.

A bank may drop its older token when it gives a new one; so a process takes a lease (one conditional UPDATE)
before it asks, and the others wait for the result. No transaction is open while the bank is asked.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from opd.office import crypto
from payments.snap import calls, signature
from payments.snap.answers import Answer
from payments.snap.clock import format_timestamp
from payments.snap.codes import Service
from payments.snap.models import HeldToken, Partner

LEASE = timedelta(seconds=15)
LONGEST_LIFE = timedelta(days=1)
_MARGIN = timedelta(seconds=30)
_BODY = b'{"grantType":"client_credentials","additionalInfo":{}}'


class NoToken(Exception):
    """The bank gave no token; ``exchange`` says why, None where another process holds the lease too long."""

    def __init__(self, exchange: calls.Exchange | None) -> None:
        super().__init__(exchange.answer.reason if exchange else "Token sedang diambil proses lain.")
        self.exchange = exchange


def token(partner: Partner, *, at: datetime, rejected: str = "") -> str:
    """A token that should work now; ``rejected`` is one that the bank just refused.

    Raises NoToken, vault.SecretMissing, keys.RsaKeyError, and RuntimeError inside an open transaction.
    """
    HeldToken.objects.get_or_create(partner=partner)
    patience = time.monotonic() + LEASE.total_seconds()
    while True:
        if found := _held(partner, rejected):
            return found
        if _take_lease(partner):
            try:
                return _held(partner, rejected) or fetch(partner, at=at)
            finally:
                HeldToken.objects.filter(partner=partner).update(lease_until=None)
        if time.monotonic() > patience:
            raise NoToken(None)
        time.sleep(0.1)


def forget(partner: Partner) -> None:
    """Drop the token, since the credentials it came from changed."""
    HeldToken.objects.filter(partner=partner).update(token="", expires_at=None)


def fetch(partner: Partner, *, at: datetime) -> str:
    """Ask the bank for a token and keep it. Raises as ``token`` does."""
    exchange = request(partner, at=at)
    value = exchange.answer.body.get("accessToken")
    if exchange.answer.kind != "success" or not isinstance(value, str):
        raise NoToken(exchange)
    life = _life(exchange.answer)
    now = timezone.now()
    HeldToken.objects.filter(partner=partner).update(
        token=crypto.encrypt(value.encode()).decode(),
        obtained_at=now,
        expires_at=now + max(life - _MARGIN, life / 2),
    )
    return value


def request(partner: Partner, *, at: datetime, upcoming_key: bool = False) -> calls.Exchange:
    """One access-token request, signed with our key (or the one prepared to follow it); keeps nothing."""
    key = partner.own_private_key(upcoming=upcoming_key)
    timestamp = format_timestamp(timezone.now())
    signed = signature.sign_rsa(
        key, signature.token_string(partner.client_id, timestamp), encoding_of(partner)
    )
    headers = {
        "Content-Type": "application/json",
        "X-TIMESTAMP": timestamp,
        "X-CLIENT-KEY": partner.client_id,
        "X-SIGNATURE": signed,
    }
    call = calls.open_call(partner, Service.TOKEN_B2B, _BODY, asked_at=at)
    exchange = calls.send(call, url_of(partner, Service.TOKEN_B2B), headers, _BODY)
    return _checked(exchange)


def url_of(partner: Partner, service: Service) -> str:
    return partner.base_url.rstrip("/") + partner.path_prefix + service.path


def _checked(exchange: calls.Exchange) -> calls.Exchange:
    """A success without a usable token says nothing."""
    value = exchange.answer.body.get("accessToken")
    if exchange.answer.kind == "success" and not (
        isinstance(value, str) and 0 < len(value) <= 2048 and value.isascii() and value.isprintable()
    ):
        return replace(exchange, answer=Answer("unknown", "Jawaban token tanpa accessToken."))
    return exchange


def encoding_of(partner: Partner) -> signature.Encoding:
    return "hex" if partner.signature_encoding == Partner.SignatureEncoding.HEX else "base64"


def _held(partner: Partner, rejected: str) -> str:
    held = HeldToken.objects.get(partner=partner)
    if not held.token or held.expires_at is None or held.expires_at <= timezone.now():
        return ""
    try:
        value = crypto.decrypt(held.token.encode()).decode()
    except crypto.DecryptionError:
        return ""
    return "" if value == rejected else value


def _take_lease(partner: Partner) -> bool:
    now = timezone.now()
    free = HeldToken.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), partner=partner)
    return bool(free.update(lease_until=now + LEASE))


def _life(answer: Answer) -> timedelta:
    """``expiresIn`` in seconds, text or number; a minute where it can't be read."""
    text = str(answer.body.get("expiresIn", ""))
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        return timedelta(minutes=1)
    return min(timedelta(seconds=int(text)), LONGEST_LIFE)
