"""SKRD by file: kept, looked at, confirmed once, then issued by a worker in blocks of a thousand.

Each block is one transaction with one block of numbers: a worker that dies leaves whole blocks behind, and
the next goes on with the rows that have no SKRD yet, so that no number is skipped and none is taken twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.core.files.base import File
from django.db import transaction
from django.db.models import F

from opd import access, audit
from opd.models import User
from opd.office import evidence, jobs, queue
from opd.office.calendar import day_of
from opd.office.models import Job, JobState
from opd.office.tabular import TabularError
from retribusi.assessments import terms
from retribusi.assessments.errors import AssessmentError, FileRefused
from retribusi.assessments.models import AssessmentFile, WajibRetribusi
from retribusi.assessments.services import issuing
from retribusi.assessments.services.issuing import Assessment
from retribusi.assessments.services.reading import Reading, Wanted, read_file
from retribusi.assessments.services.register import built
from retribusi.models import CollectionPoint

log = structlog.get_logger(__name__)
TASK = "assessments.issue_file"
BLOCK = 1000
_MOST_TRIES = 5
_STUCK_AFTER = timedelta(minutes=2)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def keep(
    *, point: CollectionPoint, period: tuple[date, date], content: File[bytes], name: str, by: User,
    at: datetime,
) -> AssessmentFile:  # fmt: skip
    """Keep an upload to look at; nothing is issued. Raises AssessmentError (no table), PermissionDenied."""
    access.require(by, "assessments.issue", opd=point.opd_id)
    issuing.check_period(period)
    media = _XLSX if name.lower().endswith(".xlsx") else "text/csv"
    original, _ = evidence.store(content, name=name, media_type=media, by=by, at=at)
    file = AssessmentFile(
        point=point, opd=point.opd, evidence=original, name=name[:200], period_from=period[0],
        period_to=period[1], uploaded_at=at, uploaded_by=by,
    )  # fmt: skip
    try:
        read_file(file, on=day_of(at))
    except TabularError as error:
        raise AssessmentError(f"{error} Tidak ada yang disimpan.", field="file") from error
    with transaction.atomic():
        file.save(force_insert=True)
        after = {"name": file.name, "point": point.slug, "sha256": original.sha256}
        audit.record("skrd_file.upload", file, by=by, at=at, after=after)
    return file


def confirm(*, file_id: UUID, by: User, at: datetime) -> AssessmentFile:
    """Let a worker issue every row of a file that has no fault; pressed again it changes nothing.

    Raises FileRefused with every bad row, AssessmentError, PermissionDenied.
    """
    with transaction.atomic():
        file = (
            AssessmentFile.objects.select_for_update(of=("self",))
            .select_related("point__opd")
            .get(pk=file_id)
        )
        access.require(by, "assessments.issue", opd=file.opd_id)
        if file.confirmed_at:
            return file
        if file.dropped_at:
            raise AssessmentError("Berkas ini sudah dibuang. Unggah lagi bila tetap diperlukan.")
        found = read_file(file, on=day_of(at))
        _check(file, found)
        file.confirmed_at, file.confirmed_by = at, by
        file.rows, file.total = len(found.rows), found.total
        file.job = jobs.create(TASK, subject=file.name[:80], by=by, at=at)
        file.save()
        after = {"rows": file.rows, "total": f"{file.total:.2f}"}
        audit.record("skrd_file.confirm", file, by=by, at=at, after=after)
        queue.nudge(TASK, file.pk)
    return file


def _check(file: AssessmentFile, found: Reading) -> None:
    if found.problems:
        raise FileRefused(
            "Berkas ini belum dapat diterbitkan; tidak ada SKRD yang terbit.", found.problems.sentences()
        )
    if not found.rows:
        raise FileRefused("Berkas ini tidak berisi satu pun SKRD.")
    same = AssessmentFile.objects.filter(
        evidence=file.evidence, point=file.point, period_from=file.period_from, confirmed_at__isnull=False
    )
    if same.exists():
        raise FileRefused("Berkas yang sama untuk masa ini sudah dikonfirmasi sebelumnya.")


@transaction.atomic
def drop(*, file_id: UUID, by: User, at: datetime) -> AssessmentFile:
    """Drop a file that was not confirmed. Raises AssessmentError, PermissionDenied."""
    file = AssessmentFile.objects.select_for_update().get(pk=file_id)
    access.require(by, "assessments.issue", opd=file.opd_id)
    if file.confirmed_at:
        raise AssessmentError("Berkas ini sudah dikonfirmasi; SKRD-nya dibatalkan satu per satu.")
    if file.dropped_at is None:
        file.dropped_at = at
        file.save(update_fields=["dropped_at"])
        audit.record("skrd_file.drop", file, by=by, at=at)
    return file


def run(file_id: UUID, *, at: datetime) -> None:
    """Issue what a confirmed file still lacks. Idempotent; a second worker with the same file goes away.

    Everything is dated by the day of the confirmation, also when the work ends after midnight.
    """
    with queue.alone(f"assessments.file:{file_id}") as is_ours:
        if not is_ours:
            return
        file = AssessmentFile.objects.select_related("point__opd", "job", "confirmed_by", "evidence").get(
            pk=file_id
        )
        if file.confirmed_at is None or file.finished_at or file.job is None:
            return
        if file.tries >= _MOST_TRIES:
            jobs.fail(
                file.job,
                message="Penerbitan berulang kali gagal; yang sudah terbit tetap sah. Hubungi pengelola.",
            )
            return
        AssessmentFile.objects.filter(pk=file.pk).update(tries=F("tries") + 1)
        _issue_all(file, file.job, at)


def nudge_stuck(*, at: datetime) -> int:
    """Ask again for files whose worker was lost or whose nudge never arrived. Returns how many."""
    confirmed = AssessmentFile.objects.filter(confirmed_at__isnull=False, finished_at=None)
    waiting = confirmed.exclude(job__state=JobState.FAILED)
    return queue.nudge_silent(TASK, waiting, since=at - _STUCK_AFTER)


def _issue_all(file: AssessmentFile, job: Job, at: datetime) -> None:
    assert file.confirmed_at is not None
    day = day_of(file.confirmed_at)
    found = read_file(file, on=day)
    done = set(file.skrd.values_list("line_no", flat=True))
    left = [row for row in found.rows if row.line_no not in done]
    if found.problems:
        jobs.fail(job, message=f"Dihentikan: {found.problems.sentences()[0]}"[:300])
        return
    issued = len(done)
    for start in range(0, len(left), BLOCK):
        jobs.progress(job, done=issued, total=file.rows, message="")
        try:
            with transaction.atomic():
                issued += _issue_block(file, left[start : start + BLOCK], day, at)
        except AssessmentError as error:
            jobs.fail(job, message=f"Dihentikan: {error}"[:300])
            return
    with transaction.atomic():
        AssessmentFile.objects.filter(pk=file.pk, finished_at=None).update(finished_at=at)
        audit.record("skrd_file.done", file, by=None, at=at, after={"issued": issued})
    jobs.progress(job, done=issued, total=file.rows)
    jobs.finish(job, message=f"{issued} SKRD terbit.")


def _issue_block(file: AssessmentFile, rows: Sequence[Wanted], day: date, at: datetime) -> int:
    payers = _payers(file, rows, at)
    due = terms.due_on(day)
    period = (file.period_from, file.period_to)
    pairs = [(payers[row.facts.identity.digest].pk, row.charge.tariff.pk) for row in rows]
    if twice := issuing.standing_twice(pairs, period):
        raise AssessmentError(f"SKRD {next(iter(twice.values()))} baru terbit untuk tarif dan masa ini.")
    assessments = [
        Assessment(
            form_key=f"file:{file.pk}:{row.line_no}", point=file.point,
            wajib=payers[row.facts.identity.digest], charges=[row.charge], period=period, issued_on=day,
            due_on=due, file=file, line_no=row.line_no,
        )
        for row in rows
    ]  # fmt: skip
    return len(issuing.issue_many(assessments=assessments, opd=file.opd, by=file.confirmed_by, at=at))


def _payers(file: AssessmentFile, rows: Sequence[Wanted], at: datetime) -> dict[str, WajibRetribusi]:
    """The wajib retribusi of a block by their digest, the new ones entered; locked until the block stands."""
    facts = {row.facts.identity.digest: row.facts for row in rows}
    known = WajibRetribusi.objects.filter(opd=file.opd, identity_digest__in=list(facts))
    have = set(known.values_list("identity_digest", flat=True))
    fresh = [
        built(one, opd=file.opd, by=file.confirmed_by, at=at)
        for digest, one in facts.items()
        if digest not in have
    ]
    WajibRetribusi.objects.bulk_create(fresh, ignore_conflicts=True)
    return {row.identity_digest: row for row in known.select_for_update().order_by("pk")}
