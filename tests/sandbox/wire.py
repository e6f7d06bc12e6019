"""SNAP as the standard's pages say it, written apart from the product: the tests' own client and checks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

import urllib3
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from urllib3 import HTTPHeaderDict

WIB = timezone(timedelta(hours=7))
_counter = itertools.count(time.time_ns())


def new_number() -> str:
    """A number that no other call of this test run has."""
    return str(next(_counter))


def stamp(at: datetime | None = None) -> str:
    return (at or datetime.now(WIB)).astimezone(WIB).isoformat(timespec="seconds")


def soon(**delta: float) -> str:
    """A timestamp that far from now: ``soon(minutes=5)``."""
    return stamp(datetime.now(WIB) + timedelta(**delta))


@lru_cache
def _private_key(pem: str) -> Any:
    """Reading a key checks it, which takes longer than signing with it."""
    return load_pem_private_key(pem.encode(), None)


def rsa(private_key: str, text: str) -> str:
    key = _private_key(private_key)
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def rsa_is_good(public_key: str, given: str, text: str) -> bool:
    key: Any = load_pem_public_key(public_key.encode())
    try:
        key.verify(base64.b64decode(given), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def hmac512(secret: str, *parts: str) -> str:
    digest = hmac.new(secret.encode(), ":".join(parts).encode(), hashlib.sha512).digest()
    return base64.b64encode(digest).decode()


def body_digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class Answer:
    status: int
    body: dict[str, Any]
    headers: HTTPHeaderDict

    @property
    def code(self) -> str:
        return str(self.body["responseCode"])


@dataclass
class SnapClient:
    """What a partner's own software would do; ``identity`` is a side of the credentials file."""

    url: str
    identity: dict[str, Any]
    timeout: float = 20
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))
    token: str = ""

    @property
    def merchant_id(self) -> str:
        return str(self.identity["merchants"][0]["merchant_id"])

    def ask_token(self, body: Any = None, **headers: str | None) -> Answer:
        timestamp = stamp()
        text = f"{self.identity['client_id']}|{timestamp}"
        signed = {
            "X-TIMESTAMP": timestamp,
            "X-CLIENT-KEY": self.identity["client_id"],
            "X-SIGNATURE": rsa(self.identity["private_key"], text),
        }
        content = json.dumps({"grantType": "client_credentials"} if body is None else body).encode()
        return self.send("/v1.0/access-token/b2b", content, {**signed, **headers})

    def log_in(self) -> str:
        self.token = self.ask_token().body["accessToken"]
        return self.token

    def call(self, path: str, body: Any, **headers: str | None) -> Answer:
        """A transaction call; a header given as None is left out, one given as text replaces ours."""
        token = self.token or self.log_in()
        timestamp = headers.get("X-TIMESTAMP") or stamp()
        content = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
        signed = {
            "Authorization": f"Bearer {token}",
            "X-TIMESTAMP": timestamp,
            "X-SIGNATURE": hmac512(
                self.identity["client_secret"], "POST", path, token, body_digest(content), timestamp
            ),
            "X-PARTNER-ID": self.identity["partner_id"],
            "X-EXTERNAL-ID": new_number(),
            "CHANNEL-ID": self.identity["channel_id"],
        }
        return self.send(path, content, {**signed, **headers})

    def send(self, path: str, content: bytes, headers: dict[str, str | None]) -> Answer:
        kept = {"Content-Type": "application/json", **{n: v for n, v in headers.items() if v is not None}}
        response = self.pool.request(
            "POST", self.url + path, body=content, headers=kept, timeout=self.timeout, redirect=False
        )
        return Answer(response.status, response.json(), response.headers)

    def generate(self, value: str = "13000.00", **members: Any) -> Answer:
        body = {
            "partnerReferenceNo": new_number(),
            "amount": {"value": value, "currency": "IDR"},
            "merchantId": self.merchant_id,
            "validityPeriod": soon(minutes=15),
            **members,
        }
        return self.call(
            "/v1.0/qr/qr-mpm-generate", {name: value for name, value in body.items() if value is not None}
        )

    def query(self, reference_no: str, **members: Any) -> Answer:
        body = {"originalReferenceNo": reference_no, "serviceCode": "47", **members}
        return self.call("/v1.0/qr/qr-mpm-query", body)

    def cancel(self, reference_no: str, **members: Any) -> Answer:
        body = {"originalReferenceNo": reference_no, "reason": "pesanan dibatalkan", **members}
        return self.call("/v1.0/qr/qr-mpm-cancel", body)

    def inquire(self, account: str, *, bank: str = "", **members: Any) -> Answer:
        """Service 15, or 16 where a bank is named."""
        body = {"partnerReferenceNo": new_number(), "beneficiaryAccountNo": account, **members}
        if not bank:
            return self.call("/v1.0/account-inquiry-internal", body)
        return self.call("/v1.0/account-inquiry-external", {"beneficiaryBankCode": bank, **body})

    def transfer(self, source: str, to: str, value: str, *, bank: str = "", **members: Any) -> Answer:
        """Service 17, or 18 where a bank is named; a member given as None is left out."""
        body = {
            "partnerReferenceNo": new_number(),
            "amount": {"value": value, "currency": "IDR"},
            "beneficiaryAccountNo": to,
            "sourceAccountNo": source,
            "transactionDate": stamp(),
            **({"beneficiaryBankCode": bank, "beneficiaryAccountName": "PENERIMA"} if bank else {}),
            **members,
        }
        path = "/v1.0/transfer-interbank" if bank else "/v1.0/transfer-intrabank"
        return self.call(path, {name: item for name, item in body.items() if item is not None})

    def transfer_status(self, partner_reference_no: str, service: str = "17", **members: Any) -> Answer:
        body = {
            "originalPartnerReferenceNo": partner_reference_no,
            "serviceCode": service,
            **members,
        }
        return self.call("/v1.0/transfer/status", body)

    def decode(self, content: str | None, **members: Any) -> Answer:
        body = {
            "partnerReferenceNo": new_number(),
            "qrContent": content,
            "scanTime": stamp(),
            **members,
        }
        return self.call(
            "/v1.0/qr/qr-mpm-decode", {name: item for name, item in body.items() if item is not None}
        )

    def pay(self, content: str, value: str, *, source: str = "", card: str = "", **members: Any) -> Answer:
        """Service 50, from an account or with a masked card."""
        funds = {"sourceOfFunds": "CARD", "cardToken": card} if card else {"sourceAccountNo": source}
        body = {
            "partnerReferenceNo": new_number(),
            "amount": {"value": value, "currency": "IDR"},
            "additionalInfo": {"qrContent": content, **funds},
            **members,
        }
        return self.call("/v1.0/qr/qr-mpm-payment", body)

    def payment_status(self, partner_reference_no: str) -> Answer:
        """Service 51 for a payment of service 50."""
        body = {"originalPartnerReferenceNo": partner_reference_no, "serviceCode": "50"}
        return self.call("/v1.0/qr/qr-mpm-query", body)
