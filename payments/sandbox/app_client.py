"""The bank as a SNAP client of the app: a token by RSA, then its messages with HMAC-SHA512."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import urllib3
from django.utils import timezone

from payments.sandbox.files import ACQUIRER
from payments.sandbox.partners import Credentials, credentials
from payments.snap import signature
from payments.snap.clock import format_timestamp
from payments.snap.codes import Service

PREFIX = "/snap"
_TIMEOUT = urllib3.Timeout(connect=3, read=7, total=10)
_EARLIER = timedelta(seconds=60)
_pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=False)


@dataclass(frozen=True)
class Outcome:
    """What came back: ``http_status`` is None where nothing did, and ``message`` says why."""

    http_status: int | None
    response_code: str
    message: str


class _TokenFailed(Exception):
    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.message)
        self.outcome = outcome


class _TokenCache:
    """The token in use, shared by the threads of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token = ""
        self._until: datetime | None = None

    def get(self) -> str:
        with self._lock:
            if self._until is None or timezone.now() >= self._until:
                self._token, lifetime = _ask_for_token()
                self._until = timezone.now() + lifetime - min(_EARLIER, lifetime / 2)
            return self._token

    def drop(self) -> None:
        with self._lock:
            self._until = None


_tokens = _TokenCache()


def notify(body: dict[str, Any], external_id: str, *, forged: bool) -> Outcome:
    """Deliver one notice. Never raises for the wire."""
    return ask(Service.QR_NOTIFY, body, external_id, forged=forged)[0]


def ask(
    service: Service, body: dict[str, Any], external_id: str, *, forged: bool = False
) -> tuple[Outcome, dict[str, Any]]:
    """Call a service of the app; what came back, and its body where it was JSON.

    A token that the app no longer knows is renewed once. Never raises for the wire.
    """
    try:
        found = _send(service, body, external_id, forged=forged)
        code = found[0].response_code[5:]
        if found[0].http_status == 401 and not (forged and code == "00"):
            _tokens.drop()
            if code in {"01", "03"}:
                found = _send(service, body, external_id, forged=forged)
    except _TokenFailed as failed:
        return failed.outcome, {}
    return found


def _send(
    service: Service, body: dict[str, Any], external_id: str, *, forged: bool
) -> tuple[Outcome, dict[str, Any]]:
    keys = credentials()
    path = PREFIX + service.path
    content = json.dumps(body, separators=(",", ":")).encode()
    token, timestamp = _tokens.get(), format_timestamp(timezone.now())
    text = signature.transaction_string(
        method="POST", path=path, body=content, timestamp=timestamp, token=token
    )
    secret = "palsu" if forged else keys.bank.client_secret
    headers = {
        "Authorization": f"Bearer {token}",
        "X-TIMESTAMP": timestamp,
        "X-SIGNATURE": signature.sign_hmac(secret, text),
        "X-PARTNER-ID": keys.bank.client_id,
        "X-EXTERNAL-ID": external_id,
        "CHANNEL-ID": keys.by_slug("ours").channel_id,
        "ORIGIN": f"bank-uji-coba-{ACQUIRER}",
    }
    return _post(keys, path, content, headers)


def _ask_for_token() -> tuple[str, timedelta]:
    keys = credentials()
    timestamp = format_timestamp(timezone.now())
    text = signature.token_string(keys.bank.client_id, timestamp)
    headers = {
        "X-TIMESTAMP": timestamp,
        "X-CLIENT-KEY": keys.bank.client_id,
        "X-SIGNATURE": signature.sign_rsa(keys.bank.private_key, text),
    }
    content = b'{"grantType":"client_credentials","additionalInfo":{}}'
    outcome, said = _post(keys, PREFIX + Service.TOKEN_B2B.path, content, headers)
    token, lifetime = said.get("accessToken"), str(said.get("expiresIn", ""))
    if outcome.http_status != 200 or not isinstance(token, str) or not lifetime.isdecimal():
        raise _TokenFailed(Outcome(outcome.http_status, outcome.response_code, f"Token: {outcome.message}"))
    return token, timedelta(seconds=int(lifetime))


def _post(
    keys: Credentials, path: str, content: bytes, headers: dict[str, str]
) -> tuple[Outcome, dict[str, Any]]:
    headers = {"Content-Type": "application/json", **headers}
    try:
        response = _pool.request("POST", keys.app_url + path, body=content, headers=headers, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        return Outcome(None, "", f"Tidak ada jawaban ({type(error).__name__})"), {}
    try:
        said = json.loads(response.data)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return Outcome(response.status, "", "Jawaban bukan JSON SNAP"), {}
    code, message = str(said.get("responseCode", "")), str(said.get("responseMessage", ""))
    return Outcome(response.status, code[:7], message[:180]), said
