"""Meetings: planned, invited, held with minutes, or cancelled."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs
from opd.forms import ReasonForm, carry_out
from opd.office import documents
from opd.office.exports import csv_response
from opd.office.views.documents import page_context
from opd.office.views.evidence import context_of
from tp2dd.secretariat import queries, subjects
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.forms import HoldForm, MeetingForm, MeetingSentence
from tp2dd.secretariat.models import Meeting
from tp2dd.secretariat.services import meetings
from tp2dd.secretariat.views.common import form_page

State = Meeting.State


@needs("secretariat.view")
@require_GET
@reads_replica
def meeting_list(request: HttpRequest) -> HttpResponseBase:
    form = MeetingSentence(request.GET)
    rows = queries.meetings(state=form.word("keadaan"), text=form.word("cari"))
    if request.GET.get("unduh") == "csv":
        header = ("rapat", "waktu", "tempat", "keadaan", "diundang", "hadir")
        lines = (
            (row.title, row.starts_at, row.place, row.get_state_display(), row.asked, row.came)  # type: ignore[attr-defined]
            for row in rows
        )
        return csv_response("rapat-tp2dd.csv", header, lines)
    context = {
        "form": form, "is_filtered": bool(request.GET),
        "page": Paginator(rows, 50).get_page(request.GET.get("halaman")),
        "may_manage": allowed(actor(request), "secretariat.manage"),
    }  # fmt: skip
    return render(request, "secretariat/meeting_list.html", context)


@needs("secretariat.manage")
@require_http_methods(["GET", "POST"])
def meeting_new(request: HttpRequest) -> HttpResponse:
    return form_page(
        request, MeetingForm(request.POST or None), meetings.plan, title="Rencanakan rapat",
        verb="Simpan rencana", back=reverse("secretariat:meeting_list"),
        done="Rapat direncanakan; yang diundang diambil dari susunan tim.",
        then=lambda made: reverse("secretariat:meeting_detail", args=[made.pk]),
    )  # fmt: skip


@needs("secretariat.view")
@require_GET
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Meeting.objects.select_related("invitation", "minutes", "by"), pk=pk)
    manages, now = allowed(actor(request), "secretariat.manage"), timezone.now()
    context = {
        "meeting": row, "attendances": row.attendances.all(), "events": _events(row),
        "may_invite": manages and row.state == State.PLANNED and row.starts_at > now,
        "may_hold": manages and row.state == State.INVITED and row.starts_at <= now,
        "waits": manages and row.state == State.INVITED and row.starts_at > now,
        "may_cancel": manages and row.state in {State.PLANNED, State.INVITED},
        "cancel_form": ReasonForm(auto_id="batal-%s"), **context_of(request, subjects.MEETING, str(pk)),
    }  # fmt: skip
    return render(request, "secretariat/meeting_detail.html", context)


def _events(row: Meeting) -> list[dict[str, object]]:
    told: list[dict[str, object]] = [{"at": row.at, "text": "Direncanakan", "by": row.by}]
    for document in (row.invitation, row.minutes):
        if document:
            text = f"{documents.kind(document.kind).label} terbit, nomor {document.number}"
            told.append({"at": document.issued_at, "text": text, "by": document.issued_by})
    return told


@needs("secretariat.manage")
@require_POST
def meeting_invite(request: HttpRequest, pk: int) -> HttpResponse:
    form = forms.Form(request.POST)
    carry_out(request, form, meetings.invite, "Undangan terbit.", refused=DeskError, meeting_id=pk)
    return redirect("secretariat:meeting_detail", pk=pk)


@needs("secretariat.manage")
@require_http_methods(["GET", "POST"])
def meeting_hold(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Meeting, pk=pk)
    asked = list(row.attendances.filter(invited=True))
    form = HoldForm(request.POST or None, asked=asked)
    back = reverse("secretariat:meeting_detail", args=[pk])
    return form_page(
        request, form, meetings.hold, title=f"Notulen: {row.title}", verb="Terbitkan notulen", back=back,
        done="Notulen terbit. Lampirkan foto dan daftar hadir bertanda tangan.", then=lambda made: back,
        meeting_id=pk, lead="Notulen bernomor dan tidak dapat diubah setelah terbit.",
    )  # fmt: skip


@needs("secretariat.manage")
@require_POST
def meeting_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    carry_out(request, form, meetings.cancel, "Rapat dibatalkan.", refused=DeskError, meeting_id=pk)
    return redirect("secretariat:meeting_detail", pk=pk)


@needs("secretariat.view")
@require_GET
def meeting_paper(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """The invitation or the minutes as they were issued."""
    row = get_object_or_404(Meeting.objects.select_related("invitation", "minutes"), pk=pk)
    document = {"undangan": row.invitation, "notulen": row.minutes}.get(paper)
    if document is None:
        raise Http404(paper)
    kind = documents.kind(document.kind)
    back = reverse("secretariat:meeting_detail", args=[pk])
    return render(request, kind.template, {**page_context(document, kind), "back_url": back})
