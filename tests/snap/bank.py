"""A bank for tests: its profile in our tables, and its hand that signs requests to our endpoints."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone

from payments.snap import issued, keys, signature, vault
from payments.snap.clock import format_timestamp
from payments.snap.models import InboxMessage, Partner, PartnerKey

NOTIFY = "/snap/v1.0/qr/qr-mpm-notify"
TOKEN = "/snap/v1.0/access-token/b2b"
SECRET = "rahasia-bank-uji"
NOTICE = {
    "originalReferenceNo": "2020102977770000000009",
    "originalPartnerReferenceNo": "2020102900000000000001",
    "latestTransactionStatus": "00",
    "customerNumber": "6281388370001",
    "amount": {"value": "13000.00", "currency": "IDR"},
}
_numbers = count(1)


@cache
def private_key(name: str = "bank") -> str:
    return keys.new_private_key()


def add_partner(slug: str = "bank-uji", **fields: Any) -> Partner:
    """A partner as the settings page would leave it, with the bank's public key."""
    facts: dict[str, Any] = {
        "name": f"Bank {slug}",
        "base_url": "http://127.0.0.1:9",
        "client_id": f"kami-di-{slug}",
        "client_secret": vault.seal("rahasia-kami"),
        "private_key": vault.seal(private_key("kami")),
        "partner_id": "MITRA001",
        "inbound_client_id": f"{slug}-di-kami",
        "inbound_client_secret": vault.seal(SECRET),
    }
    partner = Partner.objects.create(slug=slug, **(facts | fields))
    add_key(partner, private_key())
    return partner


def add_key(partner: Partner, private: str, **times: datetime) -> PartnerKey:
    public = keys.public_of(private)
    return PartnerKey.objects.create(
        partner=partner,
        label="Kunci uji",
        public_key=public,
        fingerprint=keys.fingerprint(public),
        **({"valid_from": timezone.now() - timedelta(days=1)} | times),
    )


@dataclass
class Said:
    """An answer of ours: HTTP status, code and message."""

    status: int
    code: str
    message: str
    body: dict[str, Any] = field(repr=False)
    headers: dict[str, str] = field(repr=False)


@dataclass
class Bank:
    """Signs as the bank does. ``send`` takes any part of the request to be wrong on purpose."""

    partner: Partner
    client: Client = field(default_factory=Client)

    def token(self) -> str:
        return issued.issue(self.partner, at=timezone.now())

    def notify(self, body: dict[str, Any] | bytes = NOTICE, **changes: Any) -> Said:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send(content, **changes)

    def send(
        self,
        content: bytes,
        *,
        path: str = NOTIFY,
        signed_path: str | None = None,
        signed_content: bytes | None = None,
        secret: str = SECRET,
        token: str | None = None,
        timestamp: str | None = None,
        external_id: str | None = None,
        encoding: signature.Encoding = "base64",
        headers: dict[str, str | None] | None = None,
        method: str = "POST",
        **extra: Any,
    ) -> Said:
        token = self.token() if token is None else token
        timestamp = format_timestamp(timezone.now()) if timestamp is None else timestamp
        text = signature.transaction_string(
            method=method,
            path=signed_path or path,
            body=content if signed_content is None else signed_content,
            timestamp=timestamp,
            token=token,
        )
        sent = {
            "Authorization": f"Bearer {token}",
            "X-TIMESTAMP": timestamp,
            "X-SIGNATURE": signature.sign_hmac(secret, text, encoding),
            "X-PARTNER-ID": "MITRA001",
            "X-EXTERNAL-ID": external_id or f"{next(_numbers):020}",
            "CHANNEL-ID": "95221",
            **(headers or {}),
        }
        return self.post(path, content, sent, **extra)

    def ask_token(
        self,
        *,
        private: str | None = None,
        client_id: str | None = None,
        content: bytes = b'{"grantType":"client_credentials","additionalInfo":{}}',
        timestamp: str | None = None,
        encoding: signature.Encoding = "base64",
        headers: dict[str, str | None] | None = None,
        **extra: Any,
    ) -> Said:
        client_id = client_id or self.partner.inbound_client_id
        timestamp = timestamp or format_timestamp(timezone.now())
        text = signature.token_string(client_id, timestamp)
        sent = {
            "X-TIMESTAMP": timestamp,
            "X-CLIENT-KEY": client_id,
            "X-SIGNATURE": signature.sign_rsa(private or private_key(), text, encoding),
            **(headers or {}),
        }
        return self.post(TOKEN, content, sent, **extra)

    def post(self, path: str, content: bytes, headers: dict[str, str | None], **extra: Any) -> Said:
        kept = {name: value for name, value in headers.items() if value is not None}
        content_type = extra.pop("content_type", "application/json")
        answer = self.client.post(path, content, content_type=content_type, headers=kept, **extra)
        body = answer.json()
        assert answer.headers["Content-Type"] == "application/json"
        return Said(
            answer.status_code, body["responseCode"], body["responseMessage"], body, dict(answer.headers)
        )


def last_message() -> InboxMessage:
    return InboxMessage.objects.latest("pk")
