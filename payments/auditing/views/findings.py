"""/audit/temuan/: the register, one finding with its permanent address, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import ReasonForm, carry_out, show_refusal
from opd.office.exports import csv_response
from opd.office.views.evidence import context_of
from payments.auditing import papers, queries, rules, services, subjects
from payments.auditing.forms import AnswerForm, FindingFilter, FindingForm, JudgeForm
from payments.auditing.models import Finding, State
from payments.auditing.services import FindingError

TONES = {"pending": "wait", "partial": "wait", "done": "ok", "impossible": "quiet", "withdrawn": "quiet"}


@needs("auditing.view")
@require_GET
@reads_replica
def finding_list(request: HttpRequest) -> HttpResponseBase:
    reach, today = scope(request.user, "auditing.view"), timezone.localdate()
    form = FindingFilter(request.GET, reach)
    found = queries.findings(reach, form.where, on=today)
    if request.GET.get("unduh") == "csv":
        return csv_response("temuan.csv", queries.COLUMNS, queries.lines(found, today))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {
        "form": form, "page": page, "rows": [(row, TONES[row.state]) for row in page], "today": today,
        "is_filtered": bool(request.GET), "rule": rules.follow_up(today), "total": queries.totals(found),
        "may_work": allowed(request.user, "auditing.work"), "wide": True,
    }  # fmt: skip
    return render(request, "auditing/finding_list.html", context)


@needs("auditing.work")
@require_http_methods(["GET", "POST"])
def finding_new(request: HttpRequest) -> HttpResponse:
    reach = scope(request.user, "auditing.work")
    form = FindingForm(request.POST or None, reach=reach, initial={"about": request.GET.get("tentang", "")})
    if form.is_valid():
        try:
            row = services.record(
                draft=form.draft(), form_key=form.cleaned_data["form_key"], by=actor(request),
                at=timezone.now(),
            )  # fmt: skip
        except FindingError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{row} dicatat. OPD melihatnya sekarang.")
            return redirect("auditing:finding_detail", pk=row.pk)
    rule = rules.follow_up(timezone.localdate())
    return render(request, "auditing/finding_new.html", {"form": form, "rule": rule})


@needs("auditing.view")
@require_GET
def finding_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row, user, today = _visible(request, pk), actor(request), timezone.localdate()
    context: dict[str, Any] = {
        "finding": row, "tone": TONES[row.state], "is_late": row.is_open and row.due_on < today,
        "rule": rules.follow_up(row.received_on), "parts": papers.parts(row), "address": papers.address(row),
        "links": queries.links(row, user), "events": queries.story(row),
        "answer": AnswerForm(auto_id="jawab-%s"), "judge": JudgeForm(auto_id="nilai-%s"),
        "reason": ReasonForm(),
        "may_answer": row.is_open and allowed(user, "auditing.answer", opd=row.opd_id),
        "may_judge": row.state != State.WITHDRAWN and allowed(user, "auditing.work"),
        **context_of(request, subjects.TYPE, str(row.pk)),
    }  # fmt: skip
    return render(request, "auditing/finding_detail.html", context)


@needs("auditing.view")
@require_GET
def finding_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The finding and its story, to take along."""
    content = papers.story_pdf(_visible(request, pk), at=timezone.now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="temuan-{pk}.pdf"'
    return response


@needs("auditing.answer")
@require_POST
def finding_answer(request: HttpRequest, pk: int) -> HttpResponse:
    return _say(request, pk, AnswerForm, services.answer, "Tindak lanjut terkirim; auditor menilainya.")


@needs("auditing.work")
@require_POST
def finding_judge(request: HttpRequest, pk: int) -> HttpResponse:
    return _say(request, pk, JudgeForm, services.judge, "Penilaian dicatat.")


@needs("auditing.work")
@require_POST
def finding_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _say(request, pk, ReasonForm, services.withdraw, "Temuan dicabut; nomornya tetap terpakai.")


def _visible(request: HttpRequest, pk: int) -> Finding:
    rows = Finding.objects.select_related("opd", "document", "recorded_by")
    return get_object_or_404(scope(request.user, "auditing.view").filter(rows, "opd"), pk=pk)


def _say(
    request: HttpRequest, pk: int, kind: type[forms.Form], deed: Callable[..., Finding], done: str
) -> HttpResponse:
    """One form whose fields are what the service takes."""
    row = _visible(request, pk)
    carry_out(request, kind(request.POST), deed, done, refused=FindingError, finding_id=row.pk)
    return redirect("auditing:finding_detail", pk=pk)
