"""What the administrator's pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet, Sum

from opd.office.calendar import day_of
from tp2dd.api.models import AccessToken, Consumer, Delivery, DeliveryState, Subscription

PAGE = 50
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ConsumerRow:
    consumer: Consumer
    tokens: int
    last_used: datetime | None
    failing: int
    is_open: bool


def consumers(*, at: datetime) -> list[ConsumerRow]:
    """All of them with their living tokens and webhooks that failed in the last three days; three queries."""
    alive = Q(tokens__revoked_at=None, tokens__expires_at__gt=at)
    rows = Consumer.objects.select_related("opd").annotate(
        alive=Count("tokens", filter=alive, distinct=True), used=Max("tokens__uses__minute")
    )
    failed = Delivery.objects.filter(state=DeliveryState.FAILED, closed_at__gt=at - 3 * _DAY).order_by()
    counts = dict(failed.values_list("subscription__consumer").annotate(n=Count("pk")))
    return [
        ConsumerRow(row, row.alive, row.used, counts.get(row.pk, 0), row.is_open(on=day_of(at)))
        for row in rows
    ]


@dataclass(frozen=True)
class TokenRow:
    access: AccessToken
    standing: str
    last_used: datetime | None
    calls_today: int


def tokens(consumer: Consumer, *, at: datetime) -> list[TokenRow]:
    """Newest first, with their last minute of use and the calls of the last 24 hours; one query."""
    rows = consumer.tokens.select_related("issued_by").annotate(
        used=Max("uses__minute"), calls=Sum("uses__calls", filter=Q(uses__minute__gt=at - _DAY), default=0)
    )
    return [TokenRow(row, row.standing(at), row.used, row.calls) for row in rows]


@dataclass(frozen=True)
class SubscriptionRow:
    subscription: Subscription
    waiting: int
    failed: int


def subscriptions(consumer: Consumer) -> list[SubscriptionRow]:
    """Newest first; one query."""
    waiting, failed = (Q(deliveries__state=state) for state in (DeliveryState.WAITING, DeliveryState.FAILED))
    rows = consumer.subscriptions.annotate(
        waiting=Count("deliveries", filter=waiting), failed=Count("deliveries", filter=failed)
    )
    return [SubscriptionRow(row, row.waiting, row.failed) for row in rows]


def deliveries(subscription: Subscription, *, state: str, kind: str) -> QuerySet[Delivery]:
    """Newest first; "" takes all."""
    wanted = {"state": state, "kind": kind}
    return subscription.deliveries.filter(**{name: value for name, value in wanted.items() if value})
