"""Plan documents: which versions there are, bringing one in, and codes that the nomenclature replaced."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import ReasonForm, carry_out, show_refusal
from opd.office import evidence
from opd.planning import codes, plan_queries
from opd.planning.errors import CodeRefused
from opd.planning.forms import CodeChangeForm, PlanForm, PlanSentence
from opd.planning.imports import plan_rows, plans
from opd.planning.models import CodeChange, FileKind, PlanFile
from opd.planning.views import files

EXPLAINED = {
    FileKind.RPJMD: "Program setiap OPD dengan indikator, target, dan pagu per tahun.",
    FileKind.RENSTRA: "Program sampai sub kegiatan satu OPD untuk beberapa tahun.",
    FileKind.RKPD: "Program sampai sub kegiatan semua OPD untuk satu tahun.",
    FileKind.RENJA: "Program sampai sub kegiatan satu OPD untuk satu tahun.",
    FileKind.KUA_PPAS: "Plafon per program, kegiatan, dan sub kegiatan semua OPD.",
    FileKind.RKA: "Rencana kerja dan anggaran satu OPD, dijumlahkan per sub kegiatan.",
    FileKind.APBD: "Perda APBD atau Pergub penjabaran, dijumlahkan per sub kegiatan.",
}
_WORDS = {str(kind).replace("_", "-"): kind for kind in EXPLAINED}
"""How the kinds stand in the address."""


@needs("plans.view")
@require_GET
@reads_replica
def plan_list(request: HttpRequest) -> HttpResponse:
    form = PlanSentence(request.GET)
    found = plan_queries.documents(
        scope(request.user, "plans.view"), year=form.number("tahun"), kind=form.word("jenis")
    )
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {
        "form": form, "page": page, "newest": plan_queries.in_force_ids(page.object_list),
        "may_import": allowed(actor(request), "plans.import"), "is_filtered": bool(request.GET),
        "drafts": plan_queries.drafts() if allowed(actor(request), "plans.import") else [],
        "kinds": [(word, kind.label, EXPLAINED[kind]) for word, kind in _WORDS.items()],
    }  # fmt: skip
    return render(request, "planning/plan_list.html", context)


@needs("plans.import")
@require_http_methods(["GET", "POST"])
def plan_upload(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in _WORDS:
        raise Http404(kind)
    chosen = _WORDS[kind]
    form = PlanForm(
        request.POST or None, request.FILES or None, kind=chosen,
        offices=files.offices(scope(request.user, "plans.import")),
        initial={"year": timezone.localdate().year},
    )  # fmt: skip
    if file := files.take(request, chosen, form):
        return redirect("planning:plan_file", pk=file.pk)
    columns = ", ".join(plan_rows.columns(chosen))
    context = {
        "form": form, "kind": chosen, "explained": EXPLAINED[chosen],
        "columns": f"{columns}; boleh ditambah {', '.join(plan_rows.OPTIONAL)}",
        "back_url": reverse("planning:plan_list"),
    }  # fmt: skip
    return render(request, "planning/file_upload.html", context)


def _mine(request: HttpRequest, pk: int) -> PlanFile:
    rows = PlanFile.objects.select_related("opd", "by", "closed_by", "evidence").filter(kind__in=plans.KINDS)
    return get_object_or_404(rows, pk=pk)


@needs("plans.import")
@require_GET
def plan_file(request: HttpRequest, pk: int) -> HttpResponse:
    file = _mine(request, pk)
    more = {
        "again_url": reverse("planning:plan_upload", args=[str(file.kind).replace("_", "-")]),
        "next_url": f"{reverse('planning:plan_list')}?tahun={file.year}",
        "next_label": "Lihat dokumen perencanaan",
        "heads": ("Kode", "OPD dan tahun"),
    }
    return files.show_file(request, file, "plan", more)


@needs("plans.import")
@require_POST
def plan_save(request: HttpRequest, pk: int) -> HttpResponse:
    files.save(request, _mine(request, pk))
    return redirect("planning:plan_file", pk=pk)


@needs("plans.import")
@require_POST
def plan_drop(request: HttpRequest, pk: int) -> HttpResponse:
    files.drop(request, _mine(request, pk))
    return redirect("planning:plan_list")


@needs("plans.import")
@require_GET
def plan_original(request: HttpRequest, pk: int) -> HttpResponseBase:
    return evidence.attachment(_mine(request, pk).evidence)


@needs("plans.view")
@require_http_methods(["GET"])
@reads_replica
def code_list(request: HttpRequest) -> HttpResponse:
    return _codes(request, CodeChangeForm(initial={"from_year": timezone.localdate().year}))


def _codes(request: HttpRequest, form: CodeChangeForm) -> HttpResponse:
    rows = CodeChange.objects.select_related("by")
    context = {
        "page": Paginator(rows, 100).get_page(request.GET.get("halaman")), "form": form,
        "may_import": allowed(actor(request), "plans.import"), "reason_form": ReasonForm(),
    }  # fmt: skip
    return render(request, "planning/code_list.html", context)


@needs("plans.import")
@require_POST
def code_add(request: HttpRequest) -> HttpResponse:
    form = CodeChangeForm(request.POST)
    if form.is_valid():
        try:
            codes.record_changes(by=actor(request), at=timezone.now(), **form.cleaned_data)
        except CodeRefused as error:
            show_refusal(form, error)
        else:
            return redirect("planning:code_list")
    return _codes(request, form)


@needs("plans.import")
@require_POST
def code_drop(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    carry_out(request, form, codes.drop_change, "Perubahan kode dihapus.", refused=CodeRefused, change_id=pk)
    return redirect("planning:code_list")
