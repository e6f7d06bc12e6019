"""/audit/sampel/: draw, look, draw again to compare, and take the evidence along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from config.replica import reads_replica
from opd.access import actor, needs, scope
from opd.forms import show_refusal
from opd.office.exports import csv_response
from payments.auditing import bundle, references, sampling
from payments.auditing.forms import SampleFilter, SampleForm
from payments.auditing.models import Population, Sample, SampleRow
from payments.auditing.sampling import SampleError

COLUMNS = (
    *("nomor", "populasi", "cara", "opd", "sejak", "sampai", "diminta", "benih", "banyaknya_populasi"),
    *("jumlah_populasi", "sidik", "diambil", "oleh"),
)
ROW_COLUMNS = ("urutan", "kunci", "tanggal", "uraian", "kali_terpilih", "jumlah")


@needs("auditing.work")
@require_GET
@reads_replica
def sample_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "auditing.work")
    form = SampleFilter(request.GET, reach)
    found = form.narrow(reach.filter(Sample.objects.select_related("opd", "drawn_by")))
    if request.GET.get("unduh") == "csv":
        return csv_response("sampel.csv", COLUMNS, map(_cells, found.iterator(chunk_size=500)))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {"form": form, "page": page, "is_filtered": bool(request.GET), "wide": True}
    return render(request, "auditing/sample_list.html", context)


def _cells(row: Sample) -> tuple[object, ...]:
    return (
        row.pk, row.get_population_display(), row.get_method_display(), row.opd, row.first, row.last,
        row.size, row.seed, row.population_count, row.population_sum, row.sha256, row.drawn_at, row.drawn_by,
    )  # fmt: skip


@needs("auditing.work")
@require_http_methods(["GET", "POST"])
def sample_new(request: HttpRequest) -> HttpResponse:
    form = SampleForm(request.POST or None, reach=scope(request.user, "auditing.work"))
    if form.is_valid():
        try:
            row = sampling.draw(
                wanted=form.wanted(), form_key=form.cleaned_data["form_key"], by=actor(request),
                at=timezone.now(),
            )  # fmt: skip
        except SampleError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{row} diambil dan disimpan.")
            return redirect("auditing:sample_detail", pk=row.pk)
    return render(request, "auditing/sample_new.html", {"form": form})


@needs("auditing.work")
@require_GET
@reads_replica
def sample_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows; with ``ulang`` in the address they are drawn again and compared."""
    row = _visible(request, pk)
    rows = list(row.rows.all())
    if request.GET.get("unduh") == "csv":
        return csv_response(f"sampel-{pk}.csv", ROW_COLUMNS, _lines(rows))
    again = "ulang" in request.GET
    context: dict[str, Any] = {
        "sample": row, "rows": list(_shown(row, rows)), "total": sum(one.amount for one in rows),
        "interval": row.interval, "again": again, "differences": sampling.differences(row) if again else [],
    }  # fmt: skip
    return render(request, "auditing/sample_detail.html", context)


def _lines(rows: list[SampleRow]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        yield row.position, row.key, row.day, row.label, row.hits, row.amount


def _shown(sample: Sample, rows: list[SampleRow]) -> Iterator[tuple[SampleRow, str, str]]:
    """Each row with its page, and the form for a finding about it."""
    kind = sampling.KINDS[Population(sample.population)]
    for row in rows:
        url = references.url(kind, row.key)
        yield row, url, f"{reverse('auditing:finding_new')}?{urlencode({'tentang': url})}"


@needs("auditing.work")
@require_GET
@reads_replica
def sample_zip(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every original behind the sample, with an index."""
    row = _visible(request, pk)
    response = FileResponse(
        bundle.build(row), as_attachment=True, filename=f"sampel-{pk}.zip", content_type="application/zip"
    )
    response["Cache-Control"] = "no-store"
    return response


def _visible(request: HttpRequest, pk: int) -> Sample:
    """A sample of an agency in reach; one of all agencies is for who reaches them all."""
    rows = scope(request.user, "auditing.work").filter(Sample.objects.select_related("opd", "drawn_by"))
    found: Sample = get_object_or_404(rows, pk=pk)
    return found
