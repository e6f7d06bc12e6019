"""Opening, counting and closing a shift; the list that treasurer and auditor read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import show_refusal
from opd.office import documents
from payments.books.forms import CountForm
from payments.books.notes import rows as count_rows
from payments.money import rupiah
from retribusi.counter import queries
from retribusi.counter.errors import CounterError
from retribusi.counter.forms import OpenForm
from retribusi.counter.models import Shift
from retribusi.counter.services import shifts
from retribusi.models import CollectionPoint
from retribusi.stbp.papers import STBP


@needs("counter.sell")
@never_cache
@require_http_methods(["GET", "POST"])
def shift_open(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and shifts.open_of(actor(request)):
        return redirect("counter:desk")
    live = CollectionPoint.objects.filter(status=CollectionPoint.Status.LIVE)
    points = scope(request.user, "counter.sell").filter(live)
    form = OpenForm(points, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            shifts.open_shift(
                point=form.cleaned_data["point"], by=actor(request), at=timezone.now(),
                change_amount=form.cleaned_data["change_amount"] or rupiah(0),
            )  # fmt: skip
        except CounterError as error:
            show_refusal(form, error)
        else:
            return redirect("counter:desk")
    return render(request, "retribusi/counter/buka.html", {"form": form, "any": points.exists()})


@needs("counter.sell")
@never_cache
@require_http_methods(["GET", "POST"])
def shift_close(request: HttpRequest) -> HttpResponse:
    """Totals by channel, then the count; a second press shows the shift that is closed."""
    shift = _to_close(request)
    if shift is None:
        return redirect("counter:shift_open")
    form = CountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            shift = shifts.close_shift(
                shift_id=shift.pk, counted=form.counted, explanation=form.cleaned_data["explanation"],
                by=actor(request), at=timezone.now(),
            )  # fmt: skip
        except CounterError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Shift ditutup. Serahkan tunainya kepada bendahara penerimaan.")
            return redirect("counter:shift_detail", pk=shift.pk)
    totals = queries.totals_of(shift)
    cash = rupiah(totals["cash"]["amount"])
    context = {
        "shift": shift, "form": form, "sums": queries.channel_sums(totals), "cash": cash,
        "expected": cash + shift.change_amount, "waiting": shift.sales.filter(order__state="open").count(),
    }  # fmt: skip
    return render(request, "retribusi/counter/tutup.html", context)


def _to_close(request: HttpRequest) -> Shift | None:
    """The open shift; for a press that is repeated, the one that its form names."""
    mine = shifts.open_of(actor(request))
    named = request.POST.get("shift", "")
    if mine is None and named:
        rows = Shift.objects.filter(officer=actor(request)).select_related("point__opd")
        return next((row for row in rows[:5] if str(row.pk) == named), None)
    return mine


@needs("counter.view")
@require_GET
@reads_replica
def shift_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(_rows(request), 50).get_page(request.GET.get("halaman"))
    rows = [(shift, queries.brief_sums(shift.totals or queries.totals_of(shift))) for shift in page]
    context = {"page": page, "rows": rows, "sells": allowed(request.user, "counter.sell"), "wide": True}
    return render(request, "retribusi/counter/shift_daftar.html", context)


@needs("counter.view")
@require_GET
def shift_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    shift = get_object_or_404(_rows(request), pk=pk)
    sales = shift.sales.select_related("order").prefetch_related("order__lines__tariff")
    context: dict[str, Any] = {
        "shift": shift, "sums": queries.channel_sums(shift.totals or queries.totals_of(shift)),
        "pieces": count_rows(shift.counted) if shift.counted else [],
        "page": Paginator(sales, 100).get_page(request.GET.get("halaman")),
        "sells": allowed(request.user, "counter.sell"), "tbp": documents.current(STBP.code, shift),
    }  # fmt: skip
    return render(request, "retribusi/counter/shift_rinci.html", context)


def _rows(request: HttpRequest) -> QuerySet[Shift]:
    """Shifts within reach; an officer sees their own."""
    every = Shift.objects.select_related("point__opd", "officer", "deposit")
    rows = scope(request.user, "counter.view").filter(every, "point__opd")
    return rows.filter(officer=actor(request)) if allowed(request.user, "counter.sell") else rows
