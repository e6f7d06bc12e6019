"""JSON text without its insignificant whitespace, byte by byte: key order and number text stay as written.

SNAP asks for ``minify(RequestBody)`` and does not define it. Clients differ in how they write slashes and
letters beyond ASCII, so a verifier tries the variants below; nothing here parses a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

# An unclosed string runs to the end, so that every byte is read once whatever the body is.
_STRING_OR_SPACE = re.compile(rb'("(?:[^"\\]|\\.)*+"?)|[ \t\r\n]+', re.DOTALL)
_ESCAPE_OR_SLASH = re.compile(rb"\\.|/", re.DOTALL)
_ESCAPES = re.compile(rb"(?:\\u[0-9a-fA-F]{4})+|\\.", re.DOTALL)
_UNIT = re.compile(rb"\\u([0-9a-fA-F]{4})")


def minify(body: bytes) -> bytes:
    """``body`` without whitespace outside strings. Empty stays empty."""
    return _STRING_OR_SPACE.sub(lambda match: match[1] or b"", body)


def variants(body: bytes) -> Iterator[tuple[str, bytes]]:
    """The names and texts a client may have hashed for ``body``, most likely first, each text once."""
    seen: set[bytes] = set()
    for name, text in _candidates(body):
        if text not in seen:
            seen.add(text)
            yield name, text


def _candidates(body: bytes) -> Iterator[tuple[str, bytes]]:
    yield "raw", body
    bare = minify(body)
    yield "minified", bare
    for name, change in _CHANGES:
        yield name, change(bare)


def _plain_slashes(text: bytes) -> bytes:
    return _ESCAPE_OR_SLASH.sub(lambda match: b"/" if match[0] == rb"\/" else match[0], text)


def _escaped_slashes(text: bytes) -> bytes:
    return _ESCAPE_OR_SLASH.sub(lambda match: rb"\/" if match[0] == b"/" else match[0], text)


def _plain_letters(text: bytes) -> bytes:
    return _ESCAPES.sub(_decode_letters, text)


def _decode_letters(match: re.Match[bytes]) -> bytes:
    r"""A run of \uXXXX as UTF-8; ASCII and lone surrogates keep their escape."""
    if len(match[0]) < 6:
        return match[0]
    units = b"".join(int(unit, 16).to_bytes(2, "big") for unit in _UNIT.findall(match[0]))
    done, letters = 0, []
    for letter in units.decode("utf-16-be", "surrogatepass"):
        size = 12 if ord(letter) > 0xFFFF else 6
        keep = ord(letter) < 0x80 or 0xD800 <= ord(letter) <= 0xDFFF
        letters.append(match[0][done : done + size] if keep else letter.encode())
        done += size
    return b"".join(letters)


_CHANGES: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("minified, slashes plain", _plain_slashes),
    ("minified, slashes escaped", _escaped_slashes),
    ("minified, letters plain", _plain_letters),
    ("minified, letters and slashes plain", lambda text: _plain_slashes(_plain_letters(text))),
    ("minified, letters plain, slashes escaped", lambda text: _escaped_slashes(_plain_letters(text))),
)
