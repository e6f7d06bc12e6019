"""/kkpd/terlambat/ and /kkpd/rekap/: what is late and exposed, and what was paid with cards."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import actor, needs
from opd.office.exports import csv_response
from payments.kkpd import lateness, queries
from payments.kkpd.forms import YearForm

_LATE = ("apa", "siapa", "opd", "tenggat", "hari_terlambat", "jumlah")
_RECAP = (
    "opd",
    "barjas_anggaran",
    "barjas_kkpd",
    "barjas_persen",
    "modal_anggaran",
    "modal_kkpd",
    "modal_persen",
)


@needs("kkpd.view")
@require_GET
@reads_replica
def late_list(request: HttpRequest) -> HttpResponseBase:
    user = actor(request)
    rows = lateness.late(user, timezone.localdate())
    if request.GET.get("unduh") == "csv":
        cells = ((one.what, one.who, one.opd, one.due, one.days, one.amount) for one in rows)
        return csv_response("kkpd-terlambat.csv", _LATE, cells)
    context = {
        "rows": rows,
        "sum": sum((one.amount for one in rows), queries.ZERO),
        "exposure": lateness.exposure(user),
    }
    return render(request, "kkpd/late_list.html", context)


@needs("kkpd.view")
@require_GET
@reads_replica
def recap(request: HttpRequest) -> HttpResponseBase:
    form = YearForm(request.GET)
    rows = queries.recap(queries.oversight(actor(request)), form.year)
    if request.GET.get("unduh") == "csv":
        cells = (
            (
                one.opd.name,
                one.goods,
                one.goods_spent,
                one.goods_share,
                one.capital,
                one.capital_spent,
                one.capital_share,
            )
            for one in rows
        )
        return csv_response(f"rekap-kkpd-{form.year}.csv", _RECAP, cells)
    sums = {
        name: sum((getattr(one, name) for one in rows), queries.ZERO)
        for name in ("goods", "goods_spent", "capital", "capital_spent")
    }
    return render(request, "kkpd/recap.html", {"form": form, "rows": rows, "sums": sums, "year": form.year})
