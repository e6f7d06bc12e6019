"""Roadmaps with their targets, evaluation findings, and the action plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import EVERYWHERE, actor, allowed, needs, scope
from opd.bodies import takes
from opd.forms import ReasonForm, carry_out
from opd.office.exports import csv_response
from opd.office.views.evidence import context_of
from tp2dd.roadmap import queries, services, subjects, ties
from tp2dd.roadmap.forms import (
    ActionForm,
    ActionSentence,
    ClosingForm,
    DoneForm,
    EvaluationForm,
    EvaluationSentence,
    IndicatorForm,
    MeasureForm,
    ProgressForm,
    ReopenForm,
    RoadmapForm,
)
from tp2dd.roadmap.models import Action, Evaluation, Roadmap
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.papers import OFFICE
from tp2dd.secretariat.views.common import form_page

State = Action.State


def _manages(request: HttpRequest) -> bool:
    return allowed(actor(request), "roadmap.manage")


@needs("roadmap.view")
@require_GET
@reads_replica
def action_list(request: HttpRequest) -> HttpResponseBase:
    reach, today, years = scope(request.user, "roadmap.view"), timezone.localdate(), queries.years()
    form = ActionSentence(request.GET, reach, years)
    where = queries.Where(
        form.number("tahun"), form.word("keadaan"), form.word("dasar"), form.opd_id, form.word("cari")
    )
    rows = queries.actions(reach, where, on=today)
    if request.GET.get("unduh") == "csv":
        header = (
            *("tahun", "aksi", "keluaran", "opd", "tenggat", "dasar", "uraian_dasar", "keadaan", "kemajuan"),
            *("terlambat", "sebelum", "sesudah", "satuan", "sumber"),
        )
        return csv_response("rencana-aksi.csv", header, (_cells(row, today) for row in rows))
    context = {
        "form": form, "today": today, "is_filtered": bool(request.GET), "office": OFFICE,
        "tally": queries.tally(reach, where.year, today), "year": where.year,
    }  # fmt: skip
    if request.GET.get("cetak"):
        context["rows"] = [(row, ties.told(row)[0], row.is_late(today)) for row in rows]
        return render(request, "roadmap/print/actions.html", context)
    page = Paginator(rows, 50).get_page(request.GET.get("halaman"))
    context |= {
        "page": page, "rows": [(row, ties.told(row)[0], row.is_late(today)) for row in page], "wide": True,
        "may_manage": _manages(request),
    }  # fmt: skip
    return render(request, "roadmap/action_list.html", context)


def _cells(row: Action, today: Any) -> tuple[object, ...]:
    return (
        *(
            row.year,
            row.title,
            row.output,
            row.opd.name,
            row.due_on,
            row.get_tie_display(),
            ties.told(row)[0],
        ),
        *(row.get_state_display(), row.percent, row.is_late(today), row.value_before, row.value_after),
        *(row.effect_unit, row.effect_source),
    )


@needs("roadmap.manage")
@require_http_methods(["GET", "POST"])
def action_new(request: HttpRequest) -> HttpResponse:
    form = ActionForm(request.POST or None, initial={"tied": request.GET.get("dasar", "")})
    return form_page(
        request, form, services.plan, title="Aksi baru", verb="Simpan aksi",
        back=reverse("roadmap:action_list"), done="Aksi disimpan; OPD melihatnya di beranda mereka.",
        then=lambda made: reverse("roadmap:action_detail", args=[made.pk]),
    )  # fmt: skip


def _within(request: HttpRequest, pk: int) -> Action:
    rows = scope(request.user, "roadmap.view").filter(Action.objects.select_related(*queries.TIED, "by"))
    return get_object_or_404(rows, pk=pk)


@needs("roadmap.view")
@require_GET
def action_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row, today = _within(request, pk), timezone.localdate()
    words, path = ties.told(row)
    reports = row.is_open and row.opd_id in (scope(request.user, "roadmap.report").opd_ids or ())
    manages = _manages(request)
    context = {
        "action": row, "tied": words, "tied_url": path, "is_late": row.is_late(today),
        "events": [
            {
                "at": e.at, "text": f"{e.get_kind_display()} · {e.percent}%", "by": e.by,
                "detail": f"{e.text} (bukti: {e.attachment.name})" if e.attachment else e.text,
            }
            for e in row.entries.select_related("by", "attachment")
        ],
        "may_report": reports, "may_judge": manages and row.state == State.DONE,
        "may_cancel": manages and row.is_open,
        "progress_form": ProgressForm(initial={"percent": row.percent or 1}, auto_id="maju-%s"),
        "done_form": DoneForm(auto_id="selesai-%s"), "measure_form": MeasureForm(auto_id="ukur-%s"),
        "reopen_form": ReopenForm(auto_id="kembali-%s"), "cancel_form": ReasonForm(auto_id="batal-%s"),
        **context_of(request, subjects.ACTION, str(pk)), "may_add": False,
    }  # fmt: skip
    return render(request, "roadmap/action_detail.html", context)


@needs("roadmap.report")
@takes(12)
@require_POST
def action_progress(request: HttpRequest, pk: int) -> HttpResponse:
    form = ProgressForm(request.POST, request.FILES)
    return _do(request, pk, form, services.report_progress, "Kemajuan dicatat.")


@needs("roadmap.report")
@takes(12)
@require_POST
def action_done(request: HttpRequest, pk: int) -> HttpResponse:
    form = DoneForm(request.POST, request.FILES)
    done = "Aksi dilaporkan selesai; sekretaris TP2DD mengukur dampaknya."
    return _do(request, pk, form, services.report_done, done)


@needs("roadmap.manage")
@require_POST
def action_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, ReopenForm(request.POST), services.reopen, "Aksi dikembalikan ke OPD.")


@needs("roadmap.manage")
@require_POST
def action_measure(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, MeasureForm(request.POST), services.measure, "Dampak dicatat.")


@needs("roadmap.manage")
@require_POST
def action_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, ReasonForm(request.POST), services.cancel, "Aksi dibatalkan.")


def _do(
    request: HttpRequest, pk: int, form: forms.Form, deed: Callable[..., object], done: str
) -> HttpResponse:
    _within(request, pk)
    carry_out(request, form, deed, done, refused=DeskError, action_id=pk)
    return redirect("roadmap:action_detail", pk=pk)


@needs("roadmap.view")
@require_GET
@reads_replica
def roadmap_list(request: HttpRequest) -> HttpResponse:
    context = {"rows": Roadmap.objects.all(), "may_manage": _manages(request)}
    return render(request, "roadmap/roadmap_list.html", context)


@needs("roadmap.manage")
@require_http_methods(["GET", "POST"])
def roadmap_new(request: HttpRequest) -> HttpResponse:
    return form_page(
        request, RoadmapForm(request.POST or None), services.record_roadmap, title="Catat peta jalan",
        verb="Catat peta jalan", back=reverse("roadmap:roadmap_list"),
        done="Peta jalan dicatat. Tambahkan indikator dan targetnya.",
        then=lambda made: reverse("roadmap:roadmap_detail", args=[made.pk]),
        lead="Peta jalan ditetapkan Gubernur paling lambat tiga bulan setelah TP2DD dibentuk (Pasal 12).",
    )  # fmt: skip


@needs("roadmap.view")
@require_GET
def roadmap_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = get_object_or_404(Roadmap.objects.select_related("by"), pk=pk)
    rows = queries.indicators(row)
    if request.GET.get("unduh") == "csv":
        header = ("indikator", "satuan", "nilai_awal", *(f"target_{year}" for year in row.years), "aksi")
        lines = (
            (
                *(one.indicator.name, one.indicator.unit, one.indicator.baseline),
                *(value for _, value in one.targets),
                one.actions,
            )
            for one in rows
        )
        return csv_response(f"peta-jalan-{pk}.csv", header, lines)
    context = {"roadmap": row, "rows": rows, "office": OFFICE, "wide": True}
    if request.GET.get("cetak"):
        return render(request, "roadmap/print/roadmap.html", context)
    context |= {"may_manage": _manages(request), **context_of(request, subjects.ROADMAP, str(pk))}
    return render(request, "roadmap/roadmap_detail.html", context)


@needs("roadmap.manage")
@require_http_methods(["GET", "POST"])
def indicator_new(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Roadmap, pk=pk)
    back = reverse("roadmap:roadmap_detail", args=[pk])
    return form_page(
        request, IndicatorForm(request.POST or None, row), services.add_indicator, title="Indikator baru",
        verb="Tambahkan indikator", back=back, done="Indikator ditambahkan.", then=lambda made: back,
        roadmap_id=pk, lead="Kosongkan tahun yang tidak punya target. Target tidak dapat diubah lagi.",
    )  # fmt: skip


@needs("roadmap.view")
@require_GET
@reads_replica
def evaluation_list(request: HttpRequest) -> HttpResponseBase:
    form, today = EvaluationSentence(request.GET, EVERYWHERE), timezone.localdate()
    rows = queries.evaluations(state=form.word("keadaan"), text=form.word("cari"))
    if request.GET.get("unduh") == "csv":
        header = ("tahun", "surat", "tanggal", "temuan", "rekomendasi", "tenggat", "keadaan", "hasil")
        lines = (
            (
                *(row.year, row.letter, row.letter_date, row.finding, row.advice, row.due_on),
                *(row.get_state_display(), row.closing),
            )
            for row in rows
        )
        return csv_response("temuan-evaluasi.csv", header, lines)
    context = {
        "form": form, "page": Paginator(rows, 50).get_page(request.GET.get("halaman")), "today": today,
        "is_filtered": bool(request.GET), "may_manage": _manages(request),
    }  # fmt: skip
    return render(request, "roadmap/evaluation_list.html", context)


@needs("roadmap.manage")
@require_http_methods(["GET", "POST"])
def evaluation_new(request: HttpRequest) -> HttpResponse:
    return form_page(
        request, EvaluationForm(request.POST or None), services.record_evaluation,
        title="Catat temuan evaluasi", verb="Catat temuan", back=reverse("roadmap:evaluation_list"),
        done="Temuan dicatat. Ikatkan aksi yang menindaklanjutinya.",
        then=lambda made: reverse("roadmap:evaluation_detail", args=[made.pk]),
    )  # fmt: skip


@needs("roadmap.view")
@require_GET
def evaluation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Evaluation.objects.select_related("by"), pk=pk)
    today = timezone.localdate()
    tied = scope(request.user, "roadmap.view").filter(row.actions.select_related("opd"))
    is_open = row.state == Evaluation.State.OPEN
    context = {
        "evaluation": row, "rows": [(one, one.is_late(today)) for one in tied], "is_open": is_open,
        "is_late": is_open and row.due_on < today, "may_manage": _manages(request) and is_open,
        "close_form": ClosingForm(), **context_of(request, subjects.EVALUATION, str(pk)),
    }  # fmt: skip
    return render(request, "roadmap/evaluation_detail.html", context)


@needs("roadmap.manage")
@require_POST
def evaluation_close(request: HttpRequest, pk: int) -> HttpResponse:
    form = ClosingForm(request.POST)
    done = "Temuan selesai ditindaklanjuti."
    carry_out(request, form, services.close_evaluation, done, refused=DeskError, evaluation_id=pk)
    return redirect("roadmap:evaluation_detail", pk=pk)
