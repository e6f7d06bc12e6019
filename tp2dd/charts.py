"""Geometry of the bar chart, so that a template draws plain SVG that works without a script and on paper.

All numbers are integers of the drawing's own grid; colours and type come from the style sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDTH, HEIGHT, FLOOR, TOP = 720, 260, 220, 24


@dataclass(frozen=True)
class Day:
    """One day's money in rupiah: ``booked`` is the part of ``paid`` that stands as revenue."""

    day: date
    paid: Decimal
    booked: Decimal


@dataclass(frozen=True)
class Bar:
    day: date
    x: int
    width: int
    y: int
    height: int
    booked_y: int
    booked_height: int
    label: str
    """The amount in short words, on the tallest and the last bar; empty elsewhere."""
    tick: str
    paid: Decimal
    booked: Decimal

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def label_y(self) -> int:
        return self.y - 6


def bars(days: Sequence[Day]) -> list[Bar]:
    """A bar for each day, zero-based; the tallest one reaches the top. Empty where nothing was taken."""
    tallest = max((day.paid for day in days), default=Decimal(0))
    if not tallest:
        return []
    step = WIDTH / len(days)
    width = max(2, min(56, int(step * 0.72)))
    every = -(-len(days) // 10)
    peak = max(range(len(days)), key=lambda n: days[n].paid)
    return [
        _bar(
            day,
            n,
            step=step,
            width=width,
            tallest=tallest,
            label=n in {peak, len(days) - 1},
            tick=n % every == 0,
        )
        for n, day in enumerate(days)
    ]


def short(amount: Decimal) -> str:
    """Money as people say it: "1,2 jt", "85 rb", "950"."""
    for size, word in ((10**12, "T"), (10**9, "M"), (10**6, "jt"), (10**3, "rb")):
        if amount >= size:
            tenths = int(amount * 10 / size)
            whole, tenth = divmod(tenths, 10)
            return f"{whole},{tenth}\u00a0{word}" if tenth and whole < 100 else f"{whole}\u00a0{word}"
    return f"{int(amount)}"


def _bar(day: Day, n: int, *, step: float, width: int, tallest: Decimal, label: bool, tick: bool) -> Bar:
    height = int((FLOOR - TOP) * day.paid / tallest)
    booked = int((FLOOR - TOP) * day.booked / tallest)
    return Bar(
        day=day.day,
        x=int(n * step + (step - width) / 2),
        width=width,
        y=FLOOR - height,
        height=height,
        booked_y=FLOOR - booked,
        booked_height=booked,
        label=short(day.paid) if label and day.paid else "",
        tick=f"{day.day.day}/{day.day.month}" if tick else "",
        paid=day.paid,
        booked=day.booked,
    )
