"""Archives to take home: what there is, ask, watch, download."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, needs, scope
from opd.office import evidence
from opd.office.exports import kinds, making
from opd.office.exports.kinds import ExportError
from opd.office.exports.shapes import DIALECTS
from opd.office.forms import ExportForm
from opd.office.models import Export


@needs("export.take")
@require_GET
def export_list(request: HttpRequest) -> HttpResponse:
    """The archives there are, and those that this person asked for."""
    return _list(request, _form(request, initial=request.GET.dict()))


@needs("export.take")
@require_POST
def export_ask(request: HttpRequest) -> HttpResponse:
    form = _form(request, request.POST)
    if not form.is_valid():
        return _list(request, form)
    try:
        row = making.ask(
            kind=form.cleaned_data["jenis"], dialect=form.cleaned_data["bentuk"], choice=form.choice,
            by=actor(request), at=timezone.now(),
        )  # fmt: skip
    except ExportError as error:
        form.add_error(None, str(error))
        return _list(request, form)
    return redirect("office:export_detail", pk=row.pk)


def _form(request: HttpRequest, data: Any = None, *, initial: Any = None) -> ExportForm:
    offered = kinds.kinds(actor(request))
    return ExportForm(data, offered=offered, reach=scope(request.user, "export.take"), initial=initial)


def _list(request: HttpRequest, form: ExportForm) -> HttpResponse:
    page = Paginator(_own(request), 30).get_page(request.GET.get("halaman"))
    shelves = groupby(kinds.kinds(actor(request)), key=lambda kind: kind.group)
    context = {
        "form": form, "shelves": [(str(group), list(offered)) for group, offered in shelves],
        "page": page, "rows": [_shown(row) for row in page],
    }  # fmt: skip
    return render(request, "office/export_list.html", context, status=400 if form.errors else 200)


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
    if not kinds.may_hold(actor(request), kinds.kind(row.kind), row.pin):
        raise Http404("Ekspor ini tidak ada.")
    return row


def _shown(row: Export) -> dict[str, Any]:
    read_at = (row.manifest or {}).get("read_at")
    return {
        "export": row, "kind": kinds.kind(row.kind), "dialect": DIALECTS[row.dialect],
        "read_at": datetime.fromisoformat(read_at) if read_at else None,
    }  # fmt: skip
