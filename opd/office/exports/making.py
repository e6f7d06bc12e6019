"""Makes archives behind the screens: asked for in a row, made by a worker, kept as evidence."""

from __future__ import annotations

from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

import psycopg
import structlog
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import DatabaseError, transaction

from config import replica
from opd import audit
from opd.models import User
from opd.office import evidence, jobs, queue
from opd.office.exports import archive, kinds
from opd.office.exports.archive import Report
from opd.office.exports.kinds import EVERYTHING, Choice, ExportError
from opd.office.exports.shapes import DIALECTS, Contents, Dialect
from opd.office.models import Export, JobState

log = structlog.get_logger(__name__)
TASK = "office.make_export"
_STUCK_AFTER = timedelta(minutes=5)
_MOST_TRIES = 3
_WAITS = 10.0
"""Seconds for a replica to come as far as the primary is."""


@transaction.atomic
def ask(*, kind: str, dialect: str, by: User, at: datetime, choice: Choice = EVERYTHING) -> Export:
    """Ask for an archive of what stands now. Raises ExportError, PermissionDenied."""
    wanted = kinds.kind(kind)
    if not kinds.may_take(by, wanted):
        raise PermissionDenied("Peran Anda tidak menjangkau isi ekspor ini.")
    if dialect not in DIALECTS:
        raise ExportError("Pilih bentuk berkas yang ada dalam daftar.")
    pin = kinds.pinned(by, wanted, choice)
    job = jobs.create(TASK, subject=wanted.label[:80], by=by, at=at)
    row = Export.objects.create(kind=kind, dialect=dialect, pin=pin, job=job, by=by, asked_at=at)
    audit.record("export.ask", row, by=by, at=at, after={"kind": kind, "dialect": dialect, "pin": pin})
    queue.nudge(TASK, row.pk)
    return row


def make(export_id: UUID, *, at: datetime) -> None:
    """Make one archive. Idempotent; a second worker with the same one goes away."""
    with queue.alone(f"office.export:{export_id}") as is_ours:
        row = Export.objects.select_related("job", "by").get(pk=export_id)
        if not is_ours or row.job.is_over:
            return
        if row.tries >= _MOST_TRIES:
            jobs.fail(row.job, message="Pembuatan berulang kali gagal. Minta lagi, atau hubungi pengelola.")
            return
        row.tries += 1
        row.save(update_fields=["tries"])
        _make(row, at)


def _make(row: Export, at: datetime) -> None:
    wanted = kinds.kind(row.kind)
    contents = wanted.contents(row.pin)

    def report(done: int, total: int) -> None:
        jobs.progress(row.job, done=done, total=total, message="Menulis baris")

    with TemporaryFile() as file:
        manifest = _write(file, contents, DIALECTS[row.dialect], report)
        name = f"{row.kind}-{row.dialect}.zip"
        kept, _ = evidence.store(File(file), name=name, media_type="application/zip", by=row.by, at=at)
    total = sum(table["rows"] for table in manifest["tables"])
    with transaction.atomic():
        Export.objects.filter(pk=row.pk).update(evidence=kept, manifest=manifest)
        audit.record("export.done", row, by=None, at=at, after={"sha256": kept.sha256, "rows": total})
    jobs.progress(row.job, done=total, total=total)
    jobs.finish(row.job, message="Siap diunduh.")


def _write(file: IO[bytes], contents: Contents, dialect: Dialect, report: Report) -> dict[str, Any]:
    """From a replica that has replayed all that was committed until now, the blocks of the pin included;
    from the primary where there is none, or where it fails midway."""
    source = replica.caught_up(within=_WAITS)
    if source:
        try:
            return archive.write(file, contents, dialect, report, source)
        except (DatabaseError, psycopg.Error) as error:
            log.warning("export_from_primary", error=type(error).__name__)
            file.seek(0)
            file.truncate()
    return archive.write(file, contents, dialect, report)


def nudge_stuck(*, at: datetime) -> int:
    """Ask again for archives whose worker was lost or whose nudge never arrived. Returns how many."""
    waiting = Export.objects.filter(evidence=None).exclude(job__state=JobState.FAILED)
    return queue.nudge_silent(TASK, waiting, since=at - _STUCK_AFTER)
