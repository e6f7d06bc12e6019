"""/audit/daftar/: the lists auditors ask for."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import needs, scope
from opd.office.exports import csv_response
from payments.auditing import lists
from payments.auditing.forms import PeriodFilter


@needs("auditing.work")
@require_GET
@reads_replica
def list_index(request: HttpRequest) -> HttpResponse:
    """Every list with what it finds this year."""
    today = timezone.localdate()
    form = PeriodFilter(request.GET, scope(request.user, "auditing.work"), today)
    found = [lists.find(report, form.period) for report in lists.reports()]
    query = request.GET.urlencode()
    context = {"form": form, "found": found, "period": form.period, "query": f"?{query}" if query else ""}
    return render(request, "auditing/list_index.html", context)


@needs("auditing.work")
@require_GET
@reads_replica
def list_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    report = lists.report(slug)
    if report is None:
        raise Http404("Daftar ini tidak ada.")
    form = PeriodFilter(request.GET, scope(request.user, "auditing.work"), timezone.localdate())
    found = lists.find(report, form.period)
    if request.GET.get("unduh") == "csv":
        return csv_response(f"{slug}.csv", [one.name for one in report.columns], found.lines())
    pages: Any = found
    context = {
        "form": form, "report": report, "found": found, "period": form.period,
        "page": Paginator(pages, 50).get_page(request.GET.get("halaman")),
        "measures": lists.basis(report, form.period.last), "wide": True,
    }  # fmt: skip
    return render(request, "auditing/list_detail.html", context)
