"""From a rubric and values to a score between 0 and 100. Pure.

A rubric has aspects whose weights make 100, and in each aspect, for each kind of subject, indicators whose
weights make 100. A value becomes a ratio from 0 to 1 by the indicator's rule. What does not apply leaves its
weight to the others of its aspect, an aspect without any to the other aspects; what is missing counts as 0.
Ratios are exact; rounding happens once, at the end (two decimals, half up).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

TP2DD, OPD = "tp2dd", "opd"
KINDS = {TP2DD: "TP2DD", OPD: "OPD"}
"""What is evaluated: the team itself, by its tasks, or an agency."""
WHOLE = Decimal(100)
CENT = Decimal("0.01")
YES, NO = Decimal(1), Decimal(0)


class RubricError(ValueError):
    """A rubric that can't be used; the message names the place. ``field`` names the form field, if one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Linear:
    """Nothing at ``zero``, all of it at ``full``, evenly in between; ``full`` may be the smaller one."""

    zero: Decimal
    full: Decimal

    def ratio(self, value: Decimal) -> Fraction:
        part = Fraction(value - self.zero) / Fraction(self.full - self.zero)
        return min(max(part, Fraction(0)), Fraction(1))

    @property
    def words(self) -> str:
        return f"0 poin pada {told(self.zero)}, penuh pada {told(self.full)}"


@dataclass(frozen=True)
class YesNo:
    """All of it for yes (1), nothing for no (0)."""

    def ratio(self, value: Decimal) -> Fraction:
        return Fraction(value == YES)

    @property
    def words(self) -> str:
        return "Ya bernilai penuh, Tidak bernilai 0"


@dataclass(frozen=True)
class Steps:
    """From each threshold on, so many points of 100; below the first one nothing."""

    steps: tuple[tuple[Decimal, Decimal], ...]

    def ratio(self, value: Decimal) -> Fraction:
        reached = [points for at, points in self.steps if value >= at]
        return Fraction(reached[-1]) / 100 if reached else Fraction(0)

    @property
    def words(self) -> str:
        return "; ".join(f"mulai {told(at)}: {told(points)}" for at, points in self.steps)


Rule = Linear | YesNo | Steps


@dataclass(frozen=True)
class Aspect:
    code: str
    label: str
    weight: Decimal


@dataclass(frozen=True)
class Indicator:
    """``weights`` by kind of subject, only those it applies to. ``source`` is the code of an automatic
    source, "" for a value that people give. ``evidence``: kinds that prove it, "" none asked. ``task`` is the
    letter in Permendagri 56/2021 Pasal 5. ``confirmed``: the official sheet is known to say so."""

    code: str
    aspect: str
    label: str
    unit: str
    rule: Rule
    weights: Mapping[str, Decimal]
    source: str
    evidence: tuple[str, ...]
    task: str
    legal_basis: str
    confirmed: bool

    @property
    def is_automatic(self) -> bool:
        return bool(self.source)

    @property
    def is_yes_no(self) -> bool:
        return isinstance(self.rule, YesNo)


@dataclass(frozen=True)
class Rubric:
    aspects: tuple[Aspect, ...]
    indicators: tuple[Indicator, ...]

    def of(self, kind: str) -> list[Indicator]:
        """What a kind of subject is measured by, in the rubric's order."""
        return [one for one in self.indicators if kind in one.weights]

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        return {one.code: one for one in self.indicators}


@dataclass(frozen=True)
class Given:
    """The value that counts; None: it does not apply to this subject."""

    value: Decimal | None


@dataclass(frozen=True)
class Line:
    """What an indicator came to; ``ratio`` None: does not apply. ``is_missing``: nobody gave a value."""

    indicator: Indicator
    weight: Decimal
    ratio: Fraction | None
    is_missing: bool

    @property
    def points(self) -> Decimal | None:
        """Of 100."""
        return None if self.ratio is None else rounded(self.ratio * 100)


@dataclass(frozen=True)
class AspectScore:
    """``score`` of 100; None where nothing of the aspect applies."""

    aspect: Aspect
    exact: Fraction | None
    lines: tuple[Line, ...]

    @property
    def score(self) -> Decimal | None:
        return None if self.exact is None else rounded(self.exact)


@dataclass(frozen=True)
class Result:
    score: Decimal
    exact: Fraction
    aspects: tuple[AspectScore, ...]

    @property
    def lines(self) -> list[Line]:
        return [line for aspect in self.aspects for line in aspect.lines]


def compute(rubric: Rubric, kind: str, values: Mapping[str, Given]) -> Result:
    """The score of one subject from what counts for it, by indicator code."""
    aspects = tuple(_aspect(rubric, aspect, kind, values) for aspect in rubric.aspects)
    exact = _mean((one.aspect.weight, one.exact) for one in aspects) or Fraction(0)
    return Result(rounded(exact), exact, aspects)


def _aspect(rubric: Rubric, aspect: Aspect, kind: str, values: Mapping[str, Given]) -> AspectScore:
    lines = tuple(_line(one, kind, values) for one in rubric.of(kind) if one.aspect == aspect.code)
    exact = _mean((line.weight, line.ratio) for line in lines)
    return AspectScore(aspect, None if exact is None else exact * 100, lines)


def _line(indicator: Indicator, kind: str, values: Mapping[str, Given]) -> Line:
    given, weight = values.get(indicator.code), indicator.weights[kind]
    if given is None:
        return Line(indicator, weight, Fraction(0), is_missing=True)
    ratio = None if given.value is None else indicator.rule.ratio(given.value)
    return Line(indicator, weight, ratio, is_missing=False)


def _mean(pairs: Iterable[tuple[Decimal, Fraction | None]]) -> Fraction | None:
    """The weighted mean of those that apply; None where none does or they weigh nothing."""
    applying = [(Fraction(weight), part) for weight, part in pairs if part is not None]
    total = sum((weight for weight, _ in applying), Fraction(0))
    reached = sum((weight * part for weight, part in applying), Fraction(0))
    return reached / total if total else None


def rounded(value: Fraction) -> Decimal:
    """Two decimals, half up."""
    cents = (value * 100 + Fraction(1, 2)).__floor__()
    return (Decimal(cents) / 100).quantize(CENT, ROUND_HALF_UP)


def told(value: Decimal) -> str:
    """A number as people write it: "12,5"."""
    return f"{value.normalize():f}".replace(".", ",")


def check(aspects: Sequence[Aspect], indicators: Sequence[Indicator]) -> Rubric:
    """A rubric whose weights make 100 at each level. Raises RubricError naming the level."""
    _whole("Bobot aspek", [aspect.weight for aspect in aspects])
    for kind, name in KINDS.items():
        for aspect in aspects:
            weights = [
                one.weights[kind] for one in indicators if one.aspect == aspect.code and kind in one.weights
            ]
            _whole(f"Bobot indikator {name} dalam aspek {aspect.label}", weights)
    return Rubric(tuple(aspects), tuple(indicators))


def _whole(place: str, weights: Iterable[Decimal]) -> None:
    total = sum(weights, Decimal(0))
    if total != WHOLE:
        side = "kurang" if total < WHOLE else "lebih"
        raise RubricError(
            f"{place} berjumlah {told(total)}, seharusnya 100; {side} {told(abs(WHOLE - total))}."
        )


def check_steps(steps: Sequence[tuple[Decimal, Decimal]], place: str) -> Steps:
    """Thresholds that rise, with points that never fall. Raises RubricError."""
    if not steps:
        raise RubricError(f"{place}: belum ada jenjang.")
    for (low, few), (high, many) in pairwise(steps):
        if not low < high or few > many:
            raise RubricError(
                f"{place}: jenjang {told(high)} harus di atas {told(low)} dan poinnya tidak turun."
            )
    return Steps(tuple(steps))
