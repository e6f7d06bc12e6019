"""Pisah batas: money under way to RKUD at the end of a day, for year-end and every closing."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import needs, scope
from opd.office.exports import csv_response
from payments.reconciliation.forms import CutOffFilter
from payments.reconciliation.queries import cutoff
from payments.reconciliation.queries.cutoff import OpenPayment

_SHOWN = 200
_COLUMNS = ("dibayar", "opd", "titik", "rujukan", "jumlah", "keadaan pada tanggal itu", "masuk rkud")


@needs("reconciliation.view")
@require_GET
@reads_replica
def cut_off(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "reconciliation.view")
    today = timezone.localdate()
    on = CutOffFilter(request.GET).day("pada") or today.replace(day=1) - timedelta(days=1)
    if request.GET.get("unduh") == "csv":
        rows = map(_cells, cutoff.open_payments(reach, on))
        return csv_response(f"pisah-batas-{on}.csv", _COLUMNS, rows)
    context = {
        "form": CutOffFilter({"pada": on}),
        "on": on,
        "figures": cutoff.cut_off(reach, on),
        "rows": list(cutoff.open_payments(reach, on, most=_SHOWN)),
    }
    return render(request, "reconciliation/cut_off.html", context)


def _cells(row: OpenPayment) -> tuple[object, ...]:
    return row.paid_at, row.opd, row.point, row.reference, row.amount, row.where, row.credited_on
