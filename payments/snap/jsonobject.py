"""JSON objects on the wire, pure: no binary fraction ever, and only text that a database can keep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NoReturn

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


class BodyError(ValueError):
    """The body is not a JSON object that can be stored and worked off."""


def write_object(body: Mapping[str, Any]) -> bytes:
    """``body`` as compact UTF-8 JSON in its order. Raises BodyError for floats and what JSON has not."""
    try:
        return json.dumps(_exact(body), separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise BodyError(f"isi tidak dapat ditulis sebagai JSON: {error}") from error


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in ``body``; fractions become Decimal. Raises BodyError for anything else.

    Text that PostgreSQL can't store (NUL, lone surrogates) is refused too: a handler must be able to keep it.
    """
    try:
        value = json.loads(body.decode(), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BodyError("isi bukan JSON yang sah") from error
    if not isinstance(value, dict):
        raise BodyError("isi bukan objek JSON")
    if any(_UNSTORABLE.search(text) for text in _texts(value)):
        raise BodyError("isi memuat karakter yang tidak dapat disimpan")
    return value


def _texts(value: object) -> Iterator[str]:
    """Every string in a JSON value, names of members included."""
    rest = [value]
    while rest:
        match rest.pop():
            case str(text):
                yield text
            case dict(members):
                yield from members
                rest.extend(members.values())
            case list(items):
                rest.extend(items)


def _exact(value: object) -> object:
    if isinstance(value, float):
        raise TypeError("bilangan pecahan biner tidak boleh dikirim; pakai teks")
    if isinstance(value, Mapping):
        return {name: _exact(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} bukan JSON")
