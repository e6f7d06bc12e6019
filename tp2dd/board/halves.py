"""One side of the dashboard: what goes without cash, how it moved, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tp2dd.board import why
from tp2dd.board.grains import Line, lines
from tp2dd.board.models import Side
from tp2dd.periods import Period
from tp2dd.rollout import share
from tp2dd.rollout.share import Grain, Group, Shares

SIDES = {"penerimaan": Side.REVENUE, "belanja": Side.SPENDING}


@dataclass(frozen=True)
class Half:
    """The lines of a span of days and of the span before it."""

    side: Side
    slug: str
    lines: list[Line]
    before: list[Line]

    @property
    def now(self) -> Shares:
        return share.total(self.lines)

    @property
    def trend(self) -> str:
        return share.in_words(self.now.by_value, share.total(self.before).by_value, of=NOTHING[self.side])

    @property
    def because(self) -> str:
        """Which agencies moved the share; of one agency, which types did."""
        one = len({line.opd_id for line in (*self.lines, *self.before)}) == 1
        return why.in_words(why.parts(self.before, self.lines, _type if one else _opd))

    @property
    def rows(self) -> list[tuple[Group, why.Beside | None]]:
        """By agency, each beside others with the same mix of types."""
        alike = {row.opd_id: row for row in why.beside(self.lines)}
        return [(group, alike.get(int(str(group.key)))) for group in share.by_opd(self.lines)]


NOTHING = {Side.REVENUE: "penerimaan", Side.SPENDING: "belanja"}


def half_of(slug: str, period: Period, **narrowed: Any) -> Half:
    """The side that an address names; ``narrowed`` as ``grains.lines`` takes it. Raises KeyError."""
    side = SIDES[slug]
    return Half(side, slug, lines(side, period, **narrowed), lines(side, period.before(), **narrowed))


def _opd(line: Grain) -> str:
    return line.opd


def _type(line: Grain) -> str:
    return line.type_label
