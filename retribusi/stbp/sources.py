"""What a TBP stands for, as the room that took the money tells it: each room names its own receipts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from opd.access import Scope
from opd.models import Opd
from retribusi.models import CollectionPoint


@dataclass(frozen=True)
class Receipt:
    """Money that the treasurer received at once: rupiah by kode rekening LRA, ``at`` when (UTC)."""

    opd: Opd
    point: CollectionPoint
    at: datetime
    payer: str
    what: str
    way: str
    codes: tuple[tuple[str, Decimal], ...]

    @property
    def amount(self) -> Decimal:
        return sum((amount for _, amount in self.codes), Decimal("0.00"))


@dataclass(frozen=True)
class Carried:
    """What took the money to RKUD; ``credited_on`` None while it is under way, ``url`` "" without a page."""

    label: str
    credited_on: date | None
    url: str = ""


@dataclass(frozen=True)
class Source:
    """``receipt`` of a subject's id; ``missing`` gives (agency, id) of those within reach without a standing
    TBP; ``carried`` is what took each to RKUD, those still held left out; ``address`` is its page."""

    label: str
    receipt: Callable[[str], Receipt]
    missing: Callable[[Scope], list[tuple[int, str]]]
    carried: Callable[[Collection[str]], dict[str, Carried]]
    address: Callable[[str], str]


_sources: dict[str, Source] = {}


def register(subject_type: str, source: Source) -> None:
    """Called once by each room's ``AppConfig.ready``; ``subject_type`` is as documents keep it."""
    _sources[subject_type] = source


def source(subject_type: str) -> Source:
    return _sources[subject_type]


def every() -> dict[str, Source]:
    return dict(_sources)
