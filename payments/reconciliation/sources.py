"""The files this office can read, by profile. Part of the pure side: knows no Django.

A profile is a layout of one bank. Another bank is another ``register_source`` call, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from payments.reconciliation.parsers import camt053, mt940, reading, settlement, snap14, statement
from payments.reconciliation.parsers.rows import Parsed, ParseError


class SourceKind(StrEnum):
    SETTLEMENT = "settlement"
    STATEMENT = "statement"


_HEAD = 4096
KIND_LABELS = {SourceKind.SETTLEMENT: settlement.LABEL, SourceKind.STATEMENT: statement.LABEL}


@dataclass(frozen=True)
class Source:
    """One layout: how to know it and how to read it (rows, then totals; or ParseError).

    It is known by the ``header`` on its first line, else by what its first bytes ``begin`` as. ``asks`` names
    what a person must say about each file; then ``parse`` takes the answers too.
    """

    profile: str
    kind: SourceKind
    label: str
    permission: str
    header: tuple[str, ...]
    delimiter: str
    parse: Callable[..., Iterator[Parsed]]
    begins: Callable[[bytes], bool] | None = None
    media_type: str = "text/csv"
    asks: tuple[str, ...] = ()

    def read(self, content: IO[bytes], given: Mapping[str, str]) -> Iterator[Parsed]:
        """The rows of a file, then its totals, with what a person ``given`` said about it."""
        return self.parse(content, given) if self.asks else self.parse(content)


class UnknownProfile(LookupError):
    """No source has that profile."""

    def __init__(self, profile: str) -> None:
        super().__init__(f"Jenis berkas “{profile[:40]}” tidak dikenal.")


@dataclass(frozen=True)
class Shelf:
    """Layouts kept elsewhere: the one of a profile, and the one that a file is of; None for neither."""

    find: Callable[[str], Source | None]
    recognise: Callable[[IO[bytes]], Source | None]


_SOURCES: dict[str, Source] = {}
_SHELVES: list[Shelf] = []


def register_source(source: Source) -> None:
    """Make a layout readable. Raises ValueError where its profile is already taken by another."""
    if _SOURCES.setdefault(source.profile, source) != source:
        raise ValueError(f"profil {source.profile} sudah terdaftar")


def register_shelf(shelf: Shelf) -> None:
    """Look here too, after the layouts that are built in."""
    if shelf not in _SHELVES:
        _SHELVES.append(shelf)


def source(profile: str) -> Source:
    """Raises UnknownProfile."""
    found = _SOURCES.get(profile) or next(filter(None, (shelf.find(profile) for shelf in _SHELVES)), None)
    if found is None:
        raise UnknownProfile(profile)
    return found


def sources() -> list[Source]:
    return list(_SOURCES.values())


def recognise(content: IO[bytes]) -> Source:
    """The source that a file begins as, or whose header stands on its first line; leaves it at its start.

    Raises ParseError (``empty``, ``not_text``, ``wrong_header``), naming what differs from the closest one.
    Reads a few kilobytes, however large the file.
    """
    content.seek(0)
    head = content.read(_HEAD)
    content.seek(0)
    for candidate in _SOURCES.values():
        if candidate.begins and candidate.begins(head):
            return candidate
    if reading.is_markup(head):
        raise ParseError(0, "wrong_header", "Berkas ini XML atau HTML, tetapi bukan rekening koran camt.053.")
    first = next(reading.lines(content), None)
    content.seek(0)
    if first is None or not first[1].strip():
        raise ParseError(0, "empty", "Berkas ini kosong.")
    return _closest(first[1])


def recognise_any(content: IO[bytes]) -> Source:
    """As ``recognise``, and then by the layouts on the shelves."""
    try:
        return recognise(content)
    except ParseError:
        for shelf in _SHELVES:
            if found := shelf.recognise(content):
                content.seek(0)
                return found
        raise


def _closest(header: str) -> Source:
    best, best_shared, best_difference = None, 0, ""
    for candidate in (one for one in _SOURCES.values() if one.header):
        try:
            found = reading.cells(1, header, candidate.delimiter)
        except ParseError:
            continue
        difference = reading.header_difference(found, candidate.header)
        if not difference:
            return candidate
        shared = len({n.casefold() for n in found} & {n.casefold() for n in candidate.header})
        if shared > best_shared:
            best, best_shared, best_difference = candidate, shared, difference
    if best is None:
        known = " atau ".join(KIND_LABELS.values())
        raise ParseError(1, "wrong_header", f"bukan berkas {known}: judul kolomnya lain sama sekali.")
    raise ParseError(1, "wrong_header", f"bukan berkas {best.label}: {best_difference}.")


register_source(
    Source(
        profile="qris_settlement_v1",
        kind=SourceKind.SETTLEMENT,
        label=settlement.LABEL,
        permission="settlement.upload",
        header=settlement.HEADER,
        delimiter=settlement.DELIMITER,
        parse=settlement.parse,
    )
)
register_source(
    Source(
        profile="rkud_statement_bpd_v1",
        kind=SourceKind.STATEMENT,
        label=statement.LABEL,
        permission="statement.upload",
        header=statement.HEADER,
        delimiter=statement.DELIMITER,
        parse=statement.parse,
    )
)
register_source(
    Source(
        profile="mt940_v1",
        kind=SourceKind.STATEMENT,
        label=mt940.LABEL,
        permission="statement.upload",
        header=(),
        delimiter="",
        parse=mt940.parse,
        begins=mt940.begins,
        media_type="text/plain",
    )
)
register_source(
    Source(
        profile="camt053_v1",
        kind=SourceKind.STATEMENT,
        label=camt053.LABEL,
        permission="statement.upload",
        header=(),
        delimiter="",
        parse=camt053.parse,
        begins=camt053.begins,
        media_type="application/xml",
    )
)
register_source(
    Source(
        profile="snap14_v1",
        kind=SourceKind.STATEMENT,
        label=snap14.LABEL,
        permission="statement.upload",
        header=(),
        delimiter="",
        parse=snap14.parse,
        begins=snap14.begins,
        media_type="application/json",
    )
)
