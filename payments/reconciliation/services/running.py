"""Runs one file: read it all, store its lines, match, book. Every step can be done again after a kill."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F

from opd import audit
from opd.office import jobs, queue
from payments.reconciliation import sources
from payments.reconciliation.models import FileState, ImportedFile
from payments.reconciliation.parsers.rows import ParseError, StatementTotals
from payments.reconciliation.services import accounts, loading, summary
from payments.reconciliation.services.files import TASK, refuse
from payments.reconciliation.services.matching import reconcile

log = structlog.get_logger(__name__)
_MOST_TRIES = 5
_STUCK_AFTER = timedelta(minutes=2)


def run_import(file_id: int, *, at: datetime) -> None:
    """Import one uploaded file, or go on where a killed worker stopped. Idempotent.

    A second worker with the same file goes away at once. A file that cannot be read ends as ``refused`` and
    changes nothing else.
    """
    with queue.alone(f"reconciliation.file:{file_id}") as is_ours:
        if not is_ours:
            return
        file = ImportedFile.objects.select_related("job", "evidence", "by").get(pk=file_id)
        if not file.is_waiting:
            return
        try:
            _start(file)
            if file.loaded_at is None:
                loading.load(file, _read(file), at=at)
        except ParseError as error:
            with transaction.atomic():
                loading.clear(file)
                refuse(file, error, by=None, at=at)
            return
        _match(file, at)


def nudge_stuck(*, at: datetime) -> int:
    """Ask again for files whose worker was lost or whose nudge never arrived. Returns how many."""
    waiting = ImportedFile.objects.filter(state__in=[FileState.UPLOADED, FileState.RUNNING])
    return queue.nudge_silent(TASK, waiting, since=at - _STUCK_AFTER)


def _start(file: ImportedFile) -> None:
    """Count the try. Raises ParseError after too many: something is wrong with us, not with the bank."""
    if file.tries >= _MOST_TRIES:
        message = "Berkas ini berulang kali gagal dikerjakan. Aslinya tersimpan; hubungi pengelola sistem."
        raise ParseError(0, "gave_up", message)
    ImportedFile.objects.filter(pk=file.pk).update(state=FileState.RUNNING, tries=F("tries") + 1)
    file.refresh_from_db(fields=["state", "tries"])


def _read(file: ImportedFile) -> loading.Totals:
    """Read the file to its end and test its control totals; a damaged one changes nothing but the stage."""
    message = "Membaca dan menguji angka kontrol"

    def report(done: int) -> None:
        jobs.progress(file.job, done=done, total=file.evidence.size, message=message)

    totals = loading.stage(file, sources.source(file.profile), report=report)
    if isinstance(totals, StatementTotals):
        accounts.require_known(totals.account)
    return totals


def _match(file: ImportedFile, at: datetime) -> None:
    jobs.progress(file.job, done=0, total=file.lines, message="Mencocokkan")
    reconcile(file_id=file.pk, at=at, report=lambda done, message: _report(file, done, message))
    with transaction.atomic():
        file.state, file.finished_at, file.message = FileState.DONE, at, summary.of_file(file)
        file.save()
        older = ImportedFile.objects.filter(
            name=file.name, profile=file.profile, loaded_at=None, state=FileState.REFUSED, pk__lt=file.pk
        )
        older.update(state=FileState.SUPERSEDED, superseded_by=file, superseded_at=at)
        audit.record("bank_file.done", file, by=None, at=at, after={"result": file.message})
    jobs.finish(file.job, message=file.message)


def _report(file: ImportedFile, done: int, message: str) -> None:
    jobs.progress(file.job, done=min(done, file.lines), total=file.lines, message=message)
