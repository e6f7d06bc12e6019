"""Originals put into a ZIP, and a ZIP that leaves as it is made, whatever its size."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZipFile

from opd.office import evidence
from opd.office.models import Evidence


def safe(name: str) -> str:
    """A file name that every system can unpack."""
    return re.sub(r"[^0-9A-Za-z._-]+", "_", name)


def copy_original(archive: ZipFile, path: str, original: Evidence) -> bool:
    """Write an original's bytes under a path. False, and nothing written, where the storage lacks it."""
    try:
        source = evidence.open_original(original)
    except FileNotFoundError:
        return False
    with source, archive.open(path, "w") as target:
        for chunk in source.chunks():
            target.write(chunk)
    return True


class Outgoing:
    """A ZIP written into a place that forgets what was taken from it: ``taken`` gives the bytes since."""

    def __init__(self) -> None:
        self._held = _Forward()
        self.archive = ZipFile(self._held, "w", ZIP_DEFLATED)

    def taken(self) -> Iterator[bytes]:
        if content := self._held.take():
            yield content

    def end(self) -> Iterator[bytes]:
        self.archive.close()
        yield from self.taken()


class _Forward(io.RawIOBase):
    """Writes on and never back, as a network does."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: object) -> int:
        part = bytes(content)  # type: ignore[call-overload]
        self._parts.append(part)
        return len(part)

    def take(self) -> bytes:
        content, self._parts = b"".join(self._parts), []
        return content
