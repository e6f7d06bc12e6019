"""Data requests: asked, reminded, answered, accepted; and who owes what, of either kind of request."""

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
from opd.access import actor, allowed, needs, scope
from opd.forms import ReasonForm, carry_out
from opd.office import documents
from opd.office.exports import csv_response
from opd.office.models import Document
from opd.office.views.documents import page_context
from opd.office.views.evidence import context_of
from tp2dd.secretariat import queries, subjects
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.forms import AnswerForm, RequestForm, RequestSentence, SendBackForm
from tp2dd.secretariat.models import DataRequest, RequestEvent
from tp2dd.secretariat.services import requests
from tp2dd.secretariat.views.common import form_page

State = DataRequest.State


def _mine(request: HttpRequest, pk: int) -> DataRequest:
    rows = queries.requests(scope(request.user, "datarequests.view"), state="", text="")
    return get_object_or_404(rows, pk=pk)


@needs("datarequests.view")
@require_GET
@reads_replica
def request_list(request: HttpRequest) -> HttpResponseBase:
    asked = request.GET.copy()
    asked.setdefault("keadaan", "belum")
    form = RequestSentence(asked)
    reach = scope(request.user, "datarequests.view")
    rows = queries.requests(reach, state=form.word("keadaan"), text=form.word("cari"))
    if request.GET.get("unduh") == "csv":
        header = ("kepada", "data", "masa", "diminta", "tenggat", "keadaan", "dijawab", "jawaban")
        lines = (
            (
                *(one.asked, one.subject, one.period, one.asked_at, one.due_on, one.get_state_display()),
                *(one.answered_on, one.answer),
            )
            for one in rows
        )
        return csv_response("permintaan-data.csv", header, lines)
    context = {
        "form": form, "page": Paginator(rows, 50).get_page(request.GET.get("halaman")),
        "today": timezone.localdate(), "is_filtered": bool(request.GET),
        "may_manage": allowed(actor(request), "secretariat.manage"),
        "may_see_owing": allowed(actor(request), "secretariat.view"),
    }  # fmt: skip
    return render(request, "secretariat/request_list.html", context)


@needs("secretariat.manage")
@require_http_methods(["GET", "POST"])
def request_new(request: HttpRequest) -> HttpResponse:
    return form_page(
        request, RequestForm(request.POST or None), requests.ask, title="Minta data", verb="Kirim permintaan",
        back=reverse("secretariat:request_list"), done="Permintaan terkirim.",
        then=lambda made: reverse("secretariat:request_detail", args=[made.pk]),
        lead="OPD melihatnya di beranda mereka. Jawaban lembaga luar Anda catat dari suratnya.",
    )  # fmt: skip


@needs("datarequests.view")
@require_GET
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row, person, today = _mine(request, pk), actor(request), timezone.localdate()
    manages = allowed(person, "secretariat.manage")
    context = {
        "asked": row, "is_late": row.state == State.OPEN and row.due_on < today,
        "events": _events(row), "letters": row.events.exclude(document=None).select_related("document"),
        "may_answer": row.state == State.OPEN and requests.may_answer(person, row),
        "may_judge": manages and row.state == State.ANSWERED,
        "may_press": manages and row.state == State.OPEN,
        "answer_form": AnswerForm(initial={"answer": row.answer}),
        "back_form": SendBackForm(auto_id="kembali-%s"), "withdraw_form": ReasonForm(auto_id="batal-%s"),
        **context_of(request, subjects.REQUEST, str(pk)),
    }  # fmt: skip
    return render(request, "secretariat/request_detail.html", context)


def _events(row: DataRequest) -> list[dict[str, object]]:
    rows = row.events.select_related("by")
    return [{"at": e.at, "text": e.get_kind_display(), "by": e.by, "detail": e.text} for e in rows]


@needs("datarequests.view")
@require_POST
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    done = "Jawaban terkirim; sekretaris TP2DD memeriksanya."
    return _do(request, pk, AnswerForm(request.POST), requests.answer, done)


@needs("secretariat.manage")
@require_POST
def request_accept(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, forms.Form(request.POST), requests.accept, "Jawaban diterima.")


@needs("secretariat.manage")
@require_POST
def request_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, SendBackForm(request.POST), requests.send_back, "Jawaban dikembalikan.")


@needs("secretariat.manage")
@require_POST
def request_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, ReasonForm(request.POST), requests.withdraw, "Permintaan dibatalkan.")


@needs("secretariat.manage")
@require_POST
def request_remind(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, forms.Form(request.POST), requests.remind, "Surat pengingat terbit.")


def _do(request: HttpRequest, pk: int, form: forms.Form, deed: Callable[..., Any], done: str) -> HttpResponse:
    _mine(request, pk)
    carry_out(request, form, deed, done, refused=DeskError, request_id=pk)
    return redirect("secretariat:request_detail", pk=pk)


@needs("datarequests.view")
@require_GET
def request_letter(request: HttpRequest, pk: int, event: int) -> HttpResponse:
    """A reminder as it was issued."""
    told = get_object_or_404(
        RequestEvent.objects.exclude(document=None).select_related("document__opd"),
        pk=event, request=_mine(request, pk),
    )  # fmt: skip
    document = told.document
    assert isinstance(document, Document)
    kind = documents.kind(document.kind)
    back = reverse("secretariat:request_detail", args=[pk])
    return render(request, kind.template, {**page_context(document, kind), "back_url": back})


@needs("secretariat.view")
@require_GET
@reads_replica
def owing(request: HttpRequest) -> HttpResponseBase:
    """Who owes the secretary what, late ones first."""
    debtors = queries.owing(timezone.localdate())
    if request.GET.get("unduh") == "csv":
        header = ("kepada", "jenis", "yang_ditunggu", "tenggat", "terlambat")
        lines = (
            (one.asked, one.kind, one.what, one.due_on, one.is_late) for row in debtors for one in row.owed
        )
        return csv_response("yang-ditunggu.csv", header, lines)
    late = sum(row.late for row in debtors)
    return render(request, "secretariat/owing.html", {"debtors": debtors, "late": late})
