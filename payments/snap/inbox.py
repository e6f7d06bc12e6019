"""The raw inbox: stored before it is understood, accepted once, handed on, marked when its work is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog
from django.db import connection, transaction

from opd.office import crypto
from payments.snap import limits, packs
from payments.snap.codes import Service, parse_response_code, response_code
from payments.snap.jsonobject import read_object, write_object
from payments.snap.models import InboxMessage, Partner, ReplayClaim
from payments.snap.registry import Answerer, Notice, Reply, handler_of

log = structlog.get_logger(__name__)
State = InboxMessage.State


class InboxError(ValueError):
    """There is no such message, or it was never accepted."""


@dataclass(frozen=True)
class Arrival:
    """One request as it came in. ``body`` is cut where ``size`` passed the limit; header names lower-case."""

    service: Service
    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    size: int
    remote_addr: str
    received_at: datetime

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")


_STORE = """
    INSERT INTO snap_inboxmessage (received_at, service, path, remote_addr, headers, external_id, body,
                                   body_size, body_sha256, state, verdict, reason, outcome)
    SELECT %(received_at)s, %(service)s, %(path)s, %(remote_addr)s, %(headers)s::jsonb, %(external_id)s,
           %(body)s, %(body_size)s, %(body_sha256)s, 'received', '', '', ''
"""
_STORE_UNPROVEN = f"{_STORE} WHERE ({limits.HAS_ROOM}) RETURNING id"
_STORE_PROVEN = f"{_STORE} RETURNING id"


def store_unproven(arrival: Arrival) -> InboxMessage | None:
    """Keep an arrival before judging it, in one round trip; None where unproven input filled its share."""
    return _store(_STORE_UNPROVEN, arrival)


def store_proven(arrival: Arrival) -> InboxMessage:
    """Keep an arrival whose sender is proven, whatever others sent."""
    message = _store(_STORE_PROVEN, arrival)
    assert message is not None
    return message


def _store(statement: str, arrival: Arrival) -> InboxMessage | None:
    headers = _kept_headers(arrival)
    columns: dict[str, Any] = {
        "received_at": arrival.received_at,
        "service": arrival.service.code,
        "path": _printable(arrival.path, 300),
        "remote_addr": arrival.remote_addr,
        "external_id": _printable(arrival.header("X-EXTERNAL-ID"), 36),
        "body": crypto.encrypt(arrival.body),
        "body_size": arrival.size,
        "body_sha256": hashlib.sha256(arrival.body).hexdigest(),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, {**columns, **limits.share(), "headers": json.dumps(headers)})
        row = cursor.fetchone()
    return InboxMessage(pk=row[0], headers=headers, **columns) if row else None


def refuse(message: InboxMessage, *, code: str, reason: str, partner: Partner | None) -> None:
    """Close a message with the code we answered; it can never be accepted after."""
    changed = {"state": State.REFUSED, "verdict": code, "reason": reason[:200], "partner": partner}
    InboxMessage.objects.filter(pk=message.pk, state=State.RECEIVED).update(**changed)


def accept(
    message: InboxMessage, partner: Partner, body: dict[str, Any], *, service: Service, day: date, reason: str
) -> bool:
    """Claim (partner, day, external id), accept the message and hand it to the handler, in one transaction.

    False where the external id was used that day already. A handler that fails loses nothing: its writes are
    undone, the message stays pending.
    """
    with transaction.atomic():
        if not _accept(message, partner, day, verdict=response_code(200, service), reason=reason):
            return False
        _hand_over(Notice(message.pk, partner.pk, service, body, message.received_at))
    return True


def answer(
    message: InboxMessage,
    partner: Partner,
    body: dict[str, Any],
    *,
    answerer: Answerer,
    service: Service,
    day: date,
    reason: str,
) -> Reply | None:
    """Claim the external id, let ``answerer`` answer, keep what it said: in one transaction, or not at all.

    None where the external id was used that day already; whatever the answerer raises is the caller's.
    """
    with transaction.atomic():
        if not _claim(message, partner, day):
            return None
        reply = answerer(Notice(message.pk, partner.pk, service, body, message.received_at))
        code = response_code(reply.http, service, reply.case)
        InboxMessage.objects.filter(pk=message.pk).update(
            state=State.PROCESSED,
            partner=partner,
            verdict=code,
            reason=reason[:200],
            outcome=f"dijawab {code} {reply.detail}".strip()[:200],
            processed_at=message.received_at,
            answer=crypto.encrypt(write_object({"detail": reply.detail, "members": reply.members})),
        )
    return reply


def repeat(message: InboxMessage, partner: Partner, *, service: Service, day: date) -> Reply | None:
    """The answer that this very message had before, where a bank sends it again under its external id.

    None where the external id was used for another message: that is a conflict.
    """
    claim = ReplayClaim.objects.filter(partner=partner, day=day, external_id=message.external_id)
    first = InboxMessage.objects.filter(claim__in=claim, service=service.code, state=State.PROCESSED).first()
    if first is None or first.answer is None or first.body_sha256 != message.body_sha256:
        return None
    InboxMessage.objects.filter(pk=message.pk).update(
        state=State.REPEATED, partner=partner, verdict=first.verdict, reason=f"ulangan pesan {first.pk}"
    )
    code = parse_response_code(first.verdict)
    said = read_object(crypto.decrypt(bytes(first.answer)))
    return Reply(code.http, code.case, said["detail"], said["members"])


def finish_token_request(message: InboxMessage, partner: Partner, *, at: datetime, reason: str) -> None:
    """Close a granted access-token request: no external id, nothing to work off."""
    InboxMessage.objects.filter(pk=message.pk).update(
        state=State.PROCESSED,
        partner=partner,
        verdict=response_code(200, Service.TOKEN_B2B),
        reason=reason[:200],
        outcome="token diberikan",
        processed_at=at,
    )


def pending(service: Service, limit: int) -> list[Notice]:
    """Accepted messages of ``service`` whose work is not done, oldest first."""
    rows = InboxMessage.objects.filter(service=service.code, state=State.ACCEPTED).order_by("id")[:limit]
    return [_notice(row) for row in rows]


def notice(inbox_id: int) -> Notice | None:
    """An accepted or processed message by its id; None where there is none, or its body was erased."""
    rows = InboxMessage.objects.filter(pk=inbox_id, state__in=[State.ACCEPTED, State.PROCESSED])
    rows = rows.exclude(service=Service.TOKEN_B2B.code).exclude(body=None, pack=None)
    row = rows.select_related("pack").first()
    return _notice(row) if row else None


def mark_processed(inbox_id: int, outcome: str, *, at: datetime) -> bool:
    """The message's work is done; joins the caller's transaction. False where it was done before.

    Raises InboxError for a message that was never accepted, ValueError for an empty outcome.
    """
    if not outcome:
        raise ValueError("hasil pemrosesan tidak boleh kosong")
    rows = InboxMessage.objects.filter(pk=inbox_id)
    if rows.filter(state=State.ACCEPTED).update(
        state=State.PROCESSED, outcome=outcome[:200], processed_at=at
    ):
        return True
    if rows.filter(state=State.PROCESSED).exists():
        return False
    raise InboxError(f"Pesan {inbox_id} tidak ada atau tidak pernah diterima sebagai sah.")


def _notice(row: InboxMessage) -> Notice:
    sealed = packs.sealed_body(row)
    if row.partner_id is None or sealed is None:
        raise InboxError(f"Pesan {row.pk} tidak lengkap.")
    body = read_object(crypto.decrypt(sealed))
    return Notice(row.pk, row.partner_id, Service.of(row.service), body, row.received_at)


_CLAIM = """
    INSERT INTO snap_replayclaim (partner_id, day, external_id, message_id)
    VALUES (%(partner)s, %(day)s, %(external_id)s, %(message)s)
    ON CONFLICT (partner_id, day, external_id) DO NOTHING
"""
_ACCEPT = f"""
    WITH claim AS ({_CLAIM} RETURNING message_id)
    UPDATE snap_inboxmessage AS m
    SET state = 'accepted', partner_id = %(partner)s, verdict = %(verdict)s, reason = %(reason)s
    FROM claim WHERE m.id = claim.message_id
"""  # noqa: S608 constants alone


def _claim(message: InboxMessage, partner: Partner, day: date) -> bool:
    """Take the external id; a concurrent claim of the same one waits here until the first is committed."""
    return _changes_one(_CLAIM, message, partner, day)


def _accept(message: InboxMessage, partner: Partner, day: date, *, verdict: str, reason: str) -> bool:
    """Take the external id and accept the message, in one round trip."""
    return _changes_one(_ACCEPT, message, partner, day, verdict=verdict, reason=reason[:200])


def _changes_one(statement: str, message: InboxMessage, partner: Partner, day: date, **more: str) -> bool:
    values: dict[str, Any] = {
        "partner": partner.pk,
        "day": day,
        "external_id": message.external_id,
        "message": message.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, **more})
        return bool(cursor.rowcount == 1)


def _hand_over(notice: Notice) -> None:
    handler = handler_of(notice.service)
    if handler is None:
        return
    try:
        with transaction.atomic():
            handler(notice)
    except Exception:
        log.exception("snap_handler_failed", inbox_id=notice.inbox_id, service=notice.service.name)


KEPT_HEADERS = (
    *("content-type", "x-timestamp", "x-signature", "x-partner-id", "x-external-id", "channel-id"),
    *("x-client-key", "authorization", "origin", "user-agent"),
)


def _kept_headers(arrival: Arrival) -> dict[str, str]:
    """The headers that matter later; of a bearer token only its SHA-256, as ``IssuedToken`` keeps it."""
    kept = {name: _printable(arrival.header(name), 1000) for name in KEPT_HEADERS if arrival.header(name)}
    if "authorization" in kept:
        token = arrival.header("authorization").partition(" ")[2].strip()
        kept["authorization"] = f"Bearer sha256:{hashlib.sha256(token.encode()).hexdigest()}"
    return kept


def _printable(text: str, limit: int) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text[:limit])
