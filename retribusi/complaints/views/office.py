"""/retribusi/pengaduan/: the list, one complaint and what is done about it, and the statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import ReasonForm, carry_out
from opd.models import Opd
from opd.office.exports import csv_response
from opd.office.views.evidence import context_of
from retribusi.complaints import contacts, queries, rules, subjects
from retribusi.complaints.forms import AnswerForm, AssignForm, ComplaintFilter, NoteForm
from retribusi.complaints.models import Complaint
from retribusi.complaints.queries import Figures
from retribusi.complaints.services import handling
from retribusi.complaints.services.shared import ComplaintError
from retribusi.contacts import ContactGone

COLUMNS = (
    *("nomor", "kategori", "titik", "opd", "petugas", "kejadian", "masuk", "tenggat", "jawaban_pertama"),
    *("keadaan", "lewat_tenggat", "nilai", "selesai"),
)
FIGURES = ("kelompok", "masuk", "dijawab", "terlambat", "median_jam", "nilai_rata_rata")
TONES = {"new": "wait", "handling": "wait", "answered": "quiet", "closed": "ok"}


@needs("complaints.view")
@require_GET
@reads_replica
def complaint_list(request: HttpRequest) -> HttpResponseBase:
    reach, today = scope(request.user, "complaints.view"), timezone.localdate()
    names = rules.category_names()
    form = ComplaintFilter(request.GET, reach, names.items())
    found = queries.complaints(reach, form.where, on=today)
    if request.GET.get("unduh") == "csv":
        return csv_response("pengaduan.csv", COLUMNS, _lines(found, names, today))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {
        "form": form,
        "page": page,
        "rows": [(row, names.get(row.category, row.category), TONES[row.state]) for row in page],
        "today": today,
        "is_filtered": bool(request.GET),
        "rule": rules.answer_rule(today),
        "wide": True,
    }
    return render(request, "retribusi/complaints/list.html", context)


def _lines(found: QuerySet[Complaint], names: dict[str, str], today: date) -> Iterator[list[Any]]:
    for row in found.iterator(chunk_size=500):
        yield [
            row.number, names.get(row.category, row.category), row.point, row.opd, row.officer,
            row.happened_on, row.filed_at, row.due_on, row.first_answered_at, row.get_state_display(),
            row.is_waiting and row.due_on < today, row.rating, row.closed_at,
        ]  # fmt: skip


@needs("complaints.view")
@require_GET
def complaint_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(request: HttpRequest, row: Complaint, **more: Any) -> HttpResponse:
    user, today = actor(request), timezone.localdate()
    context: dict[str, Any] = {
        "complaint": row,
        "words": queries.filed_words(row),
        "category": rules.category_names().get(row.category, row.category),
        "tone": TONES[row.state],
        "is_late": row.is_waiting and row.due_on < today,
        "rule": rules.answer_rule(today),
        "events": queries.told_to_office(row),
        "may_handle": row.opd_id is not None and allowed(user, "complaints.handle", opd=row.opd_id),
        "may_assign": row.is_waiting and allowed(user, "complaints.assign"),
        "answer": AnswerForm(auto_id="jawab-%s"),
        "note": NoteForm(auto_id="catat-%s"),
        "reason": ReasonForm(),
        "assign": _assign_form() if allowed(user, "complaints.assign") else None,
        **context_of(request, subjects.TYPE, str(row.pk)),
    }
    return render(request, "retribusi/complaints/detail.html", context | more)


def _assign_form(data: Any = None) -> AssignForm:
    today = timezone.localdate()
    return AssignForm(
        data, offices=list(Opd.objects.valid(on=today).order_by("name")), officers=handling.officers(today)
    )


@needs("complaints.assign")
@require_POST
def complaint_assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    row, form = _visible(request, pk), _assign_form(request.POST)
    if not form.is_valid():
        messages.error(request, "Pilih OPD atau petugas dari daftar. Tidak ada yang diteruskan.")
        return redirect("complaints:complaint_detail", pk=row.pk)
    return _do(request, row, handling.assign, "Pengaduan diteruskan.", **form.target())


@needs("complaints.handle")
@require_POST
def complaint_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _say(request, pk, AnswerForm, handling.answer, "Jawaban terbit di halaman pelapor.")


@needs("complaints.handle")
@require_POST
def complaint_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _say(request, pk, NoteForm, handling.note, "Catatan disimpan.")


@needs("complaints.handle")
@require_POST
def complaint_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _say(request, pk, ReasonForm, handling.close, "Pengaduan ditutup.")


@needs("complaints.handle")
@require_POST
def complaint_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _say(request, pk, ReasonForm, handling.reopen, "Pengaduan dibuka lagi dengan tenggat baru.")


@needs("complaints.handle")
@require_POST
def complaint_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the contact once, on this answer alone; the trail keeps who asked."""
    row = _visible(request, pk)
    try:
        contact = contacts.read(complaint=row, by=actor(request), at=timezone.now())
    except ContactGone as error:
        messages.error(request, str(error))
        return redirect("complaints:complaint_detail", pk=pk)
    response = _page(request, row, contact=contact)
    response.headers["Cache-Control"] = "no-store"
    return response


@needs("complaints.view")
@require_GET
@reads_replica
def complaint_figures(request: HttpRequest) -> HttpResponseBase:
    """How many, how fast, how late: by month and by category, the last twelve months."""
    today = timezone.localdate()
    found = queries.samples(scope(request.user, "complaints.view"), on=today)
    months, kinds = queries.by_month(found, today), queries.by_category(found, rules.category_names())
    if request.GET.get("unduh") == "csv":
        return csv_response("statistik-pengaduan.csv", FIGURES, map(_cells, (*months, *kinds)))
    context = {
        "total": queries.figures("Dua belas bulan", found),
        "tables": [("Bulan", [line for line in months if line.filed]), ("Kategori", kinds)],
        "rule": rules.answer_rule(today),
    }
    return render(request, "retribusi/complaints/figures.html", context)


def _cells(line: Figures) -> tuple[object, ...]:
    return line.name, line.filed, line.answered, line.late, line.median_hours, line.rating


def _visible(request: HttpRequest, pk: UUID) -> Complaint:
    rows = Complaint.objects.select_related("opd", "point", "officer", "order__payment")
    return get_object_or_404(scope(request.user, "complaints.view").filter(rows, "opd"), pk=pk)


def _say(
    request: HttpRequest, pk: UUID, kind: type[forms.Form], deed: Callable[..., Complaint], done: str
) -> HttpResponse:
    """One thing written by the office: its form's only field is what the service takes."""
    row = _visible(request, pk)
    carry_out(request, kind(request.POST), deed, done, refused=ComplaintError, complaint_id=row.pk)
    return redirect("complaints:complaint_detail", pk=pk)


def _do(
    request: HttpRequest, row: Complaint, deed: Callable[..., Complaint], done: str, **given: Any
) -> HttpResponse:
    try:
        deed(complaint_id=row.pk, by=actor(request), at=timezone.now(), **given)
    except ComplaintError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("complaints:complaint_detail", pk=row.pk)
