"""What is wrong with a table, in words that name row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")
MOST_SHOWN = 20


class TabularError(ValueError):
    """``str`` is the whole sentence; ``row`` is the line in the file (None: the file as a whole)."""

    def __init__(self, row: int | None, column: str, message: str) -> None:
        place = [f"Baris {row}"] if row else []
        place += [f"kolom “{column}”" if place else f"Kolom “{column}”"] if column else []
        super().__init__(f"{', '.join(place)}: {message}" if place else message)
        self.row, self.column, self.message = row, column, message


class Problems:
    """Collects faults: ``problems.take(amount, row, "Pagu")`` gives the value, or None and one fault more."""

    def __init__(self, most: int = MOST_SHOWN) -> None:
        self.most = most
        self.errors: list[TabularError] = []
        self.total = 0

    def add(self, error: TabularError) -> None:
        self.total += 1
        if len(self.errors) < self.most:
            self.errors.append(error)

    def take(self, reader: Callable[..., T], *args: Any, **options: Any) -> T | None:
        """What ``reader`` returns; None where it raised TabularError, which is kept."""
        try:
            return reader(*args, **options)
        except TabularError as error:
            self.add(error)
            return None

    def watch(self) -> _Watch:
        """``with problems.watch():`` keeps the TabularError that ends the block, and goes on after it."""
        return _Watch(self)

    def sentences(self) -> list[str]:
        hidden = self.total - len(self.errors)
        return [str(error) for error in self.errors] + ([f"… dan {hidden} kesalahan lagi."] if hidden else [])

    def __bool__(self) -> bool:
        return self.total > 0

    def __iter__(self) -> Iterator[TabularError]:
        return iter(self.errors)


class _Watch:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, TabularError):
            self.problems.add(error)
            return True
        return False
