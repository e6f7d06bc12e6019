"""The archives that rooms offer; each room registers its own in ``apps.ready``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from opd.access import allowed, scope
from opd.models import User
from opd.office.exports.archive import Contents

Asked = Mapping[str, Any]


class ExportError(Exception):
    """An archive can't be made; the text is Indonesian, for the person."""


@dataclass(frozen=True)
class Kind:
    """``pin`` says in JSON what exactly an archive asked for now will hold, so that the same pin gives the
    same bytes whenever it is made; ExportError where there is nothing to hold. ``whole`` archives go only to
    those who see the whole province."""

    code: str
    label: str
    about: str
    permission: str
    pin: Callable[[], Asked]
    contents: Callable[[Asked], Contents]
    whole: bool = True


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
    """What this person may take home."""
    return [each for each in _kinds.values() if may_take(user, each)]


def may_take(user: User, each: Kind) -> bool:
    if each.whole:
        return scope(user, each.permission).opd_ids is None
    return allowed(user, each.permission)
