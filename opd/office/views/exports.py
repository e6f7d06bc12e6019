"""Archives to take home: what there is, ask, watch, download."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, needs
from opd.office import evidence
from opd.office.exports import kinds, making
from opd.office.exports.kinds import ExportError
from opd.office.exports.shapes import DIALECTS
from opd.office.models import Export


@needs("export.take")
@require_GET
def export_list(request: HttpRequest) -> HttpResponse:
    """The archives there are, and those that this person asked for."""
    page = Paginator(_own(request), 30).get_page(request.GET.get("halaman"))
    context = {
        "kinds": kinds.kinds(actor(request)), "dialects": DIALECTS.values(),
        "page": page, "rows": [_shown(row) for row in page],
    }  # fmt: skip
    return render(request, "office/export_list.html", context)


@needs("export.take")
@require_POST
def export_ask(request: HttpRequest) -> HttpResponse:
    try:
        row = making.ask(
            kind=request.POST.get("jenis", ""), dialect=request.POST.get("bentuk", ""),
            by=actor(request), at=timezone.now(),
        )  # fmt: skip
    except ExportError as error:
        messages.error(request, str(error))
        return redirect("office:export_list")
    return redirect("office:export_detail", pk=row.pk)


@needs("export.take")
@require_GET
def export_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "office/export_detail.html", _shown(_find(request, pk)))


@needs("export.take")
@require_GET
def export_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The fragment that the page asks for each second while a worker runs."""
    shown = _shown(_find(request, pk))
    response = render(request, "office/export_progress.html", shown)
    if shown["export"].job.is_over:
        response["HX-Refresh"] = "true"
    return response


@needs("export.take")
@require_GET
def export_download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    row = _find(request, pk)
    if row.evidence is None:
        raise Http404("Ekspor ini belum siap.")
    return evidence.attachment(row.evidence)


def _own(request: HttpRequest) -> QuerySet[Export]:
    return Export.objects.filter(by=actor(request)).select_related("job", "evidence")


def _find(request: HttpRequest, pk: UUID) -> Export:
    """Of the person alone, and only while they may still take what it holds."""
    row = get_object_or_404(_own(request), pk=pk)
    if not kinds.may_take(actor(request), kinds.kind(row.kind)):
        raise Http404("Ekspor ini tidak ada.")
    return row


def _shown(row: Export) -> dict[str, Any]:
    return {"export": row, "kind": kinds.kind(row.kind), "dialect": DIALECTS[row.dialect]}
