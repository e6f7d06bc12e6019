"""Our side as a client: one call, and the honest word for what it did.

Retried only where that can't do a thing twice: after "token invalid" (the bank refused before acting), and
after a connection failure for services that only ask. Never redirected, never inside a transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.utils import timezone

from payments.snap import calls, held, keys, signature, vault
from payments.snap.clock import format_timestamp
from payments.snap.codes import QUERIES, Service, parse_response_code
from payments.snap.jsonobject import write_object
from payments.snap.models import Partner
from payments.snap.transport import CONNECTION_FAILURES

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Success:
    """The bank did it, and says so with the right code."""

    body: dict[str, Any] = field(repr=False)
    call_id: int


@dataclass(frozen=True)
class Refused:
    """The bank did not do it: a well-formed 4xx answer."""

    code: str
    message: str
    body: dict[str, Any] = field(repr=False)
    call_id: int


@dataclass(frozen=True)
class Unknown:
    """Nobody knows whether the bank did it. ``call_id`` is None where nothing was sent."""

    reason: str
    call_id: int | None


Outcome = Success | Refused | Unknown


def call(partner: Partner, service: Service, body: Mapping[str, Any], *, at: datetime) -> Outcome:
    """Call ``service`` at the partner's address, signed as its profile says. ``at``: when this was decided.

    X-TIMESTAMP is the clock at sending. Raises RuntimeError inside an open transaction, BodyError for a body
    with binary fractions; troubles of the wire and of credentials are outcomes, not exceptions.
    """
    content = write_object(body)
    if not Partner.objects.usable().filter(pk=partner.pk).exists():
        return Unknown("Mitra bank tidak aktif; tidak ada yang dikirim.", None)
    try:
        return _call(partner, service, content, _reference(body), at)
    except held.NoToken as error:
        return _without_token(error)
    except (vault.SecretMissing, keys.RsaKeyError) as error:
        log.error("snap_credentials", partner=partner.slug, problem=str(error))  # noqa: TRY400
        return Unknown(str(error), None)


def _call(partner: Partner, service: Service, content: bytes, reference: str, at: datetime) -> Outcome:
    token = held.token(partner, at=at) if partner.signature_mode == Partner.SignatureMode.HMAC else None
    first = exchange(partner, service, content, token=token, reference=reference, at=at)
    if token is not None and _token_refused(first):
        token = held.token(partner, at=at, rejected=token)
    elif not (first.trouble in CONNECTION_FAILURES and service in QUERIES):
        return _outcome(first)
    again = exchange(
        partner, service, content, token=token, reference=reference, at=at, retry_of=first.call_id
    )
    return _outcome(again)


def exchange(
    partner: Partner,
    service: Service,
    content: bytes,
    *,
    token: str | None,
    reference: str,
    at: datetime,
    retry_of: int | None = None,
) -> calls.Exchange:
    """One signed call: type 1 with ``token``, type 2 without."""
    headers = _headers(partner, service, content, token)
    call = calls.open_call(partner, service, content, asked_at=at, reference=reference, retry_of=retry_of)
    headers["X-EXTERNAL-ID"] = call.external_id
    return calls.send(call, held.url_of(partner, service), headers, content)


def _headers(partner: Partner, service: Service, content: bytes, token: str | None) -> dict[str, str]:
    timestamp = format_timestamp(timezone.now())
    text = signature.transaction_string(
        method=service.method,
        path=partner.path_prefix + service.path,
        body=content,
        timestamp=timestamp,
        token=token,
    )
    encoding = held.encoding_of(partner)
    if token is None:
        signed = signature.sign_rsa(partner.own_private_key(), text, encoding)
    else:
        signed = signature.sign_hmac(partner.own_secret(), text, encoding)
    return {
        "Content-Type": "application/json",
        "X-TIMESTAMP": timestamp,
        "X-SIGNATURE": signed,
        "X-PARTNER-ID": partner.partner_id,
        "CHANNEL-ID": partner.channel_id,
        **({"Authorization": f"Bearer {token}"} if token is not None else {}),
    }


def _token_refused(exchange: calls.Exchange) -> bool:
    if exchange.answer.kind != "refused":
        return False
    code = parse_response_code(exchange.answer.code)
    return code.http == 401 and code.case in {"01", "03"}


def _outcome(exchange: calls.Exchange) -> Outcome:
    answer = exchange.answer
    if answer.kind == "success":
        return Success(answer.body, exchange.call_id)
    if answer.kind == "refused":
        return Refused(answer.code, answer.message, answer.body, exchange.call_id)
    return Unknown(answer.reason, exchange.call_id)


def _without_token(error: held.NoToken) -> Outcome:
    """The service was never called; the refusal of a token is as certain as one of the call itself."""
    return _outcome(error.exchange) if error.exchange else Unknown(str(error), None)


def _reference(body: Mapping[str, Any]) -> str:
    found = body.get("partnerReferenceNo") or body.get("originalPartnerReferenceNo")
    return found if isinstance(found, str) else ""
