"""Why a share moved, and how an agency stands beside others with the same mix. Pure.

A share s = n / k moves from s0 to s1 by the sum over its parts of (n1 - s0 k1) / K1 - (n0 - s0 k0) / K0: what
each part had above the old share, then and now. The parts add up to the move exactly, whatever grew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tp2dd.board.grains import known, noncash
from tp2dd.rollout.share import Grain

ZERO = Decimal(0)
LEAST = Decimal("0.0005")
"""Half a tenth of a point: what is less is not told."""


@dataclass(frozen=True)
class Part:
    """How many points (as a ratio) one part moved the whole share."""

    label: str
    points: Decimal


@dataclass(frozen=True)
class Beside:
    """An agency's share, and the share that the others reach with its mix of types; None where no other has
    those types."""

    opd_id: int
    opd: str
    share: Decimal
    alike: Decimal | None

    @property
    def ahead(self) -> Decimal | None:
        return None if self.alike is None else self.share - self.alike


def parts(before: Iterable[Grain], now: Iterable[Grain], label: Callable[[Grain], str]) -> list[Part]:
    """The parts of a move, the one that moved most first; nothing where one of both has no share."""
    was, then = _pairs(before, label)
    is_, all_now = _pairs(now, label)
    if then <= 0 or all_now <= 0:
        return []
    old = sum((n for n, _ in was.values()), ZERO) / then
    found = [
        Part(name, _above(is_.get(name), old, all_now) - _above(was.get(name), old, then))
        for name in {**was, **is_}
    ]
    return sorted(found, key=lambda part: (-abs(part.points), part.label))


def in_words(found: Iterable[Part], *, most: int = 2) -> str:
    """ "terutama karena Dinas Pariwisata (+2,1 poin); tertahan Dinas Pendidikan (−0,4 poin)"; "" for none."""
    told = [part for part in found if abs(part.points) >= LEAST]
    total = sum((part.points for part in told), ZERO)
    along = [part for part in told if part.points * (total or 1) > 0][:most]
    against = [part for part in told if part.points * (total or 1) < 0][:1]
    if not along:
        return ""
    words = f"terutama karena {_listed(along)}"
    return f"{words}; ditahan oleh {_listed(against)}" if against else words


def beside(lines: Iterable[Grain]) -> list[Beside]:
    """Each agency against the others' shares by type, weighed by its own types (value), the furthest behind
    first."""
    listed = list(lines)
    types, _ = _pairs(listed, lambda line: line.type)
    own: dict[int, tuple[str, dict[str, tuple[Decimal, Decimal]]]] = {}
    for opd_id in {line.opd_id for line in listed}:
        mine = [line for line in listed if line.opd_id == opd_id]
        own[opd_id] = (mine[0].opd, _pairs(mine, lambda line: line.type)[0])
    rows = [_beside(opd_id, name, kinds, types) for opd_id, (name, kinds) in own.items()]
    return sorted(
        (row for row in rows if row), key=lambda row: (row.ahead is None, row.ahead or ZERO, row.opd)
    )


def _beside(
    opd_id: int,
    name: str,
    mine: Mapping[str, tuple[Decimal, Decimal]],
    everyone: Mapping[str, tuple[Decimal, Decimal]],
) -> Beside | None:
    whole = sum((k for _, k in mine.values()), ZERO)
    if whole <= 0:
        return None
    share = sum((n for n, _ in mine.values()), ZERO) / whole
    expected, weight = ZERO, ZERO
    for kind, (n, k) in mine.items():
        others_n, others_k = everyone[kind][0] - n, everyone[kind][1] - k
        if others_k > 0 and k > 0:
            expected, weight = expected + k * others_n / others_k, weight + k
    return Beside(opd_id, name, share, expected / weight if weight > 0 else None)


def _pairs(
    lines: Iterable[Grain], key: Callable[[Grain], str]
) -> tuple[dict[str, tuple[Decimal, Decimal]], Decimal]:
    """(without cash, known) by key, and all that is known."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for line in lines:
        n, k = found.get(key(line), (ZERO, ZERO))
        found[key(line)] = (n + noncash(line), k + known(line))
    return found, sum((k for _, k in found.values()), ZERO)


def _above(pair: tuple[Decimal, Decimal] | None, old: Decimal, whole: Decimal) -> Decimal:
    n, k = pair or (ZERO, ZERO)
    return (n - old * k) / whole


def _listed(found: Iterable[Part]) -> str:
    return " dan ".join(f"{part.label} ({_points(part.points)} poin)" for part in found)


def _points(ratio: Decimal) -> str:
    points = (ratio * 100).quantize(Decimal("0.1"))
    sign = "+" if points > 0 else "\u2212"
    return f"{sign}{abs(points)}".replace(".", ",")
