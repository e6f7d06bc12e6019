"""The archives that rooms offer; each room registers its own in ``apps.ready``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from opd.access import Scope, allowed, scope
from opd.models import User
from opd.office.exports.shapes import Contents

Asked = Mapping[str, Any]


class ExportError(Exception):
    """An archive can't be made; the text is Indonesian, for the person."""


class Group(StrEnum):
    """Where an archive stands on the page."""

    BOOKS = "Buku besar"
    RECEIPTS = "Penerimaan"
    RECONCILIATION = "Rekonsiliasi"
    LEVIES = "Retribusi"
    SPENDING = "Belanja"
    OFFICE = "Dokumen dan pengawasan"


@dataclass(frozen=True)
class Kind:
    """``pin`` says in JSON what exactly an archive asked for now will hold, so that the same pin gives the
    same bytes whenever it is made, where its tables are steady; ExportError where there is nothing to hold.

    ``whole`` archives go only to those who see the whole province; the pins of others also hold the ids of
    agencies. ``days`` says what a span of WIB days selects; empty where there is no such choice.
    """

    code: str
    label: str
    about: str
    permission: str
    pin: Callable[[], Asked]
    contents: Callable[[Asked], Contents]
    whole: bool = True
    group: Group = Group.BOOKS
    days: str = ""


@dataclass(frozen=True)
class Choice:
    """What a person chose of a kind: WIB days, both inclusive, None for no bound; ``opd`` of those she
    reaches, None for all of them."""

    first: date | None = None
    last: date | None = None
    opd: int | None = None


EVERYTHING = Choice()
_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    if _kinds.get(kind.code, kind) != kind:
        raise ValueError(f"export kind {kind.code} is registered twice")
    _kinds[kind.code] = kind


def kind(code: str) -> Kind:
    """Raises ExportError for one that no room offers."""
    try:
        return _kinds[code]
    except KeyError as error:
        raise ExportError("Ekspor ini tidak dikenal.") from error


def kinds(user: User) -> list[Kind]:
    """What this person may take home, in the order of the page."""
    groups = list(Group)
    mine = [each for each in _kinds.values() if may_take(user, each)]
    return sorted(mine, key=lambda each: groups.index(each.group))


def may_take(user: User, each: Kind) -> bool:
    if each.whole:
        return scope(user, each.permission).opd_ids is None
    return allowed(user, each.permission)


def may_hold(user: User, each: Kind, pin: Asked) -> bool:
    """Whether the person still reaches all that an archive holds."""
    return may_take(user, each) and (each.whole or _within(scope(user, each.permission), pin["opds"]))


def _within(reach: Scope, opds: Collection[int] | None) -> bool:
    if opds is None:
        return reach.opd_ids is None
    return all(opd in reach for opd in opds)


def pinned(user: User, each: Kind, choice: Choice) -> dict[str, Any]:
    """The whole pin of what was chosen. Raises ExportError for a choice that the kind doesn't offer."""
    if not each.days and (choice.first or choice.last):
        raise ExportError(f"{each.label} diekspor seluruhnya. Kosongkan tanggalnya.")
    if choice.first and choice.last and choice.first > choice.last:
        raise ExportError("Tanggal awal tidak boleh sesudah tanggal akhir.")
    if each.whole:
        if choice.opd is not None:
            raise ExportError(f"{each.label} diekspor untuk seluruh provinsi. Pilih semua OPD.")
        return {**each.pin(), **_days(choice)}
    return {**each.pin(), **_days(choice), "opds": _opds(scope(user, each.permission), choice.opd)}


def _opds(reach: Scope, opd: int | None) -> list[int] | None:
    """Raises ExportError for an agency outside the reach."""
    if opd is None:
        return None if reach.opd_ids is None else sorted(reach.opd_ids)
    if opd not in reach:
        raise ExportError("OPD ini di luar jangkauan peran Anda untuk ekspor tersebut.")
    return [opd]


def _days(choice: Choice) -> dict[str, str]:
    """Only the bounds that were given, as ISO days."""
    bounds = {"first": choice.first, "last": choice.last}
    return {name: day.isoformat() for name, day in bounds.items() if day}
