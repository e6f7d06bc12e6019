"""SKRD by file: upload, look, confirm, watch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, needs, scope
from opd.forms import show_refusal
from opd.office import evidence
from opd.office.calendar import day_of
from retribusi.assessments import queries
from retribusi.assessments.errors import AssessmentError
from retribusi.assessments.forms import FileForm, PeriodForm
from retribusi.assessments.models import AssessmentFile
from retribusi.assessments.services import files, reading
from retribusi.assessments.services.reading import COLUMNS, CONTACT
from retribusi.models import CollectionPoint

_SHOWN = 50


@needs("assessments.issue")
@require_GET
@reads_replica
def file_list(request: HttpRequest) -> HttpResponse:
    rows = queries.files(scope(request.user, "assessments.issue"))
    page = Paginator(rows, 50).get_page(request.GET.get("halaman"))
    return render(request, "retribusi/assessments/berkas_daftar.html", {"page": page})


@needs("assessments.issue")
@require_http_methods(["GET", "POST"])
def file_upload(request: HttpRequest) -> HttpResponse:
    """Keep a file to look at; nothing is issued yet."""
    own = CollectionPoint.objects.exclude(receiving_account=None).select_related("opd")
    points = scope(request.user, "assessments.issue").filter(own)
    first = PeriodForm.this_month(timezone.localdate())
    form = FileForm(points, request.POST or None, request.FILES or None, initial=first)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = files.keep(
                point=form.cleaned_data["point"], period=form.period, content=upload,
                name=upload.name or "berkas", by=actor(request), at=timezone.now(),
            )  # fmt: skip
        except AssessmentError as error:
            show_refusal(form, error)
        else:
            return redirect("assessments:file_detail", pk=file.pk)
    context = {"form": form, "columns": ", ".join((*COLUMNS, CONTACT)), "any": points.exists()}
    return render(request, "retribusi/assessments/berkas_formulir.html", context)


@needs("assessments.issue")
@require_GET
def file_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: HttpRequest, file: AssessmentFile, problems: list[str] | None = None) -> HttpResponse:
    context: dict[str, Any] = {"file": file, "problems": problems or []}
    if file.state == "draft":
        found = reading.read_file(file, on=day_of(timezone.now()))
        context |= {
            "found": found, "rows": found.rows[:_SHOWN], "hidden": max(0, len(found.rows) - _SHOWN),
            "tally": reading.tally(found.rows), "problems": found.problems.sentences(),
        }  # fmt: skip
    return render(request, "retribusi/assessments/berkas_rinci.html", context)


@needs("assessments.issue")
@require_POST
def file_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    file = _find(request, pk)
    try:
        files.confirm(file_id=file.pk, by=actor(request), at=timezone.now())
    except AssessmentError as error:
        messages.error(request, str(error))
    return redirect("assessments:file_detail", pk=pk)


@needs("assessments.issue")
@require_POST
def file_drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    file = _find(request, pk)
    try:
        files.drop(file_id=file.pk, by=actor(request), at=timezone.now())
    except AssessmentError as error:
        messages.error(request, str(error))
        return redirect("assessments:file_detail", pk=pk)
    messages.success(request, "Berkas dibuang; tidak ada SKRD yang terbit.")
    return redirect("assessments:file_list")


@needs("assessments.issue")
@require_GET
def file_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The fragment that the page asks for each second while a worker runs."""
    file = _find(request, pk)
    response = render(request, "retribusi/assessments/berkas_kemajuan.html", {"file": file})
    if file.state != "running":
        response["HX-Refresh"] = "true"
    return response


@needs("assessments.issue")
@require_GET
def file_original(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    return evidence.attachment(_find(request, pk).evidence)


def _find(request: HttpRequest, pk: UUID) -> AssessmentFile:
    found: AssessmentFile = get_object_or_404(queries.files(scope(request.user, "assessments.issue")), pk=pk)
    return found
