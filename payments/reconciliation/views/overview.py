"""How far the takings are, day by day (Rekonsiliasi)."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from opd.access import actor, allowed, needs, scope
from opd.office.exports import csv_response
from payments.reconciliation.forms import PeriodFilter
from payments.reconciliation.queries import differences
from payments.reconciliation.queries.days import DayRow, day_rows, in_flight, total

_PERIOD = timedelta(days=30)
_LONGEST = timedelta(days=366)
_COLUMNS = (
    "tanggal",
    "pembayaran",
    "dibayar",
    "disetor bank",
    "masuk rkud",
    "dibukukan",
    "titipan",
    "selisih",
)


@needs("reconciliation.view")
@require_GET
def overview(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "reconciliation.view")
    form = PeriodFilter(request.GET)
    last = form.day("sampai") or timezone.localdate() + timedelta(days=1)
    first = max(form.day("sejak") or last - _PERIOD, last - _LONGEST)
    rows = day_rows(reach, min(first, last), last)
    if request.GET.get("unduh") == "csv":
        return csv_response("rekonsiliasi-harian.csv", _COLUMNS, map(_cells, rows))
    context = {
        "form": form,
        "rows": rows,
        "total": total(rows),
        "first": min(first, last),
        "in_flight": in_flight(reach),
        "waiting": differences.waiting(reach),
        "may_upload": allowed(actor(request), "settlement.upload")
        or allowed(actor(request), "statement.upload"),
    }
    return render(request, "reconciliation/overview.html", context)


def _cells(row: DayRow) -> tuple[object, ...]:
    return (
        row.day,
        row.payments,
        row.paid,
        row.settled,
        row.credited,
        row.booked,
        row.deposit,
        row.differences,
    )
