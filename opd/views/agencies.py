"""Agencies and the audit trail (Pengaturan → OPD, Jejak audit)."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from config.replica import reads_replica
from opd import queries
from opd.access import actor, needs
from opd.forms import AgencyFileForm, TrailFilter
from opd.office.exports import csv_response
from opd.services.agencies import COLUMNS, AgencyFileError, import_agencies, parse, plan


@needs("opd.manage")
@require_GET
@reads_replica
def opd_list(request: HttpRequest) -> HttpResponseBase:
    text, ended = request.GET.get("q", "").strip(), request.GET.get("semua") == "1"
    found = queries.agencies(text=text, on=timezone.localdate(), also_ended=ended)
    if request.GET.get("unduh") == "csv":
        rows = (
            (o.code, o.name, o.short_name, o.valid_from, o.valid_to, o.legal_basis) for o in found.iterator()
        )
        return csv_response("opd.csv", COLUMNS, rows)
    page = Paginator(found, 100).get_page(request.GET.get("halaman"))
    return render(request, "opd/opd_list.html", {"page": page, "text": text, "ended": ended})


@needs("opd.manage")
@require_http_methods(["GET", "POST"])
def opd_import(request: HttpRequest) -> HttpResponse:
    """Choose a file, look at what it would do, then do it: the second step sends the text seen."""
    if "text" in request.POST:
        return _import_now(request, request.POST["text"].encode())
    form = AgencyFileForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(request, "opd/opd_import.html", {"form": form, "columns": COLUMNS})
    content = form.cleaned_data["file"].read()
    try:
        preview = plan(parse(content))
    except AgencyFileError as error:
        form.add_error("file", str(error))
        return render(request, "opd/opd_import.html", {"form": form, "columns": COLUMNS})
    context = {"plan": preview, "text": content.decode("utf-8-sig")}
    return render(request, "opd/opd_import_preview.html", context)


def _import_now(request: HttpRequest, content: bytes) -> HttpResponse:
    try:
        done = import_agencies(rows=parse(content), by=actor(request), at=timezone.now())
    except AgencyFileError as error:
        messages.error(request, f"Tidak ada yang diubah. {error}")
        return redirect("settings:opd_import")
    messages.success(
        request, f"{len(done.new)} OPD baru, {len(done.changed)} diubah, {done.same} tetap seperti semula."
    )
    return redirect("settings:opd_list")


@needs("audit.view")
@require_GET
@reads_replica
def audit_list(request: HttpRequest) -> HttpResponseBase:
    form = TrailFilter(request.GET)
    found = queries.trail(text=form.word("q"), since=form.day("since"), until=form.day("until"))
    if request.GET.get("unduh") == "csv":
        rows = (
            (
                e.at,
                e.by.username if e.by else "",
                e.action,
                e.subject_type,
                e.subject_id,
                e.reason,
                e.before,
                e.after,
            )
            for e in found.iterator(2000)
        )
        header = ("waktu", "oleh", "tindakan", "jenis", "objek", "alasan", "sebelum", "sesudah")
        return csv_response("jejak-audit.csv", header, rows)
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    return render(request, "opd/audit_list.html", {"page": page, "form": form})
