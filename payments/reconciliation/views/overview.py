"""How far the takings are, day by day (Rekonsiliasi)."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.office.exports import csv_response
from payments.money import format_rupiah
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
@reads_replica
def overview(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "reconciliation.view")
    asked = PeriodFilter(request.GET)
    today = timezone.localdate()
    last = asked.day("sampai") or today
    first = min(max(asked.day("sejak") or last - _PERIOD, last - _LONGEST), last)
    rows = day_rows(reach, first, last)
    if request.GET.get("unduh") == "csv":
        return csv_response("rekonsiliasi-harian.csv", _COLUMNS, map(_cells, rows))
    flight = in_flight(reach, today=today)
    context = {
        "form": PeriodFilter({"sejak": first, "sampai": last}),
        "rows": rows,
        "total": total(rows),
        "unsettled": format_rupiah(flight.unsettled),
        "uncredited": format_rupiah(flight.uncredited),
        "waiting": differences.waiting(reach),
        "may_upload": allowed(actor(request), "settlement.upload")
        or allowed(actor(request), "statement.upload"),
        "may_see_minutes": allowed(actor(request), "ledger.view"),
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
