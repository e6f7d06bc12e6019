"""LPJ of both treasurers, from draft to approved, with its PDF; the tax register; the TBP of a spend."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.models import Opd
from opd.office import documents, evidence
from opd.office.exports import csv_response
from opd.stepup import second_factor
from payments.books import services
from payments.books.days import before, named
from payments.books.forms import ReasonForm, TaxFilter
from payments.books.models import Report, ReportKind, ReportState
from payments.books.queries import overview, recap
from payments.books.services.reports import due_date, overdue_text
from payments.books.views.choosing import chosen, own_opd
from payments.spending.models import Spend, TaxLine

TONES = {
    ReportState.DRAFT: "quiet",
    ReportState.SUBMITTED: "wait",
    ReportState.VERIFIED: "wait",
    ReportState.APPROVED: "ok",
}
TAX_HEADER = (
    "dipungut",
    "opd",
    "belanja",
    "penerima",
    "pajak",
    "jumlah",
    "kode_billing",
    "ntpn",
    "disetor",
    "keadaan",
)


@needs("books.view")
@require_GET
@reads_replica
def report_list(request: HttpRequest) -> HttpResponse:
    """Every report of an agency, and the month that is due."""
    return _list(request, "books.view", ReportKind.SPENDING, Report.objects.all())


@needs("takings.view")
@require_GET
def receipts_list(request: HttpRequest) -> HttpResponse:
    """The reports of receiving treasurers."""
    return _list(
        request, "takings.view", ReportKind.RECEIPTS, Report.objects.filter(kind=ReportKind.RECEIPTS)
    )


def _list(request: HttpRequest, permission: str, kind: ReportKind, rows: Any) -> HttpResponse:
    choice = chosen(request, permission)
    today = timezone.localdate()
    due_month = before(today.year, today.month)
    due = due_date(*due_month)
    makers = {ReportKind.SPENDING: "books.close", ReportKind.RECEIPTS: "books.receipts"}
    sent = Report.objects.filter(opd=choice.opd, year=due_month[0], month=due_month[1], kind=kind).first()
    context = {
        "choice": choice, "form": choice.form, "kind": kind, "due_name": named(*due_month),
        "due_month": due_month, "sent": sent, "countdown": overdue_text(due, today), "is_late": due < today,
        "page": Paginator(rows.filter(opd=choice.opd), 24).get_page(request.GET.get("halaman")),
        "may_make": choice.opd is not None and allowed(actor(request), makers[kind], opd=choice.opd),
        "detail": "books:report_detail" if permission == "books.view" else "books:receipts_detail",
    }  # fmt: skip
    return render(request, "books/report_list.html", context)


@needs("books.close")
@require_POST
def report_draft(request: HttpRequest, opd_id: int, year: int, month: int) -> HttpResponse:
    opd = own_opd(request, "books.close", opd_id)
    return _draft(
        request, opd, (year, month), ReportKind.SPENDING, "books:report_detail", "books:report_list"
    )


@needs("books.receipts")
@require_POST
def receipts_draft(request: HttpRequest, opd_id: int, year: int, month: int) -> HttpResponse:
    opd = own_opd(request, "books.receipts", opd_id)
    return _draft(
        request, opd, (year, month), ReportKind.RECEIPTS, "books:receipts_detail", "books:receipts_list"
    )


def _draft(
    request: HttpRequest, opd: Opd, month: tuple[int, int], kind: ReportKind, there: str, back: str
) -> HttpResponse:
    try:
        report = services.draft_report(
            opd=opd, year=month[0], month=month[1], kind=kind, by=actor(request), at=timezone.now()
        )
    except services.BookError as error:
        messages.error(request, str(error))
        return redirect(back)
    return redirect(there, pk=report.pk)


@needs("books.view")
@require_GET
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, "books.view", pk), "books:report_progress", "books:report_pdf")


@needs("takings.view")
@require_GET
def receipts_detail(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, "takings.view", pk, kind=ReportKind.RECEIPTS)
    return _detail(request, report, "books:receipts_progress", "books:receipts_pdf")


def _detail(request: HttpRequest, report: Report, progress: str, pdf: str) -> HttpResponse:
    user = actor(request)
    spending = report.kind == ReportKind.SPENDING
    steps = {
        ReportState.DRAFT: "books.close" if spending else "books.receipts",
        ReportState.SUBMITTED: "books.verify",
        ReportState.VERIFIED: "books.approve",
    }
    needed = steps.get(ReportState(report.state))
    context = {
        "report": report, "name": named(report.year, report.month), "facts": report.facts or None,
        "tone": TONES[ReportState(report.state)], "papers": documents.of(report).standing(),
        "events": _events(report), "reason": ReasonForm(), "progress": progress, "pdf": pdf,
        "spending": spending,
        "countdown": overdue_text(report.due_date, timezone.localdate()),
        "closing": overview.closing_of(report.opd_id, report.year, report.month) if spending else None,
        "may_step": needed is not None and allowed(user, needed, opd=report.opd_id)
        and report.submitted_by_id != user.pk,
        "wide": True,
    }  # fmt: skip
    return render(request, "books/report_detail.html", context)


def _events(report: Report) -> list[dict[str, Any]]:
    steps = [
        (report.created_at, "Mulai disusun", ""),
        (report.submitted_at, "Disampaikan", report.submitted_by or ""),
        (report.verified_at, "Diverifikasi", report.verified_by or ""),
        (report.approved_at, "Disahkan", report.approved_by or ""),
    ]
    return [{"at": at, "text": text, "by": by} for at, text, by in steps if at]


@needs("books.close")
@second_factor("menyampaikan LPJ")
@require_POST
def report_submit(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, "books.close", pk, kind=ReportKind.SPENDING)
    return _do(request, report, services.submit_report, "LPJ disampaikan ke PPK.")


@needs("books.receipts")
@require_POST
def receipts_submit(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, "books.receipts", pk, kind=ReportKind.RECEIPTS)
    return _do(
        request, report, services.submit_report, "LPJ penerimaan disampaikan ke PPK.", "books:receipts_detail"
    )


@needs("books.verify")
@second_factor("memverifikasi LPJ")
@require_POST
def report_verify(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, "books.verify", pk)
    return _do(request, report, services.verify_report, "LPJ diverifikasi; menunggu pengesahan PA.")


@needs("books.approve")
@second_factor("mengesahkan LPJ")
@require_POST
def report_approve(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, "books.approve", pk)
    return _do(request, report, services.approve_report, "LPJ disahkan.")


@needs("books.view")
@require_POST
def report_return(request: HttpRequest, pk: int) -> HttpResponse:
    """PPK or PA sends it back; the service knows whose turn it is."""
    report = _visible(request, "books.view", pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _do(request, report, services.return_report, "LPJ dikembalikan ke bendahara.", reason=reason)


def _do(
    request: HttpRequest,
    report: Report,
    deed: Any,
    done: str,
    back: str = "books:report_detail",
    **words: str,
) -> HttpResponse:
    try:
        deed(report_id=report.pk, by=actor(request), at=timezone.now(), **words)
    except services.BookError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(back, pk=report.pk)


@needs("books.view")
@require_POST
def report_make_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, _visible(request, "books.view", pk), services.ask_pdf, "PDF sedang dibuat.")


@needs("takings.view")
@require_POST
def receipts_make_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, "takings.view", pk, kind=ReportKind.RECEIPTS)
    return _do(request, report, services.ask_pdf, "PDF sedang dibuat.", "books:receipts_detail")


@needs("books.view")
@require_GET
def report_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The small fragment that the page asks for each second while a worker writes."""
    return _progress(request, _visible(request, "books.view", pk), "books:report_progress")


@needs("takings.view")
@require_GET
def receipts_progress(request: HttpRequest, pk: int) -> HttpResponse:
    return _progress(request, _visible(request, "takings.view", pk, kind=ReportKind.RECEIPTS),
                     "books:receipts_progress")  # fmt: skip


def _progress(request: HttpRequest, report: Report, progress: str) -> HttpResponse:
    response = render(request, "books/report_progress.html", {"report": report, "progress": progress})
    if report.job is None or report.job.is_over:
        response["HX-Refresh"] = "true"
    return response


@needs("books.view")
@require_GET
def report_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _file(_visible(request, "books.view", pk))


@needs("takings.view")
@require_GET
def receipts_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _file(_visible(request, "takings.view", pk, kind=ReportKind.RECEIPTS))


def _file(report: Report) -> HttpResponseBase:
    if report.pdf is None:
        return HttpResponse("PDF belum dibuat.", status=404, content_type="text/plain; charset=utf-8")
    return evidence.attachment(report.pdf)


def _visible(request: HttpRequest, permission: str, pk: int, kind: ReportKind | None = None) -> Report:
    rows = Report.objects.select_related("opd", "job", "pdf", "submitted_by", "verified_by", "approved_by")
    rows = rows.filter(kind=kind) if kind else rows
    return get_object_or_404(scope(request.user, permission).filter(rows), pk=pk)


@needs("books.view")
@require_GET
@reads_replica
def tax_list(request: HttpRequest) -> HttpResponseBase:
    """The tax register: withheld, deposited, NTPN; what is late stands out."""
    choice = chosen(request, "books.view", TaxFilter)
    only = choice.form.data.get("keadaan", "")
    opds = [choice.opd.pk] if choice.opd else []
    rows = recap.taxes(opds, choice.first, choice.last, only=only)
    late_from = recap.late_before(timezone.localdate())
    if request.GET.get("unduh") == "csv":
        lines = (_tax_cells(tax, late_from) for tax in rows.iterator(chunk_size=500))
        return csv_response(f"register-pajak-{choice.bulan}.csv", TAX_HEADER, lines)
    context = {
        "choice": choice, "form": choice.form, "totals": recap.tax_totals(rows), "late_from": late_from,
        "page": Paginator(rows, 100).get_page(request.GET.get("halaman")), "is_filtered": bool(only),
    }  # fmt: skip
    return render(request, "books/tax_list.html", context)


def _tax_cells(tax: TaxLine, late_from: Any) -> tuple[object, ...]:
    spend = tax.spend
    late = tax.deposited_date is None and spend.paid_date is not None and spend.paid_date < late_from
    state = "disetor" if tax.deposited_date else "terlambat" if late else "belum disetor"
    return (
        spend.paid_date, spend.opd.name, spend.description, spend.payee or spend.merchant_name,
        tax.get_kind_display(), tax.amount, tax.billing_code, tax.ntpn, tax.deposited_date, state,
    )  # fmt: skip


@needs("books.close")
@require_POST
def tbp_issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The TBP of a paid spend; leads to its sheet."""
    spend = get_object_or_404(scope(request.user, "books.close").filter(Spend.objects.all()), pk=pk)
    try:
        document = services.issue_tbp(spend_id=spend.pk, by=actor(request), at=timezone.now())
    except services.BookError as error:
        messages.error(request, str(error))
        return redirect("books:overview")
    return redirect("office:document_print", token=document.token)
