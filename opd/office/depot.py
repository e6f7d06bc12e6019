"""The archive storage: bytes past their active years, content-addressed like those in the main one.

Several machines share it, as they share the main storage (STORAGES, "archive"). Nothing is taken away
anywhere before what lies here has been flushed to the disk and read back.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import Storage, storages

_CHUNK = 1 << 16


class NotKept(OSError):
    """What lies in the archive is not what was to be kept there; nothing may be taken away elsewhere."""


def fingerprint(content: File[bytes]) -> str:
    """SHA-256 of all its bytes, in hex."""
    digest = hashlib.sha256()
    content.seek(0)
    for chunk in content.chunks(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def keep(path: str, content: File[bytes], sha256: str) -> None:
    """Write, flush, read back. Harmless again, also after a halt midway. Raises NotKept."""
    place = _place()
    if not holds(path, sha256):
        place.delete(path)
        content.seek(0)
        if place.save(path, content) != path:
            raise NotKept(f"{path} was taken by another writer")
    _flush(place, path)
    if not holds(path, sha256):
        raise NotKept(f"{path} does not read back as it was written")


def holds(path: str, sha256: str) -> bool:
    """Whether undamaged bytes lie there."""
    try:
        with open_kept(path) as content:
            return fingerprint(content) == sha256
    except FileNotFoundError:
        return False


def open_kept(path: str) -> File[bytes]:
    """Raises FileNotFoundError."""
    return _place().open(path, "rb")


def remove(path: str) -> None:
    """Harmless where nothing lies there."""
    _place().delete(path)


def _place() -> Storage:
    return storages["archive"]


def _flush(place: Storage, path: str) -> None:
    """To the disk, the names in its folders included; a remote storage keeps what it has confirmed."""
    try:
        file = Path(place.path(path))
    except NotImplementedError:
        return
    for part in (file, file.parent, file.parent.parent):
        handle = os.open(part, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
