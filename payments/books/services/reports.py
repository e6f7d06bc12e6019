"""The monthly report goes from the treasurer to PPK and PA; its facts freeze when it is submitted."""

from __future__ import annotations

from datetime import date, datetime

from django.core.files.base import ContentFile
from django.db import transaction

from opd import access, audit
from opd.models import Opd, Role, User
from opd.office import evidence, jobs, queue, rules
from opd.office.calendar import day_of
from opd.office.models import Job
from payments.books import papers, spj
from payments.books.days import after, last_of, named, words
from payments.books.errors import BookError
from payments.books.models import MonthClosing, Report, ReportKind, ReportState
from payments.books.services import turns

UNCHANGED = "LPJ tidak berubah."
MAKERS = {ReportKind.SPENDING: "books.close", ReportKind.RECEIPTS: "books.receipts"}
VIEWERS = {ReportKind.SPENDING: "books.view", ReportKind.RECEIPTS: "takings.view"}


def due_date(year: int, month: int) -> date:
    """The day on which the report of a month is due: ``spj.due_day`` of the next (Permendagri 77/2020)."""
    in_year, in_month = after(year, month)
    day = int(rules.value("spj.due_day", last_of(year, month)))
    return min(date(in_year, in_month, 1).replace(day=min(day, 28)), last_of(in_year, in_month))


def draft_report(*, opd: Opd, year: int, month: int, kind: ReportKind, by: User, at: datetime) -> Report:
    """The report of a month, begun if it is not there yet. PermissionDenied for others than its maker."""
    access.require(by, MAKERS[kind], opd=opd)
    if not (1 <= month <= 12 and 2000 <= year <= 2100) or last_of(year, month) >= day_of(at):
        raise BookError("LPJ disusun untuk bulan yang sudah berakhir. Belum ada yang dibuat.")
    report, created = Report.objects.get_or_create(
        opd=opd, year=year, month=month, kind=kind,
        defaults={"due_date": due_date(year, month), "created_at": at},
    )  # fmt: skip
    if created:
        audit.record("report.draft", report, by=by, at=at, after={"month": named(year, month)})
    return report


@transaction.atomic
def submit_report(*, report_id: int, by: User, at: datetime) -> Report:
    """Freeze what the report states and hand it to PPK. A spending report needs its month closed; a receipts
    report, its month over. Raises BookError, PermissionDenied."""
    report = Report.objects.select_related("opd").get(pk=report_id)
    access.require(by, MAKERS[ReportKind(report.kind)], opd=report.opd_id)
    turns.take(report.opd_id)  # the month can't be opened again between the look and the deed
    _ready(report, day_of(at))
    report.facts = spj.facts_of(report)
    _move(report, ReportState.DRAFT, state=ReportState.SUBMITTED, facts=report.facts, submitted_by=by,
          submitted_at=at, return_reason="", pdf=None, job=None)  # fmt: skip
    _issue(report, by=by, at=at)
    audit.record("report.submit", report, by=by, at=at, after={"total": report.facts["total"]})
    return report


def _ready(report: Report, today: date) -> None:
    month = named(report.year, report.month)
    if report.kind == ReportKind.RECEIPTS:
        if today <= last_of(report.year, report.month):
            raise BookError(f"{month} belum berakhir. {UNCHANGED}")
        return
    closed = MonthClosing.objects.standing().filter(opd=report.opd_id, year=report.year, month=report.month)
    if not closed.exists():
        raise BookError(f"Tutup {month} dahulu, lalu sampaikan LPJ-nya. {UNCHANGED}")


def _issue(report: Report, *, by: User, at: datetime) -> None:
    papers.void_all(report, reason="Disampaikan ulang", by=by, at=at)
    if report.kind == ReportKind.RECEIPTS:
        roles = (Role.PA, Role.PPK_OPD, Role.BENDAHARA_PENERIMAAN)
        papers.issue_report(report, "lpjt", report.facts["receipts"], roles, by=by, at=at)
        return
    roles = (Role.PA, Role.PPK_OPD, Role.BENDAHARA_PENGELUARAN)
    papers.issue_report(report, "spja", report.facts["administrative"], roles, by=by, at=at)
    papers.issue_report(report, "spjf", report.facts["functional"], roles[::2], by=by, at=at)


@transaction.atomic
def verify_report(*, report_id: int, by: User, at: datetime) -> Report:
    """PPK has tested the report (``books.verify``); never its maker."""
    return _step(report_id, "books.verify", ReportState.SUBMITTED, ReportState.VERIFIED, "verified", by, at)


@transaction.atomic
def approve_report(*, report_id: int, by: User, at: datetime) -> Report:
    """PA approves the report (``books.approve``); never its maker."""
    return _step(report_id, "books.approve", ReportState.VERIFIED, ReportState.APPROVED, "approved", by, at)


def _step(
    report_id: int,
    permission: str,
    before: ReportState,
    after_it: ReportState,
    name: str,
    by: User,
    at: datetime,
) -> Report:
    report = Report.objects.get(pk=report_id)
    access.require(by, permission, opd=report.opd_id)
    if report.submitted_by_id == by.pk:
        raise BookError(f"Yang menyusun LPJ tidak memeriksanya sendiri. {UNCHANGED}")
    _move(report, before, state=after_it, **{f"{name}_by": by, f"{name}_at": at})
    if after_it == ReportState.VERIFIED:
        audit.record("report.verify", report, by=by, at=at)
    else:
        audit.record("report.approve", report, by=by, at=at)
    return report


@transaction.atomic
def return_report(*, report_id: int, reason: str, by: User, at: datetime) -> Report:
    """PPK or PA sends the report back to its maker, with a reason; its pages are voided."""
    report = Report.objects.get(pk=report_id)
    asked = "books.verify" if report.state == ReportState.SUBMITTED else "books.approve"
    access.require(by, asked, opd=report.opd_id)
    reason = " ".join(reason.split())
    if len(reason) < 5:
        raise BookError(f"Tulis alasan pengembalian. {UNCHANGED}")
    if report.state not in (ReportState.SUBMITTED, ReportState.VERIFIED):
        raise BookError(
            f"LPJ ini {report.get_state_display().lower()}; tidak dapat dikembalikan. {UNCHANGED}"
        )
    blank = {"submitted_by": None, "submitted_at": None, "verified_by": None, "verified_at": None}
    _move(report, ReportState(report.state), state=ReportState.DRAFT, return_reason=reason[:300], **blank)
    papers.void_all(report, reason=reason, by=by, at=at)
    audit.record("report.return", report, by=by, at=at, reason=reason[:300])
    return report


def _move(report: Report, before: ReportState, **fields: object) -> None:
    """A conditional UPDATE: of two who press at once, one wins."""
    if not Report.objects.filter(pk=report.pk, state=before).update(**fields):
        raise BookError(
            f"LPJ ini bukan lagi {before.label.lower()}; mungkin orang lain lebih dahulu. {UNCHANGED}"
        )
    report.refresh_from_db()


@transaction.atomic
def ask_pdf(*, report_id: int, by: User, at: datetime) -> Job:
    """Have the whole SPJ made as one PDF by a worker; a job that runs already is the same job."""
    report = Report.objects.select_related("job").select_for_update(of=("self",)).get(pk=report_id)
    access.require(by, VIEWERS[ReportKind(report.kind)], opd=report.opd_id)
    if report.state == ReportState.DRAFT:
        raise BookError("PDF dibuat dari LPJ yang sudah disampaikan. Sampaikan dahulu.")
    if report.job and not report.job.is_over:
        return report.job
    job = jobs.create("books.spj", subject=str(report.pk), by=by, at=at)
    Report.objects.filter(pk=report.pk).update(job=job)
    queue.nudge("books.make_pdf", report.pk)
    return job


def make_pdf(*, report_id: int, at: datetime) -> None:
    """For the worker: write the PDF and keep it as evidence; failures are said on the job."""
    report = Report.objects.select_related("opd", "job").get(pk=report_id)
    job = report.job
    if job is None or job.is_over:
        return
    try:
        content = spj.whole_pdf(
            report, at=at, progress=lambda done, total: jobs.progress(job, done=done, total=total)
        )
        name = f"SPJ-{report.opd.code}-{report.year}-{report.month:02}-{report.kind}.pdf"
        kept, _ = evidence.store(
            ContentFile(content, name=name), name=name, media_type="application/pdf", by=job.by, at=at
        )
        Report.objects.filter(pk=report.pk, job=job).update(pdf=kept)
    except Exception:
        jobs.fail(job, message="PDF gagal dibuat; tidak ada angka yang berubah. Coba lagi.")
        raise
    jobs.finish(job, message=f"PDF {named(report.year, report.month)} siap diunduh.")


def overdue_text(report_due: date, today: date) -> str:
    """The countdown in words."""
    days = (report_due - today).days
    if days < 0:
        return f"Terlambat {-days} hari (tenggat {words(report_due)})."
    return "Tenggat hari ini." if not days else f"{days} hari lagi, tenggat {words(report_due)}."
