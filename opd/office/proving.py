"""Proves the laws of the books by itself and keeps what was found; what was not run is never green."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.utils import timezone

from opd import audit
from opd.models import User
from opd.office import jobs, queue
from opd.office.models import LawResult, ProofRun, Verdict
from opd.office.verification import Finding, Law, laws

log = structlog.get_logger(__name__)
TASK = "office.prove"
NIGHTLY = timedelta(hours=26)
"""A proof older than this says nothing of today."""
_STUCK_AFTER = timedelta(minutes=15)
_LOCK = "office.prove"


def ask(*, by: User | None, at: datetime) -> ProofRun:
    """Ask a worker for a proof of all laws; one that is under way is the answer to a second asking."""
    with transaction.atomic():
        waiting = ProofRun.objects.filter(finished_at=None, job__touched_at__gt=at - _STUCK_AFTER)
        known = waiting.select_related("job").first()
        if known:
            return known
        job = jobs.create(TASK, subject="laws", by=by, at=at)
        run = ProofRun.objects.create(job=job, by=by, asked_at=at)
        if by:
            audit.record("proof.ask", run, by=by, at=at)
        queue.nudge(TASK, run.pk)
    return run


def prove(run: ProofRun) -> ProofRun:
    """Check every law on one snapshot and keep the verdicts. A second worker goes away; done once."""
    with queue.alone(_LOCK) as is_ours:
        run.refresh_from_db()
        if not is_ours or run.finished_at:
            return run
        with snapshot():
            found = [(law, check(law)) for law in laws()]
        _keep(run, found)
    return run


def nudge_stuck(*, at: datetime) -> int:
    """Ask again for proofs whose worker was lost or whose nudge never arrived. Returns how many."""
    return queue.nudge_silent(TASK, ProofRun.objects.filter(finished_at=None), since=at - _STUCK_AFTER)


def check(law: Law) -> Finding:
    """What a law finds; a check that fails itself is a problem: nobody knows what it would have found."""
    try:
        with transaction.atomic():
            return law.check()
    except Exception as error:
        log.exception("law_not_checked", law=law.name)
        return Finding(0, [f"Pemeriksaannya gagal ({type(error).__name__}); lihat catatan sistem."])


@contextmanager
def snapshot() -> Iterator[None]:
    """All reads inside see the same moment, and nothing is written."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def verdict_of(finding: Finding) -> Verdict:
    if finding.problems:
        return Verdict.BROKEN
    return Verdict.NOT_RUN if finding.not_run else Verdict.HOLDS


@transaction.atomic
def _keep(run: ProofRun, found: list[tuple[Law, Finding]]) -> None:
    at = timezone.now()
    LawResult.objects.bulk_create(
        LawResult(
            run=run, position=place, name=law.name, text=law.text_id, verdict=verdict_of(finding),
            rows=finding.rows, problems=finding.problems, why=finding.not_run,
        )
        for place, (law, finding) in enumerate(found, 1)
    )  # fmt: skip
    verdicts = [verdict_of(finding) for _, finding in found]
    run.finished_at = at
    run.laws, run.broken = len(found), verdicts.count(Verdict.BROKEN)
    run.not_run = verdicts.count(Verdict.NOT_RUN)
    run.save(update_fields=["finished_at", "laws", "broken", "not_run"])
    jobs.progress(run.job, done=len(found), total=len(found))
    jobs.finish(run.job, message=f"{len(found)} hukum diperiksa.")


def latest() -> ProofRun | None:
    """The last proof that came to its end."""
    return ProofRun.objects.exclude(finished_at=None).order_by("-finished_at").first()


def is_stale(run: ProofRun | None, *, at: datetime) -> bool:
    """No proof, or one too old to say anything of now: grey."""
    return run is None or run.finished_at is None or at - run.finished_at > NIGHTLY
