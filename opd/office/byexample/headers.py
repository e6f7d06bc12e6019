"""Headers: what a column is by its name, and a file known again by all of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import IO, Any, Protocol, TypeVar

from opd.office import tabular
from opd.office.tabular.table import fold

K = TypeVar("K")
_REMARK = re.compile(r"\(.*?\)|[_.:/]")


class Question(StrEnum):
    """What a file does not decide by itself."""

    DATES = "dates"
    NUMBERS = "numbers"


class Headed(Protocol):
    """A layout of any kind: the header to know a file by, and the names that its columns have there."""

    @property
    def header(self) -> tuple[str, ...]: ...

    @property
    def columns(self) -> Mapping[Any, str]: ...


def matching(content: IO[bytes], layouts: Mapping[K, Headed]) -> K | None:
    """The first of ``layouts`` that has exactly the header of a file, of which no row is read."""
    names = [name for layout in layouts.values() for name in layout.columns.values()]
    if not names:
        return None
    try:
        header = folded(tabular.stream(content, likely=names)[0].header)
    except tabular.TabularError:
        return None
    return next((key for key, layout in layouts.items() if layout.header == header), None)


def folded(header: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(fold, header))


def named(header: Sequence[str], names: Mapping[K, Sequence[str]]) -> dict[K, str]:
    """Each column whose name is known, the likelier name first; none stands for two things."""
    known = [fold(name) for name in header if name]
    usable = [name for name in header if name and known.count(fold(name)) == 1]
    by_name = {_plain(name): name for name in reversed(usable)}
    found: dict[K, str] = {}
    for column, likely_names in names.items():
        likely = (by_name[one] for one in map(_plain, likely_names) if one in by_name)
        name = next((one for one in likely if one not in found.values()), None)
        if name:
            found[column] = name
    return found


def is_doubled(columns: Mapping[Any, str]) -> bool:
    """Whether one column of the file was chosen for two things."""
    return len(set(map(fold, columns.values()))) < len(columns)


def is_single(header: Sequence[str], name: str) -> bool:
    """Whether a name stands once in the header."""
    return sum(fold(one) == fold(name) for one in header) == 1


def _plain(name: str) -> str:
    """A name without what banks add to it: units in brackets, dots and underscores."""
    return " ".join(_REMARK.sub(" ", fold(name)).split())
