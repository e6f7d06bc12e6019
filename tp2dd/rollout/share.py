"""How much of an agency's spending goes without cash, by value and by count: one set-based statement.

Spending paid through the product has a channel. What SIPD reports beyond it (counted rows) has none: it
stands apart as "belum diketahui", never hidden and never guessed. Money that payees gave back is taken off.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from opd.office import rules
from payments.spending.models import SPENT, SpendType
from tp2dd.periods import Period

ZERO = Decimal("0.00")
UNKNOWN = "unknown"
CHANNELS = {
    "cms": "m-banking / CMS",
    "qris": "QRIS",
    "kkpd": "Kartu Kredit Indonesia",
    "emoney": "Uang elektronik",
    "sp2d": "SP2D-LS dari RKUD",
    "cash": "Tunai",
    UNKNOWN: "Belum diketahui kanalnya",
}
CLASSES = {
    "cash": "Tunai",
    "semi_digital": "Nontunai semi digital",
    "digital": "Nontunai digital",
    UNKNOWN: "Belum diketahui",
}
TYPES = {str(kind): str(kind.label) for kind in SpendType}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


@dataclass(frozen=True)
class Grain:
    """The finest line: rupiah and number of spends of one agency, channel, type and month."""

    opd_id: int
    opd: str
    channel: str
    type: str
    month: date
    count: int
    value: Decimal
    kind: str

    @property
    def channel_label(self) -> str:
        return CHANNELS[self.channel]

    @property
    def type_label(self) -> str:
        return TYPES[self.type]

    @property
    def kind_label(self) -> str:
        return CLASSES[self.kind]


@dataclass(frozen=True)
class Shares:
    """Sums by class. The share is of what is known; ``unknown`` stands beside it."""

    values: dict[str, Decimal]
    counts: dict[str, int]

    @property
    def cash(self) -> Decimal:
        return self.values.get("cash", ZERO)

    @property
    def semi(self) -> Decimal:
        return self.values.get("semi_digital", ZERO)

    @property
    def digital(self) -> Decimal:
        return self.values.get("digital", ZERO)

    @property
    def unknown(self) -> Decimal:
        return self.values.get(UNKNOWN, ZERO)

    @property
    def noncash(self) -> Decimal:
        return self.semi + self.digital

    @property
    def known(self) -> Decimal:
        return self.cash + self.noncash

    @property
    def total(self) -> Decimal:
        return self.known + self.unknown

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    @property
    def unknown_count(self) -> int:
        return self.counts.get(UNKNOWN, 0)

    @property
    def by_value(self) -> Decimal | None:
        return self.noncash / self.known if self.known > 0 else None

    @property
    def by_count(self) -> Decimal | None:
        known = self.count - self.unknown_count
        return Decimal(known - self.counts.get("cash", 0)) / known if known else None

    @property
    def digital_share(self) -> Decimal | None:
        return self.digital / self.known if self.known > 0 else None

    @property
    def at_least(self) -> Decimal | None:
        """The share if all that is unknown were cash: it can't be lower."""
        return self.noncash / self.total if self.total > 0 else None


@dataclass(frozen=True)
class Group:
    """One row of a table."""

    key: Hashable
    label: str
    shares: Shares


def grains(
    period: Period,
    *,
    opd_ids: Iterable[int] | None,
    opd: int | None = None,
    channel: str = "",
    type: str = "",
) -> list[Grain]:
    """Every line of a span of days, in one query. ``opd_ids`` None is the whole province."""
    params: dict[str, Any] = {
        "first": period.first,
        "last": period.last,
        "spent": [str(state) for state in SPENT],
        "opds": None if opd_ids is None else sorted(opd_ids),
        "opd": opd,
        "channel": channel,
        "type": type,
    }
    classes = rules.value("rollout.channel_class", period.last)
    with connection.cursor() as cursor:
        cursor.execute(_GRAINS, params)
        rows = cursor.fetchall()
    return [_grain(row, classes) for row in rows]


def _grain(row: tuple[Any, ...], classes: dict[str, str]) -> Grain:
    opd_id, opd, channel, kind, month, count, value = row
    return Grain(opd_id, opd, channel, kind, month, count, value, classes.get(channel, UNKNOWN))


def total(lines: Iterable[Grain]) -> Shares:
    values: dict[str, Decimal] = {}
    counts: dict[str, int] = {}
    for line in lines:
        values[line.kind] = values.get(line.kind, ZERO) + line.value
        counts[line.kind] = counts.get(line.kind, 0) + line.count
    return Shares(values, counts)


def grouped(
    lines: Iterable[Grain], key: Callable[[Grain], Hashable], label: Callable[[Grain], str]
) -> list[Group]:
    """Rows of a table, the largest first."""
    parts: dict[Hashable, list[Grain]] = {}
    for line in lines:
        parts.setdefault(key(line), []).append(line)
    groups = [Group(name, label(part[0]), total(part)) for name, part in parts.items()]
    return sorted(groups, key=lambda group: (-group.shares.total, group.label))


def by_opd(lines: Iterable[Grain]) -> list[Group]:
    return grouped(lines, lambda line: line.opd_id, lambda line: line.opd)


def by_channel(lines: Iterable[Grain]) -> list[Group]:
    return grouped(lines, lambda line: line.channel, lambda line: line.channel_label)


def by_type(lines: Iterable[Grain]) -> list[Group]:
    return grouped(lines, lambda line: line.type, lambda line: line.type_label)


def by_month(lines: Iterable[Grain], period: Period) -> list[Group]:
    """Every month of the period, the empty ones too, oldest first."""
    found = {group.key: group for group in grouped(lines, lambda line: line.month, month_label)}
    months = sorted({day.replace(day=1) for day in period.days})
    return [found.get(month) or Group(month, _month(month), Shares({}, {})) for month in months]


def month_label(line: Grain) -> str:
    return _month(line.month)


def _month(month: date) -> str:
    return f"{MONTHS[month.month - 1]} {month.year}"


def in_words(now: Decimal | None, before: Decimal | None, *, of: str = "belanja") -> str:
    """The trend of a share against the period before: "naik 3,2 poin"."""
    if now is None:
        return f"belum ada {of} yang diketahui kanalnya"
    if before is None:
        return "belum ada pembanding sebelumnya"
    points = ((now - before) * 100).quantize(Decimal("0.1"))
    if not points:
        return "sama dengan periode sebelumnya"
    told = f"{abs(points)}".replace(".", ",")
    return f"{'naik' if points > 0 else 'turun'} {told} poin dari periode sebelumnya"


LINES = """
    SELECT s.paid_date AS day, s.opd_id,
           CASE WHEN s.source = 'kkpd' THEN 'kkpd' WHEN s.source = 'ls' THEN 'sp2d' ELSE s.channel END
               AS channel,
           s.type, 1 AS n, s.amount - coalesce(r.amount, 0) AS value
      FROM spending_spend s
      LEFT JOIN LATERAL (
            SELECT sum(amount) AS amount FROM spending_refund WHERE spend_id = s.id) r ON true
     WHERE s.state = ANY(%(spent)s)
    UNION ALL
    SELECT p.document_date, p.opd_id, 'unknown',
           CASE WHEN b.kode_rekening LIKE '5.2%%' THEN 'capital'
                WHEN b.kode_rekening LIKE '5.1.02.04%%' THEN 'travel' ELSE 'goods' END,
           CASE WHEN p.amount > 0 THEN 1 ELSE 0 END, p.amount
      FROM planning_sipdrow p JOIN planning_budgetline b ON b.id = p.line_id
     WHERE p.state = 'counted'
"""
"""Every spend by WIB day, what payees gave back taken off; then what SIPD reports beyond it."""
_GRAINS = f"""
    SELECT l.opd_id, o.name, l.channel, l.type, date_trunc('month', l.day)::date, sum(l.n)::int, sum(l.value)
      FROM ({LINES}) AS l JOIN opd_opd o ON o.id = l.opd_id
     WHERE l.day BETWEEN %(first)s AND %(last)s
       AND (%(opds)s::bigint[] IS NULL OR l.opd_id = ANY(%(opds)s::bigint[]))
       AND (%(opd)s::bigint IS NULL OR l.opd_id = %(opd)s::bigint)
       AND (%(channel)s = '' OR l.channel = %(channel)s)
       AND (%(type)s = '' OR l.type = %(type)s)
     GROUP BY 1, 2, 3, 4, 5
     ORDER BY 2, 5, 3, 4
"""  # noqa: S608 constants alone
