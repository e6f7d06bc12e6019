"""SNAP over HTTP under ``/v1.0/``: the door, the planned behaviour, the deed, the answer, the log."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from payments.sandbox import acquirer, behaviour, door, merchant_qr, statements, tokens, transfers
from payments.sandbox.door import Pending, Refusal, Request
from payments.sandbox.models import Behaviour, Call, SeenExternalId
from payments.snap.clock import format_timestamp
from payments.snap.codes import Service, answer

logger = logging.getLogger(__name__)
Deed = Callable[..., dict[str, Any]]
_KEPT = timedelta(days=7)


@csrf_exempt
def access_token(request: HttpRequest) -> HttpResponse:
    """Service 73: a token for a partner who signed with its RSA key."""
    at, partner = timezone.now(), None
    try:
        partner = door.open_token_call(request)
        found = {
            "accessToken": tokens.issue(partner, at=at),
            "tokenType": "Bearer",
            "expiresIn": str(int(tokens.LIFETIME.total_seconds())),
            "additionalInfo": {},
        }
        response = _reply(200, {**answer(200, Service.TOKEN_B2B), **found})
    except Refusal as refusal:
        response = _refused(Service.TOKEN_B2B, refusal)
    opened = Request(Service.TOKEN_B2B, partner, "", {}) if partner else None
    _forget(at - _KEPT)
    _log(request, Service.TOKEN_B2B, opened, None, response, at)
    return response


def _query(request: Request, *, at: datetime) -> dict[str, Any]:
    """Service 51 asks about a QRIS that the bank gave out, or about one that was paid through it."""
    if request.body.get("serviceCode") == Service.QR_PAYMENT.code:
        return merchant_qr.query(request, at=at)
    return acquirer.query(request, at=at)


DEEDS: Mapping[Service, Deed] = {
    Service.QR_GENERATE: acquirer.generate,
    Service.QR_QUERY: _query,
    Service.QR_CANCEL: acquirer.cancel,
    Service.QR_REFUND: acquirer.refund,
    Service.QR_DECODE: merchant_qr.decode,
    Service.QR_PAYMENT: merchant_qr.pay,
    Service.BANK_STATEMENT: statements.statement,
    **transfers.SERVICES,
}


@csrf_exempt
def serve(request: HttpRequest, *, service: Service) -> HttpResponse:
    """Any transaction service of the bank."""
    return _serve(request, service, DEEDS[service])


def _serve(request: HttpRequest, service: Service, deed: Deed) -> HttpResponse:
    at = timezone.now()
    opened: Request | None = None
    planned: Behaviour | None = None
    try:
        opened = door.open_transaction_call(request, service, at=at)
        planned = behaviour.take(service)
        response = _do(opened, planned, deed, at)
    except Refusal as refusal:
        response = _refused(service, refusal)
    except Exception:
        logger.exception("bank gagal melayani %s", service.path)
        response = _refused(service, Refusal(500, "00"))
    _log(request, service, opened, planned, response, at)
    if planned and planned.mode in {Behaviour.Mode.SILENT, Behaviour.Mode.LOST}:
        return _keep_waiting(service)
    return response


def _do(opened: Request, planned: Behaviour | None, deed: Deed, at: datetime) -> HttpResponse:
    mode = planned.mode if planned else ""
    if planned and mode == Behaviour.Mode.REFUSE:
        raise Refusal(int(planned.case[:3]), planned.case[3:], "Uji coba")
    if mode == Behaviour.Mode.SILENT:
        raise Refusal(504, "00")
    waits = planned is not None and mode in behaviour.WAITING
    if planned and waits:
        opened = replace(opened, pending=Pending(mode == Behaviour.Mode.FAILING, planned.seconds))
    body = deed(opened, at=at)
    status = 202 if waits else 200
    return _reply(status, {**answer(status, opened.service), **body})


def _keep_waiting(service: Service) -> HttpResponse:
    """No answer until the caller has hung up; no database connection is held meanwhile."""
    connection.close()
    time.sleep(settings.SANDBOX_SILENCE_SECONDS)
    return _refused(service, Refusal(504, "00"))


def _refused(service: Service, refusal: Refusal) -> HttpResponse:
    return _reply(refusal.http, answer(refusal.http, service, refusal.case, refusal.detail))


def _reply(status: int, body: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(body, status=status)
    response["X-TIMESTAMP"] = format_timestamp(timezone.now())
    response["Cache-Control"] = "no-store"
    return response


def _forget(before: datetime) -> None:
    """Old traces go when a token is given: a demonstration may run for months."""
    Call.objects.filter(at__lt=before).delete()
    SeenExternalId.objects.filter(day__lt=timezone.localdate(before)).delete()


def _log(
    request: HttpRequest,
    service: Service,
    opened: Request | None,
    planned: Behaviour | None,
    response: HttpResponse,
    at: datetime,
) -> None:
    said = json.loads(response.content)
    body = opened.body if opened else {}
    names = ("partnerReferenceNo", "partnerRefundNo", "originalPartnerReferenceNo")
    reference = next((body[name] for name in names if body.get(name)), "")
    Call.objects.create(
        at=at,
        partner=opened.partner.slug if opened else "",
        service=service.code,
        external_id=request.headers.get("X-EXTERNAL-ID", "")[:36],
        reference=str(reference or body.get("originalReferenceNo", ""))[:64],
        response_code=said["responseCode"],
        message=said["responseMessage"][:200],
        mode=planned.mode if planned else "",
    )
