"""Originals, kept as received: content-addressed by SHA-256 and written before the row that names them.

Read from the main storage, and from the archive where they have gone there (``evidence_archiving``).
"""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import FileResponse

from opd.models import User
from opd.office import depot
from opd.office.depot import fingerprint as fingerprint
from opd.office.models import Evidence


def store(
    content: File[bytes], *, name: str, media_type: str, by: User | None, at: datetime
) -> tuple[Evidence, bool]:
    """Keep an original. Returns its row and whether it is new (the same bytes are kept once).

    The bytes stream through; they are in the storage before the row exists, so that a row never names a
    file that is not there.
    """
    sha256 = fingerprint(content)
    known = Evidence.objects.filter(sha256=sha256).first()
    if known:
        return known, False
    path = Evidence(sha256=sha256).path
    if not default_storage.exists(path) or default_storage.size(path) != content.size:
        _write(path, content)
    return Evidence.objects.get_or_create(
        sha256=sha256,
        defaults={
            "name": name[:200],
            "media_type": media_type[:100],
            "size": content.size,
            "stored_at": at,
            "by": by,
        },
    )


def put_back(sha256: str, content: File[bytes]) -> bool:
    """Place the bytes of a known original, whose fingerprint the caller has checked. False where an
    undamaged one lies there or in the archive already."""
    path = Evidence(sha256=sha256).path
    if default_storage.exists(path):
        with default_storage.open(path, "rb") as known:
            if fingerprint(known) == sha256:
                return False
    elif depot.holds(path, sha256):
        return False
    _write(path, content)
    return True


def _write(path: str, content: File[bytes]) -> None:
    default_storage.delete(path)
    content.seek(0)
    default_storage.save(path, content)


def open_original(evidence: Evidence) -> File[bytes]:
    """The bytes as received, opened for reading. Raises FileNotFoundError where neither place has them."""
    try:
        return default_storage.open(evidence.path, "rb")
    except FileNotFoundError:
        return depot.open_kept(evidence.path)


def attachment(evidence: Evidence) -> FileResponse:
    """The original as a download, after the caller's access check; never inline, its type is not trusted."""
    response = FileResponse(
        open_original(evidence), as_attachment=True, filename=evidence.name, content_type=evidence.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
