"""The bank's SNAP door: method, size, headers, token, signature and replay, in this order.

What passes is handed on as a ``Request``; what doesn't raises ``Refusal`` with the exact SNAP case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from payments.sandbox import tokens
from payments.sandbox.models import SeenExternalId
from payments.sandbox.partners import PartnerProfile, credentials
from payments.snap import signature
from payments.snap.clock import TimestampError, parse_timestamp
from payments.snap.codes import Service

MAX_BODY = 32_768
CLOCK_SKEW = timedelta(minutes=5)
_EXTERNAL_ID = re.compile(r"[0-9]{1,36}", re.ASCII)
_TRANSACTION_HEADERS = ("X-TIMESTAMP", "X-SIGNATURE", "X-PARTNER-ID", "X-EXTERNAL-ID", "CHANNEL-ID")
_TOKEN_HEADERS = ("X-TIMESTAMP", "X-CLIENT-KEY", "X-SIGNATURE")


class Refusal(Exception):
    """The call is refused: HTTP status, case and the bracketed detail of the standard message."""

    def __init__(self, http: int, case: str = "00", detail: str = "") -> None:
        super().__init__(f"{http} {case} {detail}")
        self.http = http
        self.case = case
        self.detail = detail


@dataclass(frozen=True)
class Pending:
    """The order is to be answered "in progress"; it ends after ``seconds``, or by hand where that is 0."""

    fails: bool
    seconds: int


@dataclass(frozen=True)
class Request:
    """A call whose sender is proven."""

    service: Service
    partner: PartnerProfile
    external_id: str
    body: Mapping[str, Any]
    pending: Pending | None = None


class _Said(TypedDict):
    """What a transaction signature covers, besides the token."""

    method: str
    paths: list[str]
    body: bytes
    timestamp: str


def open_token_call(request: HttpRequest) -> PartnerProfile:
    """The partner who signed an access-token request with its RSA key. Raises Refusal."""
    body = _raw(request)
    headers = _headers(request, _TOKEN_HEADERS)
    _clock(headers["X-TIMESTAMP"])
    partner = credentials().by_client_id(headers["X-CLIENT-KEY"])
    if partner is None:
        raise Refusal(401, "00", "Unknown Client")
    signed = signature.verify_token(
        [partner.client.public_key],
        headers["X-SIGNATURE"],
        client_id=partner.client.client_id,
        timestamp=headers["X-TIMESTAMP"],
    )
    if signed is None:
        raise Refusal(401, "00", "Signature")
    fields = _object(body)
    grant = fields.get("grantType", fields.get("grant_type"))
    if grant is None:
        raise Refusal(400, "02", "grantType")
    if grant != "client_credentials":
        raise Refusal(400, "01", "grantType")
    return partner


def open_transaction_call(request: HttpRequest, service: Service, *, at: datetime) -> Request:
    """A transaction call with its signature proven and its X-EXTERNAL-ID claimed. Raises Refusal."""
    body = _raw(request)
    headers = _headers(request, _TRANSACTION_HEADERS)
    _clock(headers["X-TIMESTAMP"])
    if not _EXTERNAL_ID.fullmatch(headers["X-EXTERNAL-ID"]):
        raise Refusal(400, "01", "X-EXTERNAL-ID")
    if len(headers["CHANNEL-ID"]) > 5:
        raise Refusal(400, "01", "CHANNEL-ID")
    partner = _partner(headers["X-PARTNER-ID"], headers["CHANNEL-ID"])
    _proven(request, partner, headers, body, at)
    _claim(partner, headers["X-EXTERNAL-ID"], at)
    return Request(service, partner, headers["X-EXTERNAL-ID"], _object(body))


def _raw(request: HttpRequest) -> bytes:
    if request.method != "POST":
        raise Refusal(405, "00")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        raise Refusal(400, "00")
    if request.content_type != "application/json":
        raise Refusal(400, "01", "Content-Type")
    return request.body


def _headers(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str]:
    found = {name: request.headers.get(name, "").strip() for name in names}
    for name, value in found.items():
        if not value:
            raise Refusal(400, "02", name)
    return found


def _clock(text: str) -> None:
    try:
        sent = parse_timestamp(text)
    except TimestampError as error:
        raise Refusal(400, "01", "X-TIMESTAMP") from error
    if abs(timezone.now() - sent) > CLOCK_SKEW:
        raise Refusal(400, "01", "X-TIMESTAMP")


def _partner(partner_id: str, channel_id: str) -> PartnerProfile:
    for partner in credentials().partners:
        if partner.partner_id == partner_id:
            if partner.channel_id != channel_id:
                raise Refusal(401, "00", "Unknown Channel")
            return partner
    raise Refusal(401, "00", "Unknown Partner")


def _proven(
    request: HttpRequest, partner: PartnerProfile, headers: Mapping[str, str], body: bytes, at: datetime
) -> None:
    """Type 1 (HMAC with a token) where an Authorization header stands, else type 2 (RSA without one)."""
    given = headers["X-SIGNATURE"]
    said: _Said = {
        "method": "POST",
        "paths": [request.get_full_path()],
        "body": body,
        "timestamp": headers["X-TIMESTAMP"],
    }
    if "Authorization" not in request.headers:
        if signature.verify_rsa([partner.client.public_key], given, **said) is None:
            raise Refusal(401, "03")
        return
    scheme, _, token = request.headers["Authorization"].partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or tokens.owner(token, at=at) != partner.slug:
        raise Refusal(401, "01")
    if signature.verify_hmac(partner.client.client_secret, given, **said, token=token) is None:
        raise Refusal(401, "00", "Signature")


def _claim(partner: PartnerProfile, external_id: str, at: datetime) -> None:
    """Once per partner and WIB calendar day; claimed only after the signature passed."""
    try:
        with transaction.atomic():
            SeenExternalId.objects.create(
                partner=partner.slug, day=timezone.localdate(at), external_id=external_id
            )
    except IntegrityError as error:
        raise Refusal(409, "00") from error


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Refusal(400, "00") from error
    if not isinstance(found, dict):
        raise Refusal(400, "00")
    return found
