"""What stands behind a journal, down to what a bank sent: rooms tell it of their own rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model
from django.urls import reverse

from opd.access import allowed
from opd.models import User

Fact = tuple[str, object]


@dataclass(frozen=True)
class Step:
    """One row behind a journal. ``facts`` are (label, value); ``url`` is its page, empty where the viewer may
    not open it; ``raw`` is what was received, word for word but with people masked.
    """

    title: str
    at: datetime | date | None = None
    facts: tuple[Fact, ...] = ()
    url: str = ""
    raw: str = ""


Teller = Callable[[str, User], Iterable[Step]]
"""Takes a journal's source such as ``payment:<uuid>`` and who asks."""

_tellers: dict[tuple[str, int], Teller] = {}


def register(room: str, teller: Teller, *, place: int) -> None:
    """Called from a room's AppConfig.ready for sources ``room:…``; tellers speak in the order of ``place``.

    Raises ValueError where another teller has the place.
    """
    if _tellers.setdefault((room, place), teller) is not teller:
        raise ValueError(f"asal {room} pada urutan {place} sudah didaftarkan")


def rooms() -> set[str]:
    """The rooms whose sources somebody can tell of."""
    return {room for room, _ in _tellers}


def row(
    model: str, title: str, view: str, permission: str, *facts: str, opd: str = "opd_id", page: str = "pk"
) -> Teller:
    """A teller for a row with a page: ``facts`` name its fields, told under their labels.

    Its page, named by the row's ``page``, is told to whoever holds ``permission`` for the agency at ``opd``
    (paths from the row, with dots); without a ``view`` it has none.
    """

    def told(source: str, viewer: User) -> Iterator[Step]:
        try:
            found = apps.get_model(model)._default_manager.get(pk=source.partition(":")[2])
        except (ObjectDoesNotExist, ValidationError, ValueError):
            return
        may_open = bool(view) and allowed(viewer, permission, opd=attrgetter(opd)(found))
        yield Step(
            title,
            facts=tuple((_label(found, name), _value(found, name)) for name in facts),
            url=reverse(view, args=[attrgetter(page)(found)]) if may_open else "",
        )

    return told


def _label(found: Model, name: str) -> str:
    words = str(getattr(found._meta.get_field(name), "verbose_name", name))
    return words[:1].upper() + words[1:]


def _value(found: Model, name: str) -> object:
    """A choice in its words."""
    said = getattr(found, f"get_{name}_display", None)
    return said() if said else getattr(found, name)


def of(source: str, viewer: User) -> list[Step]:
    """The rows behind a journal's source, from what was asked for to what the bank credited."""
    room = source.partition(":")[0]
    told = sorted((place, name) for name, place in _tellers if name == room)
    return [step for place, name in told for step in _tellers[name, place](source, viewer)]
