"""The index of a semester by a rubric: an internal simulation, never the official number. Pure.

A measure's ratio lies between 0 and 1; the index is the weighted mean of the measures that apply, times 100.
Money and ratios are exact; rounding happens once, at the end (two decimals, half up).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tp2dd.etpd.checks import YES
from tp2dd.etpd.form import Form

MARK = "simulasi internal"
NOT_BUDGETED = "Tidak Dianggarkan"
WHOLE = Decimal(100)


class RubricError(ValueError):
    """A rubric that can't be used; the message names the place. ``field`` names the form field, if one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Measure:
    """One thing that is measured. ``others`` are the amounts that are not digital; ``closable``: the
    province itself can raise it, by ``action``."""

    code: str
    aspect: str
    label: str
    weight: Decimal
    kind: str
    fields: tuple[str, ...]
    others: tuple[str, ...] = ()
    closable: bool = True
    action: str = ""


@dataclass(frozen=True)
class Stage:
    """A stage begins above an index; the first one has no lower bound."""

    name: str
    above: Decimal


@dataclass(frozen=True)
class Rubric:
    measures: tuple[Measure, ...]
    stages: tuple[Stage, ...]

    def stage_of(self, index: Decimal) -> Stage:
        reached = [stage for stage in self.stages[1:] if index > stage.above]
        return reached[-1] if reached else self.stages[0]

    def next_after(self, stage: Stage) -> Stage | None:
        place = self.stages.index(stage) + 1
        return self.stages[place] if place < len(self.stages) else None


@dataclass(frozen=True)
class Score:
    """What a measure came to; ``ratio`` None: it does not apply, and its weight falls on the others."""

    measure: Measure
    ratio: Fraction | None
    words: str

    @property
    def percent(self) -> Decimal | None:
        return None if self.ratio is None else _decimal(self.ratio)

    @property
    def points(self) -> Decimal:
        """Weight times ratio, before weights of measures that don't apply are spread."""
        return _decimal(Fraction(self.measure.weight) * (self.ratio or 0)).quantize(Decimal("0.01"))


@dataclass(frozen=True)
class Result:
    index: Decimal
    exact: Fraction
    stage: Stage
    next: Stage | None
    scores: tuple[Score, ...]

    @property
    def to_next(self) -> Decimal | None:
        return None if self.next is None else self.next.above - self.index


def read(content: Mapping[str, Any], form: Form) -> Rubric:
    """A rubric from its data. Raises RubricError, naming the place, where it can't be used."""
    measures = tuple(_measure(row, form) for row in content["measures"])
    total = sum((measure.weight for measure in measures), Decimal(0))
    if total != WHOLE:
        raise RubricError(
            f"Bobot rubrik berjumlah {_told(total)}, seharusnya 100; "
            f"{'kurang' if total < WHOLE else 'lebih'} {_told(abs(WHOLE - total))}."
        )
    return Rubric(measures, _stages(content["stages"]))


def _measure(row: Mapping[str, Any], form: Form) -> Measure:
    weight = _weight(row["weight"], f"bobot “{row['label']}”", f"bobot_{row['code']}")
    if row["kind"] not in _RATIOS:
        raise RubricError(f"Ukuran “{row['label']}”: cara hitung {row['kind']} tidak dikenal.")
    fields, others = tuple(row["fields"]), tuple(row.get("others", ()))
    for name in (*fields, *others):
        if name not in form.by_field:
            raise RubricError(f"Ukuran “{row['label']}”: isian {name} tidak ada di formulir {form.code}.")
    return Measure(
        row["code"], row["aspect"], row["label"], weight, row["kind"], fields, others,
        row.get("closable", True), row.get("action", ""),
    )  # fmt: skip


def _weight(value: Any, place: str, field: str) -> Decimal:
    try:
        weight = Decimal(str(value))
    except InvalidOperation:
        raise RubricError(f"Tulis {place} dengan angka.", field) from None
    if not weight.is_finite() or not 0 <= weight <= WHOLE:
        raise RubricError(f"{place[:1].upper()}{place[1:]} harus antara 0 dan 100.", field)
    return weight


def _stages(rows: Any) -> tuple[Stage, ...]:
    stages = tuple(
        Stage(row["name"], _weight(row["above"], f"batas tahap {row['name']}", f"tahap_{place}"))
        for place, row in enumerate(rows)
    )
    for place, (low, high) in enumerate(pairwise(stages), 1):
        if not low.above < high.above:
            raise RubricError(
                f"Batas tahap {high.name} ({_told(high.above)}) harus di atas batas {low.name}"
                f" ({_told(low.above)}).",
                f"tahap_{place}",
            )
    if not stages:
        raise RubricError("Rubrik tidak punya tahap.")
    return stages


def compute(rubric: Rubric, form: Form, answers: Mapping[str, str]) -> Result:
    """The index of answers by field; what is not answered counts as not reached."""
    scores = tuple(_RATIOS[measure.kind](measure, form, answers) for measure in rubric.measures)
    exact = _mean(scores)
    index = _decimal(exact).quantize(Decimal("0.01"), ROUND_HALF_UP)
    stage = rubric.stage_of(index)
    return Result(index, exact, stage, rubric.next_after(stage), scores)


def _mean(scores: tuple[Score, ...]) -> Fraction:
    """The weighted mean of the measures that apply, from 0 to 100; 0 where none does."""
    applying = [score for score in scores if score.ratio is not None]
    weight = sum((Fraction(score.measure.weight) for score in applying), Fraction(0))
    reached = sum((Fraction(score.measure.weight) * (score.ratio or 0) for score in applying), Fraction(0))
    return reached * 100 / weight if weight else Fraction(0)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _told(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def _share_yes(measure: Measure, form: Form, answers: Mapping[str, str]) -> Score:
    given = [answers.get(name, "") for name in measure.fields]
    applying = [value for value in given if value != NOT_BUDGETED]
    return _counted(measure, sum(value == YES for value in applying), len(applying))


def _share_digital(measure: Measure, form: Form, answers: Mapping[str, str]) -> Score:
    given = [answers.get(name, "") for name in measure.fields]
    applying = [value for value in given if value != form.not_levied]
    return _counted(measure, sum(is_digital(form, value) for value in applying), len(applying))


def is_digital(form: Form, value: str) -> bool:
    return not form.digital.isdisjoint(form.ticked(value))


def _counted(measure: Measure, reached: int, of: int) -> Score:
    if not of:
        return Score(measure, None, "tidak ada jenis yang berlaku")
    return Score(measure, Fraction(reached, of), f"{reached} dari {of}")


def _amount_digital(measure: Measure, form: Form, answers: Mapping[str, str]) -> Score:
    digital = sum((Fraction(answers[name]) for name in measure.fields if answers.get(name)), Fraction(0))
    other = sum((Fraction(answers[name]) for name in measure.others if answers.get(name)), Fraction(0))
    if not digital + other:
        return Score(measure, Fraction(0), "belum ada uang yang tercatat")
    ratio = digital / (digital + other)
    return Score(measure, ratio, f"{_told(_decimal(ratio * 100).quantize(Decimal('0.1')))}% rupiah")


def _yes(measure: Measure, form: Form, answers: Mapping[str, str]) -> Score:
    value = answers.get(measure.fields[0], "")
    return Score(measure, Fraction(value == YES), value.lower() or "belum terisi")


def _percent(measure: Measure, form: Form, answers: Mapping[str, str]) -> Score:
    value = answers.get(measure.fields[0], "")
    return Score(
        measure, Fraction(value or 0) / 100, f"{value.replace('.', ',')}%" if value else "belum terisi"
    )


_RATIOS: dict[str, Callable[[Measure, Form, Mapping[str, str]], Score]] = {
    "share_yes": _share_yes,
    "share_digital": _share_digital,
    "amount_digital": _amount_digital,
    "yes": _yes,
    "percent": _percent,
}
