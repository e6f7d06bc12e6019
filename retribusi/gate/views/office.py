"""The office's pages of the gate: phones, a day's tickets at every point, and conflicts with what became of
them."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import show_refusal
from opd.office.exports import csv_response
from opd.stepup import second_factor
from retribusi.gate import queries
from retribusi.gate.errors import GateError
from retribusi.gate.forms import ConflictSentence, DaySentence, EnrolForm, ExplainForm, RevokeForm
from retribusi.gate.models import Device, Entry
from retribusi.gate.services import devices, entries
from retribusi.models import CollectionPoint

_PER_PAGE = 50


@needs("gate.enrol")
@second_factor("mendaftarkan perangkat gerbang")
@never_cache
@require_http_methods(["GET", "POST"])
def device_enrol(request: HttpRequest) -> HttpResponse:
    """The officer enrols the phone in hand: its secret stays in it, only the hash comes here."""
    points = _points(request, "gate.enrol").exclude(status=CollectionPoint.Status.PLANNED)
    form = EnrolForm(points, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            devices.enrol(**form.cleaned_data, by=actor(request), at=timezone.now())
        except GateError as error:
            show_refusal(form, error)
        else:
            return redirect("gate:scanner")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context = {"form": form, "any": points.exists()}
    return render(request, "retribusi/gate/daftarkan.html", context, status=status)


@needs("gate.view")
@require_GET
def device_list(request: HttpRequest) -> HttpResponse:
    rows = _devices(request)
    context = {
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("halaman")),
        "enrols": allowed(request.user, "gate.enrol"),
        "manages": allowed(request.user, "gate.manage"),
    }
    return render(request, "retribusi/gate/perangkat_daftar.html", context)


@needs("gate.manage")
@second_factor("mencabut perangkat gerbang")
@require_POST
def device_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    reach = scope(request.user, "gate.manage")
    device = get_object_or_404(reach.filter(Device.objects.all(), "point__opd"), pk=pk)
    form = RevokeForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        devices.revoke(device_id=device.pk, reason=reason, by=actor(request), at=timezone.now())
    except GateError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Perangkat {device.name} dicabut. Ponsel itu tidak dilayani lagi.")
    return redirect("gate:device_list")


@needs("gate.view")
@require_GET
@reads_replica
def day(request: HttpRequest) -> HttpResponse:
    """A day of every point: sold, entered, still to come, turned away; then each ticket that was shown."""
    chosen, sentence, rows = _of_day(request)
    points = queries.days_points(scope(request.user, "gate.view"), chosen)
    context = {
        "sentence": sentence, "chosen": chosen, "points": points, "wide": True,
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("halaman")),
        "enrols": allowed(request.user, "gate.enrol"),
    }  # fmt: skip
    return render(request, "retribusi/gate/hari.html", context)


@needs("gate.view")
@require_GET
@reads_replica
def day_csv(request: HttpRequest) -> HttpResponseBase:
    chosen, _, rows = _of_day(request)
    return csv_response(
        f"gerbang-{chosen}.csv", queries.CSV_HEADER, queries.csv_rows(rows.iterator(chunk_size=1000))
    )


def _of_day(request: HttpRequest) -> tuple[date, DaySentence, QuerySet[Entry]]:
    """The day that was asked for (today without one), the filter, and its tickets."""
    given = request.GET.copy()
    given.setdefault("hari", timezone.localdate().isoformat())
    sentence = DaySentence(given, _points(request, "gate.view"))
    chosen = sentence.day("hari") or timezone.localdate()
    rows = queries.of_day(scope(request.user, "gate.view"), chosen)
    if point := sentence.given("titik"):
        rows = rows.filter(point=point)
    if outcome := sentence.word("jawaban"):
        rows = rows.filter(outcome=outcome)
    return chosen, sentence, rows


@needs("gate.view")
@require_GET
def conflict_list(request: HttpRequest) -> HttpResponse:
    """Who was let in though the ticket did not hold, those without an explanation first."""
    sentence = ConflictSentence(request.GET, _points(request, "gate.view"))
    rows = _conflicts(request)
    if state := sentence.word("keadaan"):
        rows = rows.filter(explanation__isnull=state == "open")
    if point := sentence.given("titik"):
        rows = rows.filter(point=point)
    page = Paginator(rows.order_by("explanation__made_at", "-entered_at"), _PER_PAGE)
    context = {"sentence": sentence, "page": page.get_page(request.GET.get("halaman"))}
    return render(request, "retribusi/gate/benturan_daftar.html", context)


@needs("gate.view")
@second_factor("menjelaskan benturan di gerbang")
@require_http_methods(["GET", "POST"])
def conflict_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Both sides of a conflict; the treasurer says once what it was."""
    entry = get_object_or_404(_conflicts(request), pk=pk)
    manages = allowed(request.user, "gate.manage", opd=entry.point.opd_id)
    form = ExplainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            entries.explain(entry_id=pk, **form.cleaned_data, by=actor(request), at=timezone.now())
        except GateError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Penjelasan dicatat.")
            return redirect("gate:conflict_detail", pk=pk)
    context: dict[str, Any] = {
        "entry": entry, "first": entries.first_entry(entry.ticket), "form": form,
        "explains": manages and not hasattr(entry, "explanation"),
    }  # fmt: skip
    return render(request, "retribusi/gate/benturan_rinci.html", context)


def _points(request: HttpRequest, permission: str) -> QuerySet[CollectionPoint]:
    return scope(request.user, permission).filter(CollectionPoint.objects.all(), "opd")


def _devices(request: HttpRequest) -> QuerySet[Device]:
    rows = Device.objects.select_related("point", "officer", "revoked_by")
    return scope(request.user, "gate.view").filter(rows, "point__opd")


def _conflicts(request: HttpRequest) -> QuerySet[Entry]:
    return queries.entries(scope(request.user, "gate.view")).conflicts()
