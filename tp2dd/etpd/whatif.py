"""What would raise the index most: every gap that the province itself can close, tried one by one. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from payments.money import format_rupiah
from tp2dd.etpd.checks import NO, YES
from tp2dd.etpd.form import Column, Form
from tp2dd.etpd.index import Measure, Result, Rubric, compute, is_digital


@dataclass(frozen=True)
class Action:
    """One gap closed: what to do, which columns it changes, and what the index gains (points)."""

    words: str
    columns: tuple[Column, ...]
    changes: Mapping[str, str]
    gain: Decimal
    result: Result


@dataclass(frozen=True)
class Outlook:
    """The best actions, and the index if all of them are done."""

    now: Result
    actions: list[Action]
    together: Result

    @property
    def gain(self) -> Decimal:
        return self.together.index - self.now.index


def outlook(rubric: Rubric, form: Form, answers: Mapping[str, str], *, most: int = 3) -> Outlook:
    """The ``most`` actions that gain most, largest first; equal gains in the order of the form."""
    now = compute(rubric, form, answers)
    tried = []
    for words, changes in _gaps(rubric, form, answers):
        then = compute(rubric, form, {**answers, **changes})
        if then.exact > now.exact:
            columns = tuple(form.by_field[name] for name in changes)
            gained = (then.exact - now.exact, -columns[0].number)
            tried.append((gained, Action(words, columns, changes, then.index - now.index, then)))
    best = [action for _, action in sorted(tried, key=lambda pair: pair[0], reverse=True)[:most]]
    changed = {name: value for action in best for name, value in action.changes.items()}
    return Outlook(now, best, compute(rubric, form, {**answers, **changed}))


def _gaps(rubric: Rubric, form: Form, answers: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for measure in rubric.measures:
        if measure.closable:
            yield from _of_measure(measure, form, answers)


def _of_measure(
    measure: Measure, form: Form, answers: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, str]]]:
    if measure.kind == "amount_digital":
        yield from _amounts(measure, answers)
        return
    for name in measure.fields:
        value, label = answers.get(name, ""), form.by_field[name].label
        words = measure.action.format(label=label)
        if measure.kind in ("yes", "share_yes") and value == NO:
            yield words, {name: YES}
        elif measure.kind == "share_digital" and _is_not_digital_yet(form, value):
            yield words, {name: form.joined([*form.ticked(value), form.channels[0].value])}


def _is_not_digital_yet(form: Form, value: str) -> bool:
    """Collected, and through no digital channel."""
    return bool(value) and value != form.not_levied and not is_digital(form, value)


def _amounts(measure: Measure, answers: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """All that is not digital yet moves to the first digital column: the most that can be gained."""
    other = sum((Fraction(answers[name]) for name in measure.others if answers.get(name)), Fraction(0))
    if other:
        target = measure.fields[0]
        moved = f"{Fraction(answers.get(target) or 0) + other}"
        words = f"{measure.action} ({format_rupiah(Decimal(int(other)))})"
        yield words, {target: moved, **dict.fromkeys(measure.others, "0")}
