"""Bring a file in: choose its kind, look at what it would do, then save it whole (Impor anggaran)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import Scope, actor, needs, scope
from opd.forms import show_refusal
from opd.models import Opd
from opd.office import evidence
from opd.planning import services
from opd.planning.forms import FORMS
from opd.planning.imports import plans
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
_DEEDS = ("save", "drop", "original")


def offices(reach: Scope) -> QuerySet[Opd]:
    """Agencies a person may import for, as they stand today."""
    return reach.filter(Opd.objects.valid(on=timezone.localdate()), "pk").order_by("name")


def visible(reach: Scope) -> QuerySet[PlanFile]:
    """Files of the budget; plan documents have pages of their own."""
    return reach.filter(_rows().exclude(kind__in=plans.KINDS))


def _rows() -> QuerySet[PlanFile]:
    return PlanFile.objects.select_related("opd", "by", "closed_by", "evidence")


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
    if file := take(request, chosen, form):
        return redirect("planning:file_detail", pk=file.pk)
    context = {
        "form": form, "kind": chosen, "columns": form.columns, "explained": _EXPLAINED[chosen],
        "back_url": reverse("planning:file_list"),
    }  # fmt: skip
    return render(request, "planning/file_upload.html", context)


def _kind(word: str) -> FileKind:
    if word not in WORDS:
        raise Http404(word)
    return WORDS[word]


def take(request: HttpRequest, kind: FileKind, form: Any) -> PlanFile | None:
    """The draft of a posted form; None where there is none yet, and the form says why."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return _prepare(request, kind, form)
    except services.ImportRefused as error:
        show_refusal(form, error)
        return None


def _prepare(request: HttpRequest, kind: FileKind, form: Any) -> PlanFile:
    data = form.cleaned_data
    return services.prepare_file(
        kind=kind, opd=data.get("opd"), year=data["year"], facts=form.facts, content=data["file"],
        name=data["file"].name, by=actor(request), at=timezone.now(),
    )  # fmt: skip


def _mine(request: HttpRequest, pk: int) -> PlanFile:
    return get_object_or_404(visible(scope(request.user, "planning.import")), pk=pk)


@needs("planning.import")
@require_GET
def file_detail(request: HttpRequest, pk: int) -> HttpResponse:
    file = _mine(request, pk)
    is_draft = file.state == FileState.DRAFT
    word = next(word for word, kind in WORDS.items() if kind == file.kind)
    more = {
        "waiting": file.sipd_rows.filter(state=RowState.OPEN).count() if not is_draft else 0,
        "again_url": reverse("planning:file_upload", args=[word]),
        "next_url": f"{reverse('planning:line_list')}?tahun={file.year}",
        "next_label": "Lihat anggaran",
        "heads": ("Sub kegiatan", "Rekening"),
    }
    return show_file(request, file, "file", more)


def show_file(request: HttpRequest, file: PlanFile, word: str, more: dict[str, Any]) -> HttpResponse:
    """A file with what saving it would do; ``word`` begins its addresses' names, ``more`` leads onward."""
    preview = services.preview_file(file) if file.state == FileState.DRAFT else None
    context = {
        "file": file,
        "preview": preview,
        "rows": preview.rows[:_SHOWN] if preview else [],
        "hidden": max(preview.count - _SHOWN, 0) if preview else 0,
        "events": _events(file),
        "wide": True,
        **{f"{deed}_url": reverse(f"planning:{word}_{deed}", args=[file.pk]) for deed in _DEEDS},
    }
    return render(request, "planning/file_detail.html", context | more)


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
    file = _mine(request, pk)
    if save(request, file) and file.kind == FileKind.SIPD:
        return redirect("planning:sipd_list")
    return redirect("planning:file_detail", pk=pk)


def save(request: HttpRequest, file: PlanFile) -> bool:
    """Save a draft and say how it went as a message."""
    try:
        services.save_file(file_id=file.pk, by=actor(request), at=timezone.now())
    except services.ImportRefused as error:
        messages.error(request, str(error))
        return False
    messages.success(request, f"{file.get_kind_display()} tersimpan.")
    return True


@needs("planning.import")
@require_POST
def file_drop(request: HttpRequest, pk: int) -> HttpResponse:
    drop(request, _mine(request, pk))
    return redirect("planning:file_list")


def drop(request: HttpRequest, file: PlanFile) -> None:
    """Drop a draft and say how it went as a message."""
    try:
        services.drop_file(file_id=file.pk, by=actor(request), at=timezone.now())
    except services.ImportRefused as error:
        messages.error(request, str(error))
    else:
        messages.info(request, "Berkas dibuang; tidak ada yang berubah.")


@needs("planning.import")
@require_GET
def file_original(request: HttpRequest, pk: int) -> HttpResponseBase:
    return evidence.attachment(_mine(request, pk).evidence)
