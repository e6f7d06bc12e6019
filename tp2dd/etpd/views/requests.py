"""Requests for missing answers: asked, answered, withdrawn, and who owes what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, needs
from opd.forms import ReasonForm, carry_out
from opd.office.views.evidence import context_of
from tp2dd.etpd import queries, rights, services, subjects
from tp2dd.etpd.forms import AskForm, ReplyForm
from tp2dd.etpd.models import Request
from tp2dd.etpd.services import EtpdError
from tp2dd.etpd.views.common import of


@needs("etpd.answer")
@require_GET
@reads_replica
def my_requests(request: HttpRequest) -> HttpResponse:
    """What this person, or the agency, was asked: open ones first, the nearest deadline on top."""
    rows = list(rights.of(actor(request)).order_by("-state", "due_on"))
    today = timezone.localdate()
    context = {"rows": [(row, _column(row), _tone(row, today)) for row in rows], "today": today}
    return render(request, "etpd/my_requests.html", context)


def _column(row: Request) -> Any:
    return row.semester.form_version.form.by_field[row.field]


def _tone(row: Request, today: Any) -> str:
    if row.state != Request.State.OPEN:
        return "ok" if row.state == Request.State.ANSWERED else "quiet"
    return "bad" if row.due_on < today else "wait"


@needs("etpd.answer")
@require_GET
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(rights.of(actor(request)), pk=pk)
    form, column, today = row.semester.form_version.form, _column(row), timezone.localdate()
    context = {
        "asked": row, "column": column, "tone": _tone(row, today), "is_late": row.due_on < today,
        "form": ReplyForm(None, form, column), "is_open": row.state == Request.State.OPEN,
        **context_of(request, subjects.REQUEST, str(row.pk)),
    }  # fmt: skip
    return render(request, "etpd/request_detail.html", context)


@needs("etpd.answer")
@require_POST
def request_reply(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(rights.of(actor(request)), pk=pk)
    form = ReplyForm(request.POST, row.semester.form_version.form, _column(row))
    done = "Jawaban terkirim dan masuk ke kuesioner."
    carry_out(request, form, services.reply, done, refused=EtpdError, request_id=pk)
    return redirect("etpd:request_detail", pk=pk)


@needs("etpd.fill")
@require_POST
def request_ask(request: HttpRequest, pk: int, letter: str) -> HttpResponse:
    done = "Permintaan terkirim."
    carry_out(
        request, AskForm(request.POST), services.ask, done, refused=EtpdError, semester_id=pk, letter=letter
    )
    return redirect("etpd:question", pk=pk, letter=letter)


@needs("etpd.fill")
@require_POST
def request_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = Request.objects.select_related("semester__form_version").filter(pk=pk).first()
    if row is None:
        messages.error(request, "Permintaan ini tidak ada.")
        return redirect("etpd:semester_list")
    form = ReasonForm(request.POST)
    carry_out(request, form, services.withdraw, "Permintaan dibatalkan.", refused=EtpdError, request_id=pk)
    return redirect("etpd:question", pk=row.semester_id, letter=_column(row).letter)


@needs("etpd.view")
@require_GET
@reads_replica
def owing(request: HttpRequest, pk: int) -> HttpResponse:
    row, today = of(pk), timezone.localdate()
    context = {"semester": row, "owing": queries.owing(row, on=today), "today": today}
    return render(request, "etpd/owing.html", context)
