"""Geometry of a subject's scores over periods, for plain SVG without a script. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, FLOOR, TOP = 720, 220, 30
MOST_WIDE = 96


@dataclass(frozen=True)
class Column:
    """One period's score as a column from zero; 100 reaches the top."""

    label: str
    score: Decimal
    x: int
    width: int
    y: int

    @property
    def height(self) -> int:
        return FLOOR - self.y

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def label_y(self) -> int:
        return self.y - 8


def columns(scores: Sequence[tuple[str, Decimal]]) -> list[Column]:
    """A column for each (label, score of 100), oldest first."""
    if not scores:
        return []
    step = WIDTH // len(scores)
    width = min(MOST_WIDE, step * 3 // 4)
    return [
        Column(
            label, score, n * step + (step - width) // 2, width,
            FLOOR - int((FLOOR - TOP) * score / 100),
        )
        for n, (label, score) in enumerate(scores)
    ]  # fmt: skip


def in_words(scores: Sequence[Decimal]) -> str:
    """The last step as a sentence: "naik 3,2 poin dari masa sebelumnya"."""
    if len(scores) < 2:
        return "belum ada masa sebelumnya sebagai pembanding"
    points = (scores[-1] - scores[-2]).quantize(Decimal("0.1"))
    if not points:
        return "sama dengan masa sebelumnya"
    told = f"{abs(points)}".replace(".", ",")
    return f"{'naik' if points > 0 else 'turun'} {told} poin dari masa sebelumnya"
