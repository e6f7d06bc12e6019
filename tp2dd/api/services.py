"""What an administrator does: register a consumer, issue and revoke tokens, subscribe, stop, send again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction

from opd import audit
from opd.models import Opd, User
from opd.office import crypto
from opd.office.calendar import bounds, day_of
from opd.office.queue import nudge
from tp2dd.api.entry import digest_of
from tp2dd.api.models import AccessToken, Consumer, Delivery, DeliveryState, Subscription
from tp2dd.api.webhooks import feeding, sending, signing
from tp2dd.api.webhooks.targets import TargetError, parts_of, target_of

_PREFIX = "ntn_"
_HINT = 10


class ApiError(Exception):
    """The deed is refused; nothing changed. ``field`` is the form's field it is about."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class ConsumerDraft:
    """``addresses`` are networks in CIDR notation; days are WIB, inclusive."""

    name: str
    purpose: str
    owner: str
    contact: str
    letter_number: str
    letter_date: date
    opd: Opd | None
    valid_from: date
    valid_to: date
    addresses: Sequence[str] = field(default_factory=list)
    per_minute: int = 120


@transaction.atomic
def register(draft: ConsumerDraft, *, by: User, at: datetime) -> Consumer:
    """Raises ValidationError for a name that stands already or days out of order."""
    values = {**vars(draft), "addresses": list(draft.addresses)}
    consumer = Consumer(**values, registered_at=at, registered_by=by)
    consumer.full_clean()
    consumer.save()
    after = {"name": draft.name, "letter": draft.letter_number, "opd": consumer.opd_id}
    audit.record("api.register", consumer, by=by, at=at, after=after)
    return consumer


@transaction.atomic
def close(*, consumer: Consumer, reason: str, by: User, at: datetime) -> None:
    """For good: its tokens open nothing and its webhooks stop. Raises ApiError where it was closed before."""
    if not Consumer.objects.filter(pk=consumer.pk, closed_at=None).update(closed_at=at, close_reason=reason):
        raise ApiError("Sistem ini sudah ditutup.")
    for subscription in consumer.subscriptions.all():
        sending.end(subscription, reason=f"Sistem ditutup: {reason}"[:300], at=at)
    audit.record("api.close", consumer, by=by, at=at, reason=reason)


@transaction.atomic
def issue(
    *, consumer: Consumer, label: str, scopes: Sequence[str], until: date, by: User, at: datetime
) -> tuple[AccessToken, str]:
    """A new token and its only copy in clear, valid through a WIB day. Raises ApiError."""
    consumer = _standing(consumer, at)
    if not day_of(at) <= until <= consumer.valid_to:
        raise ApiError("Token berlaku paling lama sampai akhir akses sistem.", "until")
    key = _PREFIX + secrets.token_urlsafe(32)
    access = AccessToken.objects.create(
        consumer=consumer,
        label=label,
        digest=digest_of(key),
        hint=key[:_HINT],
        scopes=sorted(scopes),
        issued_at=at,
        issued_by=by,
        expires_at=bounds(until)[1],
    )
    after = {"consumer": consumer.pk, "label": label, "scopes": access.scopes, "until": until.isoformat()}
    audit.record("api.issue", access, by=by, at=at, after=after)
    return access, key


@transaction.atomic
def revoke(*, access: AccessToken, reason: str, by: User, at: datetime) -> None:
    """Raises ApiError where it was revoked before."""
    standing = AccessToken.objects.filter(pk=access.pk, revoked_at=None)
    if not standing.update(revoked_at=at, revoke_reason=reason):
        raise ApiError("Token ini sudah dicabut.")
    audit.record("api.revoke", access, by=by, at=at, reason=reason)


def subscribe(
    *,
    consumer: Consumer,
    url: str,
    events: Sequence[str],
    networks: Sequence[str],
    by: User,
    at: datetime,
) -> tuple[Subscription, str]:
    """A new subscription and the only copy in clear of its secret. Raises ApiError.

    The name is resolved here to refuse what could never be sent; it is judged again at each sending.
    """
    try:
        target_of(url, narrowed=networks, inside=settings.WEBHOOK_NETWORKS)
    except TargetError as error:
        raise ApiError(str(error), "url") from error
    secret = signing.new_secret()
    with transaction.atomic():
        consumer = _standing(consumer, at)
        subscription = Subscription.objects.create(
            consumer=consumer,
            url=url,
            events=sorted(events),
            networks=list(networks),
            sealed_secret=crypto.encrypt(secret.encode()),
            from_xid=_own_transaction(),
            created_at=at,
            created_by=by,
        )
        after = {"consumer": consumer.pk, "host": parts_of(url)[1], "events": subscription.events}
        audit.record("api.subscribe", subscription, by=by, at=at, after=after)
    return subscription, secret


@transaction.atomic
def unsubscribe(*, subscription: Subscription, reason: str, by: User, at: datetime) -> None:
    """For good; what waits is not sent. Raises ApiError where it ended before."""
    if not sending.end(subscription, reason=reason, at=at):
        raise ApiError("Langganan ini sudah berhenti.")
    audit.record("api.end", subscription, by=by, at=at, reason=reason)


@transaction.atomic
def resend(*, delivery: Delivery, by: User, at: datetime) -> None:
    """Send one again at once, with the same id and body, and the whole back-off. Raises ApiError."""
    if delivery.subscription.ended_at:
        raise ApiError("Langganan ini sudah berhenti.")
    closed = Delivery.objects.filter(pk=delivery.pk).exclude(state=DeliveryState.WAITING)
    waiting = {"state": DeliveryState.WAITING, "tries": 0, "next_try_at": at, "closed_at": None}
    if not closed.update(**waiting, asked_by=by):
        hurried = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING, next_try_at__gt=at)
        hurried.update(next_try_at=at, asked_by=by)
    audit.record("api.resend", delivery, by=by, at=at)
    nudge(feeding.TASK)


def _standing(consumer: Consumer, at: datetime) -> Consumer:
    """The consumer as it stands, which nobody closes before this transaction ends. Raises ApiError."""
    found = Consumer.objects.select_for_update().get(pk=consumer.pk)
    if found.closed_at or found.valid_to < day_of(at):
        raise ApiError("Akses sistem ini sudah berakhir.")
    return found


def _own_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint + ledger_xid_offset()")
        return int(cursor.fetchone()[0])
