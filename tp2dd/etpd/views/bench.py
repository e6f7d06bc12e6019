"""The workbench: columns in groups, one column's page, saving, and reading facts anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs
from opd.forms import ReasonForm, carry_out, show_refusal
from opd.office import attachments
from tp2dd.etpd import queries, services
from tp2dd.etpd.forms import AskForm, BenchForm, BenchSentence, RemarkForm
from tp2dd.etpd.models import Request, Semester, State
from tp2dd.etpd.services import EtpdError
from tp2dd.etpd.views.common import of

ASKED_DAYS = 7
"""Days that a request gives at first; the secretary may change them."""


@needs("etpd.view")
@require_GET
@reads_replica
def bench(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, of(pk), None)


@needs("etpd.fill")
@require_POST
def bench_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what is on screen, all or nothing; a refusal stands beside its column."""
    row = of(pk)
    found = queries.bench(row, of=actor(request))
    form = BenchForm(request.POST, found.form, BenchSentence(request.GET, found).chosen(found))
    if form.is_valid():
        try:
            count = services.answer(
                semester_id=pk, changes=form.changes, by=actor(request), at=timezone.now()
            )
        except EtpdError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{count} kolom disimpan." if count else "Tidak ada yang berubah.")
            query = request.GET.urlencode()
            return redirect(f"{reverse('etpd:bench', args=[pk])}{'?' if query else ''}{query}")
    return _page(request, row, form)


def _page(request: HttpRequest, row: Semester, form: BenchForm | None) -> HttpResponse:
    user = actor(request)
    found = queries.bench(row, of=user)
    sentence = BenchSentence(request.GET, found)
    rows = sentence.chosen(found)
    shown = form or BenchForm(None, found.form, rows)
    context: dict[str, Any] = {
        "semester": row, "bench": found, "sentence": sentence, "group": sentence.group,
        "is_filtered": bool(sentence.word("hanya") or sentence.word("cari")), "form": shown,
        "may_fill": row.state == State.FILLING and allowed(user, "etpd.fill"),
        "may_remark": row.state == State.REVIEW and allowed(user, "etpd.review"),
        "lines": list(shown.lines(rows)), "refused": form is not None, "wide": True,
    }  # fmt: skip
    return render(request, "etpd/bench.html", context)


@needs("etpd.fill")
@require_POST
def bench_facts(request: HttpRequest, pk: int) -> HttpResponse:
    carry_out(
        request, forms.Form(request.POST), services.refresh_facts, "Fakta dibaca ulang.",
        refused=EtpdError, semester_id=pk,
    )  # fmt: skip
    return redirect("etpd:bench", pk=pk)


@needs("etpd.view")
@require_GET
def question(request: HttpRequest, pk: int, letter: str) -> HttpResponse:
    row, user = of(pk), actor(request)
    found = queries.bench(row, of=user)
    line = found.by_letter.get(letter)
    if line is None:
        raise Http404
    number = line.column.number
    due_on = timezone.localdate() + timedelta(days=ASKED_DAYS)
    context = {
        "semester": row, "row": line, "events": queries.history(row, line.column),
        "previous": found.form.columns[number - 2] if number > 1 else None,
        "next": found.form.columns[number] if number < len(found.rows) else None,
        "may_fill": row.state == State.FILLING and allowed(user, "etpd.fill"),
        "may_remark": row.state == State.REVIEW and allowed(user, "etpd.review"),
        "ask_form": AskForm(initial={"due_on": due_on}), "withdraw_form": ReasonForm(auto_id="batal-%s"),
        "remark_form": RemarkForm(auto_id="catat-%s"), "proofs": _proofs(row, line.column.field),
    }  # fmt: skip
    return render(request, "etpd/question.html", context)


def _proofs(row: Semester, field: str) -> list[Any]:
    """Evidence that came with answers to requests for this column."""
    asked = Request.objects.filter(semester=row, field=field)
    return [one for each in asked for one in attachments.of(each)]
