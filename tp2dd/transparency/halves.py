"""One side of the money as the public page draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tp2dd.board.models import Side
from tp2dd.periods import Period
from tp2dd.rollout import share
from tp2dd.rollout.share import Grain, Shares
from tp2dd.transparency import words


@dataclass(frozen=True)
class Row:
    """One row of a table; ``part`` is a ratio, drawn as a bar of ``width`` per cent."""

    label: str
    shares: Shares
    part: Decimal | None

    @property
    def width(self) -> int:
        return 0 if self.part is None else min(100, max(0, round(self.part * 100)))


@dataclass(frozen=True)
class Half:
    """A channel's part is of all money of its side, a month's is the share that went without cash."""

    side: Side
    now: Shares
    channels: list[Row]
    months: list[Row]

    @property
    def is_revenue(self) -> bool:
        return self.side is Side.REVENUE


def half_of(side: Side, lines: Sequence[Grain], period: Period) -> Half:
    now = share.total(lines)
    channels = [
        Row(group.label, group.shares, group.shares.total / now.total if now.total > 0 else None)
        for group in share.grouped(
            lines, lambda line: line.channel, lambda line: words.channel(side, line.channel)
        )
    ]
    months = [
        Row(words.month(group.key), group.shares, group.shares.by_value)  # type: ignore[arg-type]
        for group in share.by_month(lines, period)
    ]
    return Half(side, now, channels, months)
