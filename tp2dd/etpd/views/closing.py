"""Freezing, filing, the report, and the export in the layout of the national site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import needs
from opd.bodies import takes
from opd.forms import carry_out
from opd.office.exports import csv_response
from opd.office.views.documents import page_context
from opd.stepup import second_factor
from tp2dd import papers
from tp2dd.etpd import exporting, services
from tp2dd.etpd import report as reports
from tp2dd.etpd.forms import FilingForm, FreezeForm
from tp2dd.etpd.services import EtpdError, locking
from tp2dd.etpd.services.freezing import before_values
from tp2dd.etpd.views.common import of

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs("etpd.fill")
@second_factor("membekukan semester ETPD")
@require_POST
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    done = "Dibekukan; laporan semester terbit."
    carry_out(request, FreezeForm(request.POST), services.freeze, done, refused=EtpdError, semester_id=pk)
    return redirect("etpd:semester", pk=pk)


@needs("etpd.fill")
@takes(12)
@require_POST
def file(request: HttpRequest, pk: int) -> HttpResponse:
    form = FilingForm(request.POST, request.FILES)
    carry_out(request, form, services.file, "Penyampaian dicatat.", refused=EtpdError, semester_id=pk)
    return redirect("etpd:semester", pk=pk)


@needs("etpd.view")
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen report as it was issued; before that, what it would say now, marked as a draft."""
    row = of(pk)
    if row.document:
        context = {**page_context(row.document, reports.KIND), "semester": row}
        return render(request, reports.KIND.template, context)
    sections = reports.sections(row, locking.values(row), before_values(row))
    context = {"semester": row, "sections": sections, "office": reports.OFFICE, "today": timezone.localdate()}
    return render(request, "etpd/print/draft.html", context)


@needs("etpd.view")
@require_GET
@reads_replica
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    row, now = of(pk), timezone.now()
    if row.document:
        facts, number, on = row.document.facts, row.document.number, row.document.day
        sections, signed = facts["sections"], facts["signers"]
    else:
        number, on = "konsep, belum dibekukan", timezone.localdate()
        sections = reports.sections(row, locking.values(row), before_values(row))
        signed = reports.signed_by(on)
    content = papers.as_pdf(reports.KIND.label, sections, number=number, at=now, signed=signed, on=on)
    return papers.pdf_answer(content, f"laporan-etpd-{row.year}-{row.half}.pdf")


@needs("etpd.view")
@require_GET
@reads_replica
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = of(pk)
    form, values = row.form_version.form, locking.values(row)
    name = f"ietpd-{row.year}-{row.half}-v{row.revision}"
    if request.GET.get("bentuk") != "xlsx":
        return csv_response(f"{name}.csv", exporting.header(form), [exporting.row(form, values)])
    answer = HttpResponse(exporting.workbook(form, values), content_type=SHEET)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer
