"""The facts that answer questions by themselves: a registry that this room's sources fill.

A source names the columns it answers (by the form's field) and gives a Fact for those it knows; it counts in
sets, never a row at a time, and never guesses: what it can't tell, it leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from tp2dd.etpd.form import Form, ValueRefused, clean
from tp2dd.etpd.models import span
from tp2dd.periods import Period


@dataclass(frozen=True)
class Asked:
    """What facts are asked of: a semester, on a form. ``year_to_date`` runs from 1 January."""

    year: int
    half: int
    form: Form

    @property
    def semester(self) -> Period:
        return span(self.year, self.half)

    @property
    def year_to_date(self) -> Period:
        return Period(date(self.year, 1, 1), self.semester.last)


@dataclass(frozen=True)
class Fact:
    """A value as the form takes it, what was counted, in words, and where to look at it (a path)."""

    value: str
    words: str
    url: str = ""


Compute = Callable[[Asked], dict[str, Fact]]


@dataclass(frozen=True)
class Source:
    code: str
    label: str
    fields: Collection[str]
    compute: Compute


@dataclass(frozen=True)
class Found:
    source: Source
    fact: Fact


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a source known; the same code again replaces it. Raises ValueError where two answer one field."""
    for other in _sources.values():
        if other.code != source.code and set(other.fields) & set(source.fields):
            raise ValueError(f"{source.code} and {other.code} answer the same question")
    _sources[source.code] = source


def label_of(code: str) -> str:
    return _sources[code].label if code in _sources else code


def answerable() -> frozenset[str]:
    """The fields that some source may answer."""
    return frozenset(name for source in _sources.values() for name in source.fields)


def collect(asked: Asked) -> dict[str, Found]:
    """Every fact that this form asks for, by field. A value the form refuses is a mistake of its source and
    raises ValueError."""
    columns = asked.form.by_field
    found: dict[str, Found] = {}
    for source in _sources.values():
        if not columns.keys().isdisjoint(source.fields):
            for name, fact in source.compute(asked).items():
                if name in columns and columns[name].is_asked:
                    found[name] = Found(source, _checked(asked.form, name, fact))
    return found


def _checked(form: Form, name: str, fact: Fact) -> Fact:
    try:
        value = clean(form, form.by_field[name], fact.value)
    except ValueRefused as error:
        raise ValueError(f"fakta {name}: {error}") from error
    return Fact(value, fact.words[:300], fact.url)
