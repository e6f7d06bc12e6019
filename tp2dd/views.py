"""Takings by point, day and light, for a TP2DD member. Read-only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import needs
from opd.office.exports import csv_response
from tp2dd import charts, queries
from tp2dd.forms import DashboardFilter
from tp2dd.periods import chosen


@needs("dashboard.view")
@require_GET
@reads_replica
def takings(request: HttpRequest) -> HttpResponseBase:
    form = DashboardFilter(request.GET)
    period = chosen(form.day("sejak"), form.day("sampai"), today=timezone.localdate())
    account = form.number("titik")
    days = queries.by_day(period, account=account)
    if request.GET.get("unduh") == "csv":
        header = ("hari", "pembayaran", "dibayar", "disetor_bank", "masuk_rkud", "dibukukan")
        rows = ((day, t.payments, t.paid, t.settled, t.credited, t.booked) for day, t in days)
        return csv_response("penerimaan-per-hari.csv", header, rows)
    now = queries.totals(period, account=account)
    context = {
        "period": period,
        "account": account,
        "points": queries.points(),
        "now": now,
        "trend": queries.in_words(now, queries.totals(period.before(), account=account)),
        "by_point": queries.by_point(period, account=account),
        "days": days,
        "bars": charts.bars(queries.chart_days(days)),
        "wide": True,
    }
    return render(request, "tp2dd/takings.html", context)
