"""The dashboard's lines of a span of days, from the roll-up alone. Rupiah; days are WIB, inclusive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from opd.office import rules
from tp2dd.board.models import Side
from tp2dd.periods import Period
from tp2dd.rollout.share import CHANNELS as SPENT_THROUGH
from tp2dd.rollout.share import TYPES, UNKNOWN, Grain

PAID_THROUGH = {
    "qris": "QRIS",
    "va": "Virtual account",
    "edc": "EDC",
    "emoney": "Uang elektronik",
    "cash": "Tunai di loket",
}
CHANNELS = {Side.REVENUE: PAID_THROUGH, Side.SPENDING: SPENT_THROUGH}
_CLASS_RULES = {Side.REVENUE: "board.levy_channel_class", Side.SPENDING: "rollout.channel_class"}
_LEVIES = "etpd.levy_map"
_LINES = """
    SELECT c.opd_id, o.name, c.channel, c.type, date_trunc('month', c.day)::date, sum(c.count)::int,
           sum(c.value)
      FROM tp2dd_channelday AS c JOIN opd_opd AS o ON o.id = c.opd_id
     WHERE c.side = %(side)s AND c.day BETWEEN %(first)s AND %(last)s
       AND (%(opd)s::bigint IS NULL OR c.opd_id = %(opd)s::bigint)
       AND (%(channel)s = '' OR c.channel = %(channel)s)
       AND (%(type)s = '' OR c.type = %(type)s)
     GROUP BY 1, 2, 3, 4, 5
     ORDER BY 2, 5, 3, 4
"""


@dataclass(frozen=True)
class Line(Grain):
    """The finest line that is shown, of revenue or of spending; ``name`` is its type in words."""

    side: Side
    name: str

    @property
    def channel_label(self) -> str:
        return CHANNELS[self.side].get(self.channel, self.channel)

    @property
    def type_label(self) -> str:
        return self.name


def lines(
    side: Side, period: Period, *, opd: int | None = None, channel: str = "", type: str = ""
) -> list[Line]:
    """Every line of a span of days in one query of the roll-up, two of dated rules."""
    asked: dict[str, Any] = {
        "side": str(side), "first": period.first, "last": period.last, "opd": opd, "channel": channel,
        "type": type,
    }  # fmt: skip
    classes = rules.value(_CLASS_RULES[side], period.last)
    names = _names(side, period.last)
    with connection.cursor() as cursor:
        cursor.execute(_LINES, asked)
        rows = cursor.fetchall()
    return [
        Line(opd_id, office, way, kind, month, count, value, classes.get(way, UNKNOWN), side, names(kind))
        for opd_id, office, way, kind, month, count, value in rows
    ]


def levy_name(code: str, levies: Iterable[dict[str, Any]]) -> str:
    """The levy of UU 1/2022 whose account an account code is or belongs to; the code where none is known."""
    found = [
        (len(prefix), str(levy["name"]))
        for levy in levies
        for prefix in levy["prefixes"]
        if code == prefix or code.startswith(f"{prefix}.")
    ]
    return max(found)[1] if found else f"Rekening {code}"


def _names(side: Side, on: date) -> Any:
    if side is Side.SPENDING:
        return lambda kind: TYPES.get(kind, kind)
    levies = rules.value(_LEVIES, on)
    return lambda code: levy_name(code, levies)


def noncash(line: Grain) -> Decimal:
    """The part that went without cash; nothing where the channel is unknown."""
    return line.value if line.kind not in {"cash", UNKNOWN} else Decimal(0)


def known(line: Grain) -> Decimal:
    """What the share is a share of."""
    return line.value if line.kind != UNKNOWN else Decimal(0)
