"""Our SNAP endpoints: what arrives is stored, proven, claimed, handed on, and answered as SNAP says."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from opd.office.negotiation import AlwaysFirst
from payments.snap import guard, inbox, issued
from payments.snap.clock import format_timestamp
from payments.snap.codes import Service, answer, response_code
from payments.snap.guard import Refusal
from payments.snap.inbox import Arrival
from payments.snap.jsonobject import BodyError, read_object
from payments.snap.models import InboxMessage, ReplayClaim
from payments.snap.registry import answerer_of

log = structlog.get_logger(__name__)
KEPT_OF_OVERSIZED = 4096
"""Of a body past the limit only its beginning is kept, for whoever has to find out what it was."""
DRAINED = 1_048_576


class SnapEndpoint(APIView):
    """One service of ours. A registered handler works its messages off; the answer is 2xx before that."""

    service: Service = Service.QR_NOTIFY
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysFirst

    def post(self, request: Request) -> Response:
        arrival = receive(request._request, self.service)
        message = inbox.store_unproven(arrival)
        try:
            proof = self.prove(arrival)
            message = message or inbox.store_proven(arrival)
            return self.take(arrival, message, proof)
        except Refusal as refusal:
            return self.refuse(message, refusal)

    def prove(self, arrival: Arrival) -> guard.Proof:
        return guard.prove_transaction(arrival)

    def take(self, arrival: Arrival, message: InboxMessage, proof: guard.Proof) -> Response:
        """Accept a proven message and answer it. Raises Refusal."""
        body = _body(arrival, proof)
        accepted = inbox.accept(
            message, proof.partner, body, service=self.service, day=proof.day, reason=proof.note
        )
        if not accepted:
            raise Refusal(409, "00", reason=_used_by(message, proof), partner=proof.partner)
        return self.reply(200)

    def refuse(self, message: InboxMessage | None, refusal: Refusal) -> Response:
        if message is None:
            log.warning("snap_limited", service=self.service.name, reason=refusal.reason)
            return self.reply(429)
        code = response_code(refusal.http, self.service, refusal.case)
        inbox.refuse(message, code=code, reason=refusal.reason, partner=refusal.partner)
        log.warning("snap_refused", inbox_id=message.pk, code=code, reason=refusal.reason)
        return self.reply(refusal.http, refusal.case, refusal.detail)

    def reply(
        self, http: int, case: str = "00", detail: str = "", *, extra: dict[str, Any] | None = None
    ) -> Response:
        body = answer(http, self.service, case, detail) | (extra or {})
        return Response(body, status=http, headers={"X-TIMESTAMP": format_timestamp(timezone.now())})

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        return self.reply(405)

    def handle_exception(self, exc: Exception) -> Response:
        """Whatever broke here, the bank gets a SNAP answer that makes it try again."""
        log.error("snap_failed", service=self.service.name, exc_info=exc)
        return self.reply(500)


class TokenEndpoint(SnapEndpoint):
    """``POST /v1.0/access-token/b2b``: RSA in, a bearer token for 15 minutes out."""

    service = Service.TOKEN_B2B

    def prove(self, arrival: Arrival) -> guard.Proof:
        return guard.prove_token_request(arrival)

    def take(self, arrival: Arrival, message: InboxMessage, proof: guard.Proof) -> Response:
        _client_credentials(arrival, proof)
        token = issued.issue(proof.partner, at=arrival.received_at)
        inbox.finish_token_request(message, proof.partner, at=arrival.received_at, reason=proof.note)
        extra = {
            "accessToken": token,
            "tokenType": "Bearer",
            "expiresIn": str(int(issued.LIFE.total_seconds())),
            "additionalInfo": {},
        }
        return self.reply(200, extra=extra)


class AnswerEndpoint(SnapEndpoint):
    """A service whose answer has content: the registered answerer gives it, once for each message."""

    def take(self, arrival: Arrival, message: InboxMessage, proof: guard.Proof) -> Response:
        answerer = answerer_of(self.service)
        if answerer is None:
            raise Refusal(405, "00", reason="layanan ini belum ada penjawabnya", partner=proof.partner)
        body = _body(arrival, proof)
        try:
            reply = inbox.answer(
                message,
                proof.partner,
                body,
                answerer=answerer,
                service=self.service,
                day=proof.day,
                reason=proof.note,
            ) or inbox.repeat(message, proof.partner, service=self.service, day=proof.day)
        except Exception as error:  # nothing was done: the bank must ask again
            log.exception("snap_answerer_failed", inbox_id=message.pk, service=self.service.name)
            raise Refusal(500, "00", reason="penjawab gagal", partner=proof.partner) from error
        if reply is None:
            raise Refusal(409, "00", reason=_used_by(message, proof), partner=proof.partner)
        return self.reply(reply.http, reply.case, reply.detail, extra=reply.members)


def _body(arrival: Arrival, proof: guard.Proof) -> dict[str, Any]:
    try:
        return read_object(arrival.body)
    except BodyError as error:
        raise Refusal(400, "00", reason=str(error), partner=proof.partner) from error


def _client_credentials(arrival: Arrival, proof: guard.Proof) -> None:
    """SNAP writes ``grantType``; clients that follow RFC 6749 write ``grant_type``."""
    body = _body(arrival, proof)
    grant = body.get("grantType", body.get("grant_type"))
    if grant is None or grant == "":
        raise Refusal(400, "02", "grantType", reason="grantType tidak ada", partner=proof.partner)
    if grant != "client_credentials":
        raise Refusal(400, "01", "grantType", reason="grantType lain", partner=proof.partner)


def receive(request: HttpRequest, service: Service) -> Arrival:
    """What came in, with no more than the limit of its body in memory."""
    read = _reader(request)
    body = read(guard.LARGEST_BODY + 1)
    declared = request.META.get("CONTENT_LENGTH") or "0"
    size = max(len(body), int(declared) if declared.isdecimal() else 0)
    if size > guard.LARGEST_BODY:
        body = body[:KEPT_OF_OVERSIZED]
        read(DRAINED)  # so that the sender hears our answer instead of a broken pipe
    return Arrival(
        service=service,
        method=request.method or "",
        path=request.get_full_path(),
        headers={name.lower(): value.strip() for name, value in request.headers.items()},
        body=body,
        size=size,
        remote_addr=remote_address(request),
        received_at=timezone.now(),
    )


def _reader(request: HttpRequest) -> Callable[[int], bytes]:
    """Reads the body. Django takes one without Content-Length for empty; a chunked one is read to its end."""
    chunked = "CONTENT_LENGTH" not in request.META and request.headers.get("Transfer-Encoding")
    if chunked and request.META.get("wsgi.input_terminated"):
        return request.META["wsgi.input"].read  # type: ignore[no-any-return]
    return request.read


def remote_address(request: HttpRequest) -> str:
    """Where a request comes from; behind our own proxy, what that proxy saw (the last it appended)."""
    text = str(request.META.get("REMOTE_ADDR") or "")
    if settings.BEHIND_PROXY:
        text = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or text
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _used_by(message: InboxMessage, proof: guard.Proof) -> str:
    claim = ReplayClaim.objects.filter(
        partner=proof.partner, day=proof.day, external_id=message.external_id
    ).first()
    return f"X-EXTERNAL-ID sudah dipakai pesan {claim.message_id}" if claim else "X-EXTERNAL-ID sudah dipakai"
