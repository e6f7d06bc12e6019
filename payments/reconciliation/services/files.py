"""Files come in: kept as evidence, known by their header, then a worker takes over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.core.files.base import File
from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.office import evidence, jobs, queue
from payments.reconciliation import sources
from payments.reconciliation.models import FileState, ImportedFile
from payments.reconciliation.parsers.rows import ParseError
from payments.reconciliation.services import accounts

TASK = "reconciliation.run_import"
MAX_BYTES = 200 * 1024 * 1024


class UploadError(Exception):
    """The upload cannot be taken; nothing was kept. The message is for the person at the screen."""


class RerunError(Exception):
    """The file cannot be run again now; the message is for the person at the screen."""


@dataclass(frozen=True)
class Seen:
    """What an upload is: its layout, or the ``problem`` for which it cannot be read."""

    source: sources.Source | None
    problem: ParseError | None = None


def look(content: File[bytes], profile: str = "") -> Seen:
    """Recognise an upload by its header, or hold it against the layout that ``profile`` names.

    Raises UploadError for an unknown profile.
    """
    wanted = _wanted(profile)
    try:
        found = sources.recognise_any(content)
    except ParseError as error:
        return Seen(wanted, error)
    if wanted and found != wanted:
        problem = ParseError(1, "wrong_profile", f"ini berkas {found.label}, bukan {wanted.label}.")
        return Seen(wanted, problem)
    return Seen(found)


def import_file(
    *,
    profile: str,
    name: str,
    content: File[bytes],
    by: User | None,
    at: datetime,
    seen: Seen | None = None,
) -> ImportedFile:
    """Keep an upload and ask a worker to import it; the same bytes again give back the first upload.

    ``profile`` names the layout; "" recognises it by the header, unless it was ``seen`` before. A file that
    is not of that layout is kept as ``refused`` with the reason in ``message``. Raises UploadError (too
    large, or of an unknown profile).
    """
    if content.size > MAX_BYTES:
        raise UploadError(
            f"Berkas lebih besar dari {MAX_BYTES // 1024 // 1024} MB; minta bank membaginya per hari."
        )
    known = ImportedFile.objects.filter(evidence__sha256=_sha256(content)).first()
    if known:
        return known
    seen = seen or look(content, profile)
    media_type = _media_type(seen.source, content)
    original, _ = evidence.store(content, name=name, media_type=media_type, by=by, at=at)
    try:
        with transaction.atomic():
            file = _create(seen.source, original.pk, name, by, at)
            if seen.problem:
                refuse(file, seen.problem, by=by, at=at)
            else:
                queue.nudge(TASK, file.pk)
    except IntegrityError:  # the same bytes at the same moment
        return ImportedFile.objects.get(evidence=original)
    return file


def rerun(*, file_id: int, by: User | None, at: datetime) -> ImportedFile:
    """Run a file again: a refused one is read anew, a finished one is matched anew. Raises RerunError."""
    with transaction.atomic():
        file = ImportedFile.objects.select_for_update(of=("self",)).get(pk=file_id)
        if file.is_waiting:
            raise RerunError("Berkas ini masih dikerjakan. Tunggu sampai selesai.")
        if file.state == FileState.SUPERSEDED:
            raise RerunError("Berkas ini sudah diganti; jalankan penggantinya.")
        if not file.profile:
            raise RerunError("Jenis berkas ini tidak dikenal, jadi tidak dapat dijalankan lagi.")
        before = {"state": file.state}
        file.job = jobs.create(TASK, subject=str(file.pk), by=by, at=at)
        file.state, file.message, file.line_no, file.tries = FileState.UPLOADED, "", None, 0
        file.finished_at = None
        file.save()
        audit.record("bank_file.rerun", file, by=by, at=at, before=before, after={"state": file.state})
        queue.nudge(TASK, file.pk)
    return file


def needs_answers(file: ImportedFile) -> list[str]:
    """What a person must say before a refused file can be read: "settlement_date", "nmid"."""
    if file.state != FileState.REFUSED or file.loaded_at or not file.profile:
        return []
    return list(sources.source(file.profile).asks)


def answer(*, file_id: int, given: Mapping[str, str], by: User, at: datetime) -> ImportedFile:
    """Note what a person says about a file whose layout asks for it, and read it anew.

    Raises RerunError where it asks for nothing (any more), ParseError for an NMID that is not ours,
    PermissionDenied without the right to upload such files.
    """
    with transaction.atomic():
        file = ImportedFile.objects.select_for_update(of=("self",)).get(pk=file_id)
        asked = needs_answers(file)
        if not asked:
            raise RerunError("Berkas ini tidak menanyakan apa pun. Tidak ada yang berubah.")
        access.require(by, sources.source(file.profile).permission)
        if "nmid" in asked:
            accounts.require_merchant(given["nmid"])
        before, file.given = dict(file.given), {name: given[name] for name in asked}
        file.save(update_fields=["given"])
        audit.record("bank_file.answer", file, by=by, at=at, before=before, after=file.given)
        rerun(file_id=file.pk, by=by, at=at)
    return file


@contextmanager
def original(file: ImportedFile) -> Iterator[IO[bytes]]:
    """The bytes as uploaded, from their start."""
    with evidence.open_original(file.evidence) as content:
        assert content.file is not None
        yield content.file


def refuse(file: ImportedFile, error: ParseError, *, by: User | None, at: datetime) -> None:
    """Close a file that could not be read; nothing of it was imported. Call it inside a transaction."""
    file.state, file.message, file.line_no = FileState.REFUSED, str(error)[:300], error.line_no or None
    file.finished_at = at
    file.save()
    audit.record("bank_file.refuse", file, by=by, at=at, after={"code": error.code, "line": error.line_no})
    jobs.fail(file.job, message=file.message)


def _create(
    source: sources.Source | None, evidence_id: int, name: str, by: User | None, at: datetime
) -> ImportedFile:
    file = ImportedFile(
        profile=source.profile if source else "",
        kind=source.kind if source else "",
        name=name[:200],
        evidence_id=evidence_id,
        by=by,
        uploaded_at=at,
    )
    file.job = jobs.create(TASK, subject=name[:80], by=by, at=at)
    file.save(force_insert=True)
    after = {"name": file.name, "profile": file.profile, "sha256": file.evidence.sha256}
    audit.record("bank_file.upload", file, by=by, at=at, after=after)
    return file


def _wanted(profile: str) -> sources.Source | None:
    if not profile:
        return None
    try:
        return sources.source(profile)
    except sources.UnknownProfile as error:
        raise UploadError(str(error)) from error


def _media_type(source: sources.Source | None, content: File[bytes]) -> str:
    content.seek(0)
    if content.read(4) == b"PK\x03\x04":
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return source.media_type if source else "text/csv"


def _sha256(content: File[bytes]) -> str:
    digest = hashlib.sha256()
    content.seek(0)
    for chunk in content.chunks(1 << 16):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()
