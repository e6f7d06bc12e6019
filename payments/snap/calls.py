"""Our calls as rows: the intent is committed before anything leaves, the result is written after."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from opd.office import crypto
from opd.office.calendar import day_of
from payments.snap import transport
from payments.snap.answers import Answer, read_answer
from payments.snap.codes import Service
from payments.snap.models import OutgoingCall, Partner
from payments.snap.transport import TransportError

log = structlog.get_logger(__name__)
State = OutgoingCall.State


@dataclass(frozen=True)
class Exchange:
    """What one HTTP call brought: the answer, and the trouble where none came."""

    call_id: int
    answer: Answer
    trouble: str = ""
    http_status: int | None = None
    bank_time: str = ""


def open_call(
    partner: Partner,
    service: Service,
    content: bytes,
    *,
    asked_at: datetime,
    reference: str = "",
    retry_of: int | None = None,
) -> OutgoingCall:
    """Commit the intent. Raises RuntimeError inside an open transaction: nothing may call outside there.

    X-EXTERNAL-ID: the WIB day, the row's own number, six random digits; so it stays unique within a day even
    where a database was restored and counts again.
    """
    now = timezone.now()
    with transaction.atomic(durable=True):
        call = OutgoingCall.objects.create(
            partner=partner,
            service=service.code,
            reference=reference[:64],
            retry_of_id=retry_of,
            request=crypto.encrypt(content),
            asked_at=asked_at,
            sent_at=now,
        )
        call.external_id = f"{day_of(now):%Y%m%d}{call.pk:012}{secrets.randbelow(10**6):06}"
        call.save(update_fields=["external_id"])
    return call


def send(call: OutgoingCall, url: str, headers: Mapping[str, str], content: bytes) -> Exchange:
    """Make the call and close its row with what came back."""
    service, started = Service.of(call.service), time.monotonic()
    try:
        reply = transport.send(service.method, url, headers, content)
    except TransportError as error:
        answer = Answer("unknown", str(error))
        _close(call, answer, started)
        return Exchange(call.pk, answer, trouble=error.trouble)
    answer = read_answer(service, reply.status, reply.body)
    kept = None if service is Service.TOKEN_B2B else crypto.encrypt(reply.body)
    _close(call, answer, started, http_status=reply.status, response=kept)
    return Exchange(call.pk, answer, http_status=reply.status, bank_time=_time(reply.headers))


def _time(headers: Mapping[str, str]) -> str:
    """What the bank's clock showed: SNAP's X-TIMESTAMP, else HTTP's Date."""
    lower = {name.lower(): value for name, value in headers.items()}
    return lower.get("x-timestamp") or lower.get("date", "")


def _close(call: OutgoingCall, answer: Answer, started: float, **fields: Any) -> None:
    duration = int((time.monotonic() - started) * 1000)
    fields |= {"state": answer.kind, "response_code": answer.code, "duration_ms": duration}
    OutgoingCall.objects.filter(pk=call.pk, state=State.SENT).update(**fields, reason=answer.reason[:200])
    log.info(
        "snap_call",
        call_id=call.pk,
        partner=call.partner.slug,
        service=call.service,
        state=answer.kind,
        code=answer.code,
        reason=answer.reason,
        duration_ms=duration,
    )
