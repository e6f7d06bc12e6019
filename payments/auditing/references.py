"""What a finding may be about: rooms register the pages of their rows; an address is understood by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve, reverse


class UnknownPage(ValueError):
    """The address opens no page that a finding can be about; the message is for the screen."""


@dataclass(frozen=True)
class Kind:
    """A row with a page: ``view`` is its address's name, ``argument`` the word that carries its key,
    ``model`` the label of its model, ``permission`` who may open it."""

    code: str
    label: str
    view: str
    argument: str
    model: str
    permission: str


@dataclass(frozen=True)
class Found:
    """A row that is there."""

    kind: str
    key: str
    label: str


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Called from a room's AppConfig.ready; the same code again replaces it."""
    _kinds[kind.code] = kind


def kind(code: str) -> Kind | None:
    return _kinds.get(code)


def labels() -> list[str]:
    return sorted(one.label for one in _kinds.values())


def url(code: str, key: str) -> str:
    """The page of a row; "" where its room is gone."""
    known = _kinds.get(code)
    return reverse(known.view, kwargs={known.argument: key}) if known else ""


def find(code: str, key: str) -> Found | None:
    """The row behind a typed key, with its name as it is now; None where there is none."""
    known = _kinds.get(code)
    if known is None:
        return None
    try:
        row = apps.get_model(known.model)._default_manager.filter(pk=key).first()
    except (ValueError, ValidationError):
        return None
    return Found(code, key, f"{known.label}: {row}"[:200]) if row is not None else None


def understood(addresses: Iterable[str]) -> list[Found]:
    """The rows behind addresses of pages, with or without the site's name, each once. Raises UnknownPage."""
    found: dict[tuple[str, str], Found] = {}
    for address in addresses:
        if text := address.strip():
            row = _behind(text)
            found.setdefault((row.kind, row.key), row)
    return list(found.values())


def _behind(address: str) -> Found:
    try:
        match = resolve(urlsplit(address).path)
    except (Resolver404, ValueError) as error:
        raise UnknownPage(_refusal(address)) from error
    for known in _kinds.values():
        if known.view == match.view_name:
            found = find(known.code, str(match.kwargs.get(known.argument, "")))
            if found:
                return found
    raise UnknownPage(_refusal(address))


def _refusal(address: str) -> str:
    return f"“{address[:80]}” bukan halaman dari: {', '.join(labels())}. Salin alamat halamannya."
