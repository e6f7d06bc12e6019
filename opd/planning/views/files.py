"""Bring a file in: choose its kind, look at what it would do, then save it whole (Impor anggaran)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import Scope, actor, needs, scope
from opd.forms import show_refusal
from opd.models import Opd
from opd.office import evidence
from opd.planning import services
from opd.planning.forms import FORMS
from opd.planning.models import FileKind, FileState, PlanFile, RowState

WORDS = {
    "dpa": FileKind.DPA,
    "spd": FileKind.SPD,
    "anggaran-kas": FileKind.CASH_PLAN,
    "sipd": FileKind.SIPD,
}
"""How the kinds stand in the address."""
_EXPLAINED = {
    FileKind.DPA: "Baris anggaran dan pagunya; tahapan baru mengganti pagu seluruh baris.",
    FileKind.SPD: "Dana yang disediakan untuk setiap baris pada bulan-bulan tertentu.",
    FileKind.CASH_PLAN: "Rencana dua belas bulan untuk baris yang sudah ada.",
    FileKind.SIPD: "Realisasi per dokumen; dicocokkan dengan pengajuan di sini sebelum ada yang dihitung.",
}
_SHOWN = 200


def offices(reach: Scope) -> QuerySet[Opd]:
    """Agencies a person may import for, as they stand today."""
    return reach.filter(Opd.objects.valid(on=timezone.localdate()), "pk").order_by("name")


def visible(reach: Scope) -> QuerySet[PlanFile]:
    rows = PlanFile.objects.select_related("opd", "by", "closed_by", "evidence")
    return reach.filter(rows)


@needs("planning.import")
@require_GET
@reads_replica
def file_list(request: HttpRequest) -> HttpResponse:
    reach = scope(request.user, "planning.import")
    page = Paginator(visible(reach), 50).get_page(request.GET.get("halaman"))
    kinds = [(word, kind.label, _EXPLAINED[kind]) for word, kind in WORDS.items()]
    return render(request, "planning/file_list.html", {"page": page, "kinds": kinds})


@needs("planning.import")
@require_http_methods(["GET", "POST"])
def file_upload(request: HttpRequest, kind: str) -> HttpResponse:
    reach = scope(request.user, "planning.import")
    chosen = _kind(kind)
    form = FORMS[chosen](
        request.POST or None,
        request.FILES or None,
        offices=offices(reach),
        whole_province=reach.opd_ids is None,
        initial={"year": timezone.localdate().year},
    )
    if request.method == "POST" and form.is_valid():
        try:
            file = _prepare(request, chosen, form)
        except services.ImportRefused as error:
            show_refusal(form, error)
        else:
            return redirect("planning:file_detail", pk=file.pk)
    context = {"form": form, "kind": chosen, "columns": form.columns, "explained": _EXPLAINED[chosen]}
    return render(request, "planning/file_upload.html", context)


def _kind(word: str) -> FileKind:
    if word not in WORDS:
        raise Http404(word)
    return WORDS[word]


def _prepare(request: HttpRequest, kind: FileKind, form: Any) -> PlanFile:
    data = form.cleaned_data
    return services.prepare_file(
        kind=kind, opd=data["opd"], year=data["year"], facts=form.facts, content=data["file"],
        name=data["file"].name, by=actor(request), at=timezone.now(),
    )  # fmt: skip


@needs("planning.import")
@require_GET
def file_detail(request: HttpRequest, pk: int) -> HttpResponse:
    file = get_object_or_404(visible(scope(request.user, "planning.import")), pk=pk)
    is_draft = file.state == FileState.DRAFT
    preview = services.preview_file(file) if is_draft else None
    context = {
        "file": file,
        "preview": preview,
        "rows": preview.rows[:_SHOWN] if preview else [],
        "hidden": max(preview.count - _SHOWN, 0) if preview else 0,
        "word": next(word for word, kind in WORDS.items() if kind == file.kind),
        "waiting": file.sipd_rows.filter(state=RowState.OPEN).count() if not is_draft else 0,
        "events": _events(file),
        "wide": True,
    }
    return render(request, "planning/file_detail.html", context)


def _events(file: PlanFile) -> list[dict[str, Any]]:
    events = [{"at": file.at, "text": "Diunggah", "by": file.by or "sistem"}]
    if file.closed_at:
        events.append(
            {"at": file.closed_at, "text": file.get_state_display(), "by": file.closed_by or "sistem"}
        )
    return events


@needs("planning.import")
@require_POST
def file_save(request: HttpRequest, pk: int) -> HttpResponse:
    file = get_object_or_404(visible(scope(request.user, "planning.import")), pk=pk)
    try:
        services.save_file(file_id=file.pk, by=actor(request), at=timezone.now())
    except services.ImportRefused as error:
        messages.error(request, str(error))
        return redirect("planning:file_detail", pk=pk)
    messages.success(request, f"{file.get_kind_display()} tersimpan.")
    if file.kind == FileKind.SIPD:
        return redirect("planning:sipd_list")
    return redirect("planning:file_detail", pk=pk)


@needs("planning.import")
@require_POST
def file_drop(request: HttpRequest, pk: int) -> HttpResponse:
    file = get_object_or_404(visible(scope(request.user, "planning.import")), pk=pk)
    try:
        services.drop_file(file_id=file.pk, by=actor(request), at=timezone.now())
    except services.ImportRefused as error:
        messages.error(request, str(error))
    else:
        messages.info(request, "Berkas dibuang; anggaran tidak berubah.")
    return redirect("planning:file_list")


@needs("planning.import")
@require_GET
def file_original(request: HttpRequest, pk: int) -> HttpResponseBase:
    file = get_object_or_404(visible(scope(request.user, "planning.import")), pk=pk)
    return evidence.attachment(file.evidence)
