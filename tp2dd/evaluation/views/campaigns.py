"""The list of campaigns, one campaign with the progress of all its subjects, and its stages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs
from opd.forms import ReasonForm, carry_out, show_refusal
from opd.office.exports import csv_response
from opd.stepup import second_factor
from tp2dd.evaluation import binder, due, queries, rights, services, standing
from tp2dd.evaluation.errors import EvaluationError
from tp2dd.evaluation.forms import CampaignSentence, OpenForm, RerubricForm
from tp2dd.evaluation.models import Campaign

TONES = {"filling": "wait", "review": "wait", "deciding": "wait", "final": "ok", "published": "ok"}


@needs("evaluation.view")
@require_GET
@reads_replica
def campaign_list(request: HttpRequest) -> HttpResponse:
    today, user = timezone.localdate(), actor(request)
    page = Paginator(queries.campaigns(), 20).get_page(request.GET.get("halaman"))
    rows = [(row, TONES[row.state], row.is_late(today)) for row in page]
    context = {
        "page": page, "rows": rows, "may_manage": allowed(user, "evaluation.manage"),
        "waiting": due.waiting(user, today),
    }  # fmt: skip
    return render(request, "evaluation/campaign_list.html", context)


@needs("evaluation.manage")
@require_http_methods(["GET", "POST"])
def campaign_new(request: HttpRequest) -> HttpResponse:
    form = OpenForm(request.POST) if request.method == "POST" else OpenForm.blank()
    if form.is_bound and form.is_valid():
        try:
            row = services.open_campaign(by=actor(request), at=timezone.now(), **form.cleaned_data)
        except EvaluationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{row} dibuka; nilai otomatisnya sudah dibaca.")
            return redirect("evaluation:campaign", row.pk)
    return render(request, "evaluation/campaign_new.html", {"form": form})


@needs("evaluation.view")
@require_GET
@reads_replica
def campaign(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, user = get_object_or_404(queries.campaigns(), pk=pk), actor(request)
    form = CampaignSentence(request.GET)
    found = queries.progress(row, user, text=form.word("cari"), only=form.word("hanya"))
    if request.GET.get("unduh") == "csv":
        return csv_response(f"penilaian-{row.year}-{row.half}-v{row.revision}.csv", *_lines(row, found))
    context: dict[str, Any] = {
        "campaign": row, "form": form, "tone": TONES[row.state], "wide": True, "aspects": row.rubric.aspects,
        "is_late": row.is_late(timezone.localdate()), "events": queries.way(row),
        "is_filtered": bool(form.word("cari") or form.word("hanya")),
        "page": Paginator(found, 60).get_page(request.GET.get("halaman")), "rows": found,
        "may_manage": allowed(user, "evaluation.manage"), "may_decide": allowed(user, "evaluation.decide"),
        "sees_all": rights.sees_all(user), "reason_form": ReasonForm(auto_id="baiki-%s"),
        "rubric_form": RerubricForm(auto_id="rubrik-%s"),
        "correction": Campaign.objects.filter(corrects=row).first(),
    }  # fmt: skip
    page = "evaluation/campaign_print.html" if request.GET.get("cetak") else "evaluation/campaign.html"
    return render(request, page, context)


def _lines(row: Campaign, found: list[queries.Row]) -> tuple[list[str], list[list[object]]]:
    labels = [one.label for one in row.rubric.aspects]
    header = [
        "kode_opd",
        "subjek",
        "keadaan",
        "terisi",
        "indikator",
        "disampaikan",
        "alasan_terlambat",
        "nilai",
    ]
    lines: list[list[object]] = [
        [
            one.sheet.opd.code if one.sheet.opd else "TP2DD", one.sheet.subject,
            one.sheet.get_state_display(), one.done, one.of, one.sheet.submitted_at,
            one.sheet.late_reason, one.score,
            *(score for _, score in one.aspects),
        ]
        for one in found
    ]  # fmt: skip
    return [*header, *labels], lines


@needs("evaluation.view")
@require_GET
@reads_replica
def campaign_binder(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = get_object_or_404(Campaign.objects.select_related("rubric_version"), pk=pk)
    return binder_response(row, standing.boards(rights.visible(actor(request)).filter(campaign=row)))


def binder_response(row: Campaign, found: list[standing.Board], name: str = "") -> HttpResponseBase:
    answer = StreamingHttpResponse(binder.stream(row, found), content_type="application/zip")
    name = f"bukti-penilaian-{row.year}-{row.half}-v{row.revision}{name}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@needs("evaluation.manage")
@require_POST
def campaign_read(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, forms.Form(request.POST), services.refresh, "Nilai otomatis dibaca ulang.")


@needs("evaluation.manage")
@require_POST
def campaign_rubric(request: HttpRequest, pk: int) -> HttpResponse:
    done = "Rubrik diganti; nilai masa ini dihitung ulang."
    return _do(request, pk, RerubricForm(request.POST), services.use_rubric, done)


@needs("evaluation.manage")
@require_POST
def campaign_review(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, forms.Form(request.POST), services.start_review, "Peninjauan dimulai.")


@needs("evaluation.manage")
@require_POST
def campaign_close(request: HttpRequest, pk: int) -> HttpResponse:
    done = "Peninjauan ditutup; menunggu Sekretaris Daerah."
    return _do(request, pk, forms.Form(request.POST), services.close_review, done)


@needs("evaluation.decide")
@second_factor("menetapkan nilai")
@require_POST
def campaign_final(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, forms.Form(request.POST), services.finalise, "Nilai ditetapkan dan disegel.")


@needs("evaluation.decide")
@second_factor("mengumumkan nilai")
@require_POST
def campaign_publish(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, forms.Form(request.POST), services.publish, "Nilai diumumkan.")


@needs("evaluation.manage")
@require_POST
def campaign_correct(request: HttpRequest, pk: int) -> HttpResponse:
    done = "Versi perbaikan dibuka dengan isian, bukti, dan nilai yang sama."
    carry_out(
        request, ReasonForm(request.POST), services.correct, done, refused=EvaluationError, campaign_id=pk
    )
    newer = Campaign.objects.filter(corrects=pk).first()
    return redirect("evaluation:campaign", newer.pk if newer else pk)


def _do(
    request: HttpRequest, pk: int, form: forms.Form, deed: Callable[..., object], done: str
) -> HttpResponse:
    carry_out(request, form, deed, done, refused=EvaluationError, campaign_id=pk)
    return redirect("evaluation:campaign", pk)
