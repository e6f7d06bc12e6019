"""Read models of the counter: totals of a shift, last sales, search, undeposited cash with its age."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import Coalesce

from opd.access import Scope
from opd.office.calendar import WIB, bounds, day_of
from retribusi.counter import choices
from retribusi.counter.models import Sale, Shift
from retribusi.models import Order, OrderLine, TariffItem

ZERO = Decimal("0.00")
FREE = "free"
CHANNELS: tuple[tuple[str, str], ...] = (
    *((str(one.value), str(one.label)) for one in Order.Channel),
    (FREE, "Gratis"),
)
NEAR = timedelta(minutes=5)
"""How far from a told minute the search looks."""


def totals_of(shift: Shift) -> dict[str, dict[str, Any]]:
    """Sales of a shift by channel: how many, and rupiah as text. A closed one counts what was paid then."""
    paid = Sale.objects.filter(shift=shift, order__state=Order.State.PAID)
    return _by_channel(paid if shift.closed_at is None else paid.filter(in_totals=True))


def _by_channel(sales: Any) -> dict[str, dict[str, Any]]:
    money = sales.filter(order__total__gt=0).order_by().values_list("order__channel")
    found = {channel: (count, amount) for channel, count, amount in
             money.annotate(n=Count("pk"), sum=Sum("order__total"))}  # fmt: skip
    found[FREE] = (sales.filter(order__total=0).count(), ZERO)
    return {
        code: {"count": found.get(code, (0, ZERO))[0], "amount": f"{found.get(code, (0, ZERO))[1]:.2f}"}
        for code, _ in CHANNELS
    }


@dataclass(frozen=True)
class ChannelSum:
    label: str
    count: int
    amount: Decimal


def channel_sums(totals: dict[str, dict[str, Any]]) -> list[ChannelSum]:
    return [
        ChannelSum(label, totals[code]["count"], Decimal(totals[code]["amount"]))
        for code, label in CHANNELS
        if code in totals
    ]


def brief_sums(totals: dict[str, dict[str, Any]]) -> list[ChannelSum]:
    """QRIS, card money together, and cash: a row of the list."""
    found = {code: ChannelSum(code, one["count"], Decimal(one["amount"])) for code, one in totals.items()}
    edc, emoney = found[Order.Channel.EDC], found[Order.Channel.EMONEY]
    return [
        ChannelSum("QRIS", found[Order.Channel.QRIS].count, found[Order.Channel.QRIS].amount),
        ChannelSum("EDC", edc.count + emoney.count, edc.amount + emoney.amount),
        ChannelSum("Tunai", found[Order.Channel.CASH].count, found[Order.Channel.CASH].amount),
    ]


def last_sales(shift: Shift, most: int = 5) -> list[Sale]:
    """The newest sales of a shift with what they hold."""
    rows = Sale.objects.filter(shift=shift).select_related("order").prefetch_related("order__lines__tariff")
    return list(rows[:most])


def search(
    scope: Scope, *, amount: Decimal | None, minute: time | None, code: str, at: datetime
) -> list[Order]:
    """Today's orders within reach by amount, minute (five each way) and code, newest first, at most 20."""
    start, end = bounds(day_of(at))
    rows = scope.filter(Order.objects.select_related("point", "sale__shift__officer"), "point__opd")
    rows = rows.filter(created_at__gte=start, created_at__lt=end)
    if amount is not None:
        rows = rows.filter(total=amount)
    if code:
        rows = rows.filter(code=code)
    if minute is not None:
        told = datetime.combine(day_of(at), minute, WIB)
        span = (told - NEAR, told + NEAR + timedelta(minutes=1))
        rows = rows.filter(Q(created_at__range=span) | Q(paid_at__range=span))
    return list(rows.order_by("-created_at")[:20])


def oldest_cash(shift_ids: Sequence[UUID]) -> datetime:
    """When the first cash of these shifts was taken."""
    rows = Sale.objects.filter(shift__in=shift_ids, order__channel=Order.Channel.CASH)
    found: datetime = rows.aggregate(first=Min(Coalesce("happened_at", "made_at")))["first"]
    return found


def cash_by_code(shift_ids: Iterable[UUID]) -> dict[tuple[str, str], Decimal]:
    """The cash of shifts by (kode LRA, kode LO) of each sale's day, in rupiah; lines of zero left out."""
    lines = OrderLine.objects.filter(
        order__sale__shift__in=shift_ids, order__channel=Order.Channel.CASH, unit_amount__gt=0
    )
    by_day = lines.order_by().values_list("tariff", "order__visit_date")
    rows: Any = list(by_day.annotate(sum=Sum(F("quantity") * F("unit_amount"))))
    tariffs = TariffItem.objects.prefetch_related("codes").in_bulk({tariff for tariff, _, _ in rows})
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for tariff, day, amount in rows:
        sums[tariffs[tariff].codes_on(day)] += amount
    return dict(sums)


@dataclass(frozen=True)
class Held:
    """Cash of one shift that is not at the bank yet; ``amount`` in rupiah."""

    shift: Shift
    amount: Decimal
    since: datetime
    due_at: datetime
    age: timedelta

    @property
    def is_late(self) -> bool:
        return self.age > self.due_at - self.since

    @property
    def may_deposit(self) -> bool:
        return self.shift.closed_at is not None

    @property
    def hours(self) -> int:
        return int(self.age.total_seconds() // 3600)


def held(scope: Scope, *, at: datetime) -> list[Held]:
    """Every shift within reach with undeposited cash, the oldest first; open shifts too."""
    cash = Q(sales__order__channel=Order.Channel.CASH)
    rows = scope.filter(
        Shift.objects.filter(deposit=None).select_related("point__opd", "officer"), "point__opd"
    )
    rows = rows.annotate(
        amount=Sum("sales__order__total", filter=cash),
        since=Min(Coalesce("sales__happened_at", "sales__made_at"), filter=cash),
    ).filter(amount__gt=0)
    found: list[Any] = list(rows.order_by("since"))
    return [
        Held(row, row.amount, row.since, choices.due_at(row.since, day_of(row.since)), at - row.since)
        for row in found
    ]
