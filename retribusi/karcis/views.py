"""Karcis: the stock of printed tickets, and the officer's page for sales without network."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import show_refusal
from opd.office.exports import csv_response
from retribusi.counter.errors import CounterError
from retribusi.counter.services import shifts
from retribusi.karcis import queries, services
from retribusi.karcis.forms import LateSaleForm, ReceiveForm, SpoilForm, StockSentence
from retribusi.karcis.models import Batch, Use
from retribusi.karcis.queries import Stock
from retribusi.karcis.services import KarcisError

COLUMNS = (
    *(
        "opd",
        "titik",
        "tarif",
        "seri",
        "nomor_pertama",
        "nomor_terakhir",
        "harga",
        "diterima",
        "berita_acara",
    ),
    *("lembar", "terjual", "rusak", "sisa", "nilai_terjual", "nomor_sisa"),
)


@needs("counter.view")
@require_GET
@reads_replica
def stock(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "counter.view")
    form = StockSentence(request.GET, reach)
    text = form.word("q").casefold()
    rows = [
        row
        for row in queries.stocks(reach)
        if form.opd_id in {None, row.batch.opd_id} and text in _words(row)
    ]
    if request.GET.get("unduh") == "csv":
        return csv_response("persediaan-karcis.csv", COLUMNS, map(_cells, rows))
    context = {
        "form": form, "rows": rows, "left": sum(row.count for row in rows),
        "is_filtered": bool(text or form.opd_id), "may": allowed(request.user, "counter.deposit"),
        "sells": allowed(request.user, "counter.sell"), "wide": True,
    }  # fmt: skip
    return render(request, "retribusi/karcis/persediaan.html", context)


def _words(row: Stock) -> str:
    batch = row.batch
    return f"{batch.series} {batch.document} {batch.tariff.name} {batch.tariff.point.name}".casefold()


def _cells(row: Stock) -> tuple[object, ...]:
    batch = row.batch
    return (
        batch.opd.name, batch.tariff.point.name, batch.tariff.name, batch.series, batch.first, batch.last,
        batch.face, batch.received_on, batch.document, batch.sheets, row.sold, row.spoiled, row.count,
        row.sold_amount, row.left_text,
    )  # fmt: skip


@needs("counter.deposit")
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    form = ReceiveForm(
        scope(request.user, "counter.deposit"), request.POST or None, initial={"received_on": today}
    )
    if request.method == "POST" and form.is_valid():
        try:
            batch = services.receive(**form.cleaned_data, by=actor(request), at=timezone.now())
        except KarcisError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{batch.sheets} karcis {batch} diterima.")
            return redirect("karcis:batch", pk=batch.pk)
    return render(request, "retribusi/karcis/terima.html", {"form": form})


@needs("counter.view")
@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One batch: its numbers and what became of them. POST notes spoiled ones."""
    rows = Batch.objects.select_related("opd", "tariff__point").prefetch_related(
        Prefetch("uses", Use.objects.select_related("sale__order", "by"))
    )
    mine = get_object_or_404(scope(request.user, "counter.view").filter(rows), pk=pk)
    may = allowed(request.user, "counter.deposit", opd=mine.opd_id)
    form = SpoilForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.spoil(batch=mine, **form.cleaned_data, by=actor(request), at=timezone.now())
        except KarcisError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Nomor karcis itu tidak dapat dijual lagi.")
            return redirect("karcis:batch", pk=mine.pk)
    context = {"batch": mine, "stock": queries.stock(mine), "form": form, "may": may}
    return render(request, "retribusi/karcis/rinci.html", context)


@needs("counter.sell")
@never_cache
@require_http_methods(["GET", "POST"])
def late_sale(request: HttpRequest) -> HttpResponse:
    """Padam: cash with printed tickets, entered once the network is back, in the officer's open shift."""
    shift, now = shifts.open_of(actor(request)), timezone.now()
    if shift is None:
        messages.error(request, "Buka shift dahulu; tunai dari karcis masuk ke shift Anda.")
        return redirect("counter:shift_open")
    stocks = [
        row for row in queries.stocks(scope(request.user, "counter.sell"), point=shift.point) if row.left
    ]
    form = LateSaleForm(stocks, request.POST or None, now=timezone.localtime(now))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            sale = services.sell_late(
                torn=form.torn, happened_at=data["happened_at"], reason=data["reason"],
                hours_reason=data["hours_reason"], form_key=data["kunci"], by=actor(request), at=now,
            )  # fmt: skip
        except CounterError as error:
            show_refusal(form, error)
        else:
            return redirect("counter:order", pk=sale.order_id)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context = {"form": form, "shift": shift, "rows": form.rows()}
    return render(request, "retribusi/karcis/padam.html", context, status=status)
