"""What the settings page reads: partners with their keys, the last calls, the last messages, masked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from opd.office import crypto
from payments.snap import keys, packs, vault
from payments.snap.codes import CodeError, Service
from payments.snap.jsonobject import BodyError, read_object
from payments.snap.masking import masked
from payments.snap.models import InboxMessage, OutgoingCall, Partner, PartnerKey


@dataclass(frozen=True)
class PartnerRow:
    """One line of the list. ``waiting`` counts verified messages whose work is not done."""

    partner: Partner
    valid_keys: int
    last_call_at: datetime | None
    last_call_state: str
    last_message_at: datetime | None
    waiting: int


@dataclass(frozen=True)
class Credential:
    """A credential without its value: where it lies, and a key's fingerprint where it can be read."""

    label: str
    origin: str
    fingerprint: str = ""


@dataclass(frozen=True)
class CallRow:
    call: OutgoingCall
    service_name: str
    request: str = field(repr=False)
    response: str = field(repr=False)


@dataclass(frozen=True)
class MessageRow:
    message: InboxMessage
    service_name: str
    body: str = field(repr=False)


def partners(*, at: datetime) -> list[PartnerRow]:
    """Every partner, closed ones too, by name."""
    calls = OutgoingCall.objects.filter(partner=OuterRef("pk")).order_by("-pk")
    messages = InboxMessage.objects.filter(partner=OuterRef("pk")).order_by("-pk")
    valid = Q(keys__valid_from__lte=at) & (Q(keys__valid_to=None) | Q(keys__valid_to__gt=at))
    waiting = InboxMessage.objects.filter(partner=OuterRef("pk"), state=InboxMessage.State.ACCEPTED)
    facts = Partner.objects.annotate(
        valid_keys=Count("keys", filter=valid),
        last_call_at=Subquery(calls.values("sent_at")[:1]),
        last_call_state=Subquery(calls.values("state")[:1]),
        last_message_at=Subquery(messages.values("received_at")[:1]),
        waiting=Subquery(waiting.order_by().values("partner").annotate(n=Count("pk")).values("n")),
    ).values("pk", "valid_keys", "last_call_at", "last_call_state", "last_message_at", "waiting")
    by_id = {row.pop("pk"): row for row in facts}
    return [_partner_row(partner, by_id[partner.pk]) for partner in Partner.objects.all()]


def credentials(partner: Partner) -> list[Credential]:
    """Our credentials and the bank's secret, for the page: never a value."""
    return [
        Credential("Client secret kami", vault.origin(partner.client_secret)),
        _key("Kunci privat kami", partner.private_key),
        _key("Kunci privat cadangan", partner.next_private_key),
        Credential("Client secret bank", vault.origin(partner.inbound_client_secret)),
    ]


def bank_keys(partner: Partner) -> list[PartnerKey]:
    """The bank's public keys, newest first, ended ones too."""
    return list(partner.keys.all())


def recent_calls(partner: Partner, *, limit: int = 50) -> list[CallRow]:
    """Our last calls, newest first, bodies masked."""
    rows = OutgoingCall.objects.filter(partner=partner).order_by("-pk")[:limit]
    return [
        CallRow(row, _service_name(row.service), _shown(row.request), _shown(row.response)) for row in rows
    ]


def recent_messages(partner: Partner | None = None, *, limit: int = 50) -> list[MessageRow]:
    """The last messages that arrived, refused ones too, newest first, bodies masked; None: from anybody."""
    rows = InboxMessage.objects.select_related("partner", "pack").order_by("-pk")
    if partner is not None:
        rows = rows.filter(partner=partner)
    return [MessageRow(row, _service_name(row.service), _body_shown(row)) for row in rows[:limit]]


def message(inbox_id: int) -> MessageRow | None:
    """One message by its id, body masked."""
    row = InboxMessage.objects.select_related("partner", "pack").filter(pk=inbox_id).first()
    return MessageRow(row, _service_name(row.service), _body_shown(row)) if row else None


def _partner_row(partner: Partner, facts: dict[str, Any]) -> PartnerRow:
    return PartnerRow(
        partner,
        facts["valid_keys"],
        facts["last_call_at"],
        _state_label(facts["last_call_state"]),
        facts["last_message_at"],
        facts["waiting"] or 0,
    )


def _key(label: str, sealed: str) -> Credential:
    try:
        fingerprint = keys.fingerprint(keys.public_of(vault.reveal(sealed, label)))
    except (vault.SecretMissing, keys.RsaKeyError):
        fingerprint = ""
    return Credential(label, vault.origin(sealed), fingerprint)


def _body_shown(row: InboxMessage) -> str:
    try:
        return _shown(packs.sealed_body(row))
    except FileNotFoundError:
        return "(tidak ada di penyimpanan arsip)"


def _shown(sealed: bytes | memoryview | None) -> str:
    """A stored body as indented JSON with people masked; what is no JSON object shows only its size."""
    if sealed is None:
        return ""
    try:
        plain = crypto.decrypt(bytes(sealed))
    except crypto.DecryptionError:
        return "(tidak dapat dibuka dengan FIELD_KEYS yang ada)"
    try:
        body: dict[str, Any] = read_object(plain)
    except BodyError:
        return f"({len(plain)} byte, bukan objek JSON)"
    return json.dumps(masked(body), ensure_ascii=False, indent=2, default=str)


def _service_name(code: str) -> str:
    try:
        return Service.of(code).path
    except CodeError:
        return code


def _state_label(state: str | None) -> str:
    return str(OutgoingCall.State(state).label) if state else ""
