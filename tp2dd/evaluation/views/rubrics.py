"""Versions of the rubric: what each says, and a new one by weights or from a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from config.replica import reads_replica
from opd.access import actor, allowed, needs
from opd.forms import show_refusal
from opd.office.exports import csv_response
from opd.office.tabular import TabularError
from tp2dd.evaluation import facts, rubric_file, services
from tp2dd.evaluation.errors import EvaluationError
from tp2dd.evaluation.forms import RubricFileForm, RubricForm
from tp2dd.evaluation.models import Campaign, RubricVersion
from tp2dd.evaluation.rubric import EVIDENCE, TASKS
from tp2dd.evaluation.services.rubrics import newest, reweighed


@needs("evaluation.view")
@require_GET
@reads_replica
def rubric_list(request: HttpRequest) -> HttpResponse:
    used = dict[int, list[Campaign]]()
    for row in Campaign.objects.all():
        used.setdefault(row.rubric_version_id, []).append(row)
    versions = RubricVersion.objects.order_by("-valid_from").select_related("made_by")
    context = {
        "rows": [(row, used.get(row.pk, [])) for row in versions],
        "may_manage": allowed(request.user, "evaluation.manage"),
    }
    return render(request, "evaluation/rubric_list.html", context)


@needs("evaluation.view")
@require_GET
@reads_replica
def rubric(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = get_object_or_404(RubricVersion.objects.select_related("made_by"), pk=pk)
    if request.GET.get("unduh") == "csv":
        return csv_response(f"rubrik-{row.code}.csv", rubric_file.COLUMNS, rubric_file.rows(row.content))
    labels = facts.labels()
    groups = [
        (
            aspect,
            [
                (
                    one, labels.get(one.source, ""), TASKS.get(one.task, ""),
                    [EVIDENCE[kind].lower() for kind in one.evidence], one.weights.get("tp2dd"),
                    one.weights.get("opd"),
                )
                for one in row.rubric.indicators
                if one.aspect == aspect.code
            ],
        )
        for aspect in row.rubric.aspects
    ]  # fmt: skip
    context = {
        "rubric": row,
        "aspects": groups,
        "wide": True,
        "may_manage": allowed(request.user, "evaluation.manage"),
    }
    return render(request, "evaluation/rubric.html", context)


@needs("evaluation.manage")
@require_http_methods(["GET", "POST"])
def rubric_new(request: HttpRequest) -> HttpResponse:
    known = newest()
    form = RubricForm(request.POST or None, known.rubric)
    if form.is_valid():
        answer = _keep(request, form, reweighed(known.content, form.weights))
        if answer:
            return answer
    return render(request, "evaluation/rubric_new.html", {"form": form, "known": known})


@needs("evaluation.manage")
@require_http_methods(["GET", "POST"])
def rubric_upload(request: HttpRequest) -> HttpResponse:
    form = RubricFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = rubric_file.read(file, file.name)
        except TabularError as error:
            form.add_error("file", f"{error} Rubrik belum disimpan.")
        else:
            answer = _keep(request, form, content)
            if answer:
                return answer
    return render(
        request,
        "evaluation/rubric_upload.html",
        {"form": form, "known": newest(), "kinds": EVIDENCE.items(), "sources": facts.labels().items()},
    )


def _keep(request: HttpRequest, form: Any, content: dict[str, Any]) -> HttpResponse | None:
    """Keep a rubric and go to its page; None where it is refused, which the form then says."""
    data = form.cleaned_data
    try:
        row = services.add_rubric(
            code=data["code"], valid_from=data["valid_from"], legal_basis=data["legal_basis"],
            content=content, by=actor(request), at=timezone.now(),
        )  # fmt: skip
    except EvaluationError as error:
        show_refusal(form, error)
        return None
    messages.success(request, f"{row} disimpan. Masa yang sudah dibuka tetap memakai rubriknya.")
    return redirect("evaluation:rubric", row.pk)
