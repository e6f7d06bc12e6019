"""The list of semesters, and one semester with its next step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs
from opd.forms import ReasonForm, carry_out
from opd.office.views.evidence import context_of
from tp2dd.etpd import queries, services, subjects
from tp2dd.etpd.forms import FilingForm, FreezeForm, OpenForm, RemarkForm
from tp2dd.etpd.models import State
from tp2dd.etpd.services import EtpdError
from tp2dd.etpd.services.filling import due
from tp2dd.etpd.services.freezing import stale_answers
from tp2dd.etpd.views.common import TONES, of


@needs("etpd.view")
@require_GET
@reads_replica
def semester_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = [(row, TONES[row.state], row.is_late(today)) for row in queries.semesters()]
    year, half = (today.year, 1) if today.month <= 6 else (today.year, 2)
    context = {
        "rows": rows, "today": today, "may_fill": allowed(request.user, "etpd.fill"),
        "open_form": OpenForm(initial={"year": year, "half": half}), "next_due": due(year, half),
    }  # fmt: skip
    return render(request, "etpd/semester_list.html", context)


@needs("etpd.fill")
@require_POST
def semester_open(request: HttpRequest) -> HttpResponse:
    carry_out(
        request, OpenForm(request.POST), services.open_semester,
        "Semester dibuka dan faktanya dibaca.", refused=EtpdError,
    )  # fmt: skip
    return redirect("etpd:semester_list")


@needs("etpd.view")
@require_GET
def semester(request: HttpRequest, pk: int) -> HttpResponse:
    row, user = of(pk), actor(request)
    bench = queries.bench(row)
    today = timezone.localdate()
    context: dict[str, Any] = {
        "semester": row, "bench": bench, "tone": TONES[row.state], "is_late": row.is_late(today),
        "standing": queries.standing(row, bench.values), "owing": queries.owing(row, on=today),
        "events": queries.way(row), "may_fill": allowed(user, "etpd.fill"),
        "may_review": allowed(user, "etpd.review"), "stale": _stale(row, user),
        "freeze_form": FreezeForm(auto_id="beku-%s"), "back_form": RemarkForm(auto_id="kembali-%s"),
        "filing_form": FilingForm(initial={"filed_on": today}, auto_id="sampai-%s"),
        "reason_form": ReasonForm(auto_id="baiki-%s"),
        "remarked": sorted({bench.form.by_field[note.field].letter for note in queries.last_remarks(row)}),
        **context_of(request, subjects.SEMESTER, str(row.pk)),
    }  # fmt: skip
    return render(request, "etpd/semester.html", context)


def _stale(row: Any, user: Any) -> list[dict[str, str]]:
    """Facts that changed since the review, where somebody is about to freeze."""
    return stale_answers(row) if row.state == State.ACCEPTED and allowed(user, "etpd.fill") else []


@needs("etpd.fill")
@require_POST
def semester_submit(request: HttpRequest, pk: int) -> HttpResponse:
    carry_out(
        request, forms.Form(request.POST), services.submit, "Dikirim; Bank Indonesia memeriksa sekarang.",
        refused=EtpdError, semester_id=pk,
    )  # fmt: skip
    return redirect("etpd:semester", pk=pk)


@needs("etpd.fill")
@require_POST
def semester_correct(request: HttpRequest, pk: int) -> HttpResponse:
    carry_out(
        request, ReasonForm(request.POST), services.correct,
        "Versi perbaikan dibuka dengan jawaban yang sama.", refused=EtpdError, semester_id=pk,
    )  # fmt: skip
    return redirect("etpd:semester_list")
