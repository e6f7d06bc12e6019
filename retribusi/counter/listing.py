"""The register of what the counter sold: filtered, summed by channel, for screens and for auditors' CSV."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from opd.access import Scope
from opd.office.calendar import bounds
from payments.money import MoneyError, parse
from retribusi.counter.models import Sale
from retribusi.counter.queries import CHANNELS, FREE, ChannelSum
from retribusi.models import Order


@dataclass(frozen=True)
class SaleFilter:
    """All given conditions hold; WIB days, both ends counted. ``text``: an amount, an order's code, a bank
    reference, or a word of a reason."""

    first: date
    last: date
    point: int | None = None
    channel: str = ""
    text: str = ""


def sales(reach: Scope, where: SaleFilter) -> QuerySet[Sale]:
    """Sales within reach, newest first, with all that a row shows."""
    rows = Sale.objects.filter(made_at__gte=bounds(where.first)[0], made_at__lt=bounds(where.last)[1])
    rows = reach.filter(rows, "shift__point__opd")
    if where.point is not None:
        rows = rows.filter(shift__point=where.point)
    if where.channel == FREE:
        rows = rows.filter(order__total=0)
    elif where.channel:
        rows = rows.filter(order__channel=where.channel, order__total__gt=0)
    if where.text:
        rows = rows.filter(_says(where.text))
    return rows.select_related("order", "shift__point__opd", "shift__officer").prefetch_related(
        "order__lines__tariff", "order__lines__reduction"
    )


def _says(text: str) -> Q:
    code = text.replace(" ", "").replace("-", "").upper()
    found = Q(order__code=code) | Q(reference__iexact=text)
    for name in ("cash_reason", "hours_reason", "order__lines__reduction__ground"):
        found |= Q(**{f"{name}__icontains": text})
    found |= Q(order__lines__reduction__note__icontains=text)
    with suppress(MoneyError):
        found |= Q(order__total=parse(text))
    return Q(pk__in=Sale.objects.filter(found).values("pk"))


def sums(rows: QuerySet[Sale]) -> list[ChannelSum]:
    """How many and how much by channel, paid ones alone, in one query; channels without any left out."""
    paid: Any = rows.filter(order__state=Order.State.PAID).order_by()
    by_channel = paid.values_list("order__channel").annotate(
        n=Count("pk", filter=Q(order__total__gt=0)),
        sum=Sum("order__total"),
        free=Count("pk", filter=Q(order__total=0)),
    )
    found = {channel: (count, amount) for channel, count, amount, _ in by_channel}
    found[FREE] = (sum(row[3] for row in by_channel), Decimal(0))
    return [ChannelSum(label, *found[code]) for code, label in CHANNELS if found.get(code, (0,))[0]]


def grounds(sale: Sale) -> str:
    """Why lines of it cost less than their tariff."""
    reductions = (getattr(line, "reduction", None) for line in sale.order.lines.all())
    return "; ".join(f"{one.ground}: {one.note}" for one in reductions if one)


def items(sale: Sale) -> str:
    """ "2 Dewasa, 1 Anak"."""
    return ", ".join(f"{line.quantity} {line.tariff.name}" for line in sale.order.lines.all())
