"""What every layout that was taught on an example is: the columns by their headers, and how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar

C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True)
class TaughtLayout(Generic[C]):
    """``columns`` names the header of each known column; ``header`` is all of it, folded, to know a file by.

    ``dates`` ("dmy", "mdy") and ``numbers`` ("indonesian", "english") decide where a file does not; "" asks.
    A kind of file adds fields of its own, and says in ``COLUMN`` what its columns can be.
    """

    COLUMN: ClassVar[type[StrEnum]]

    header: tuple[str, ...]
    columns: Mapping[C, str]
    dates: str = ""
    numbers: str = ""

    def as_json(self) -> dict[str, Any]:
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        columns = {str(column): name for column, name in self.columns.items()}
        return told | {"header": list(self.header), "columns": columns}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Raises KeyError where something is lacking, ValueError for a column that is none."""
        told = {field.name: kept[field.name] for field in fields(cls)}
        columns = {cls.COLUMN(name): header for name, header in kept["columns"].items()}
        return cls(**told | {"header": tuple(kept["header"]), "columns": columns})
