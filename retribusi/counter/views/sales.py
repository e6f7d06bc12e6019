"""Penjualan loket: every sale of an officer with its channel and reason, for treasurer and auditor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import Scope, actor, allowed, needs, scope
from opd.forms import DayInput, Sentence
from opd.office.exports import csv_response
from retribusi.counter import listing
from retribusi.counter.listing import SaleFilter
from retribusi.counter.models import Sale
from retribusi.counter.queries import CHANNELS
from retribusi.models import CollectionPoint

COLUMNS = (
    *("waktu", "opd", "titik", "petugas", "pesanan", "kuitansi", "isi", "cara", "jumlah", "keadaan"),
    *("rujukan", "alasan_tunai", "alasan_jam", "keringanan", "jurnal", "terjual_saat_padam"),
)


class SalesSentence(Sentence):
    """One day, today, where none is given."""

    titik = forms.TypedChoiceField(label="Penjualan di", coerce=int, empty_value=None, required=False)
    cara = forms.ChoiceField(label="dengan", required=False)
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    q = forms.CharField(label="cari", required=False, max_length=64)

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data)
        points = reach.filter(CollectionPoint.objects.order_by("name")).values_list("pk", "name")
        self.offer("titik", points, "semua titik")
        self.offer("cara", ((code, label.lower()) for code, label in CHANNELS), "semua cara bayar")
        self.fields["q"].widget.attrs["placeholder"] = "jumlah, kode pesanan, atau alasan"

    @property
    def where(self) -> SaleFilter:
        today = timezone.localdate()
        first, last = self.day("sejak") or today, self.day("sampai") or today
        return SaleFilter(
            first=min(first, last), last=max(first, last), point=self.number("titik"),
            channel=self.word("cara"), text=self.word("q").strip(),
        )  # fmt: skip


@needs("counter.view")
@require_GET
@reads_replica
def sale_list(request: HttpRequest) -> HttpResponseBase:
    """An officer sees their own sales; the office those of its agency."""
    reach, today = scope(request.user, "counter.view"), timezone.localdate().isoformat()
    form = SalesSentence({"sejak": today, "sampai": today, **request.GET.dict()}, reach)
    found = listing.sales(reach, form.where)
    if allowed(request.user, "counter.sell"):
        found = found.filter(shift__officer=actor(request))
    if request.GET.get("unduh") == "csv":
        return csv_response("penjualan-loket.csv", COLUMNS, _cells(found.order_by("made_at", "pk")))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {
        "form": form, "where": form.where, "page": page, "sums": listing.sums(found),
        "rows": [(sale, listing.items(sale), listing.grounds(sale)) for sale in page],
        "is_filtered": bool(request.GET), "sells": allowed(request.user, "counter.sell"), "wide": True,
    }  # fmt: skip
    return render(request, "retribusi/counter/penjualan.html", context)


def _cells(found: QuerySet[Sale]) -> Iterator[tuple[object, ...]]:
    for sale in found.iterator(chunk_size=500):
        order, shift = sale.order, sale.shift
        yield (
            sale.made_at, shift.point.opd.name, shift.point.name, shift.officer, order.spoken,
            order.receipt_number, listing.items(sale),
            order.get_channel_display() if order.total else "Gratis", order.total,
            order.get_state_display(), sale.reference, sale.cash_reason, sale.hours_reason,
            listing.grounds(sale), sale.journal, sale.happened_at,
        )  # fmt: skip
