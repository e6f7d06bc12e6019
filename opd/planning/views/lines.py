"""The budget line by line, one line in full, and month by month."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.office.exports import csv_response
from opd.planning import queries
from opd.planning.forms import LineSentence, MonthSentence, YearSentence
from opd.planning.models import BudgetLine, Hold, HoldState
from opd.planning.queries import Line, Month

_COLUMNS = (
    *("opd", "kode sub kegiatan", "sub kegiatan", "kode rekening", "rekening", "sumber dana"),
    *("pagu", "spd", "ditahan", "realisasi", "sisa"),
)
_MONTH_COLUMNS = (
    *("bulan", "rencana", "rencana sampai bulan ini", "realisasi", "realisasi sampai bulan ini"),
    *("spd sampai bulan ini", "sisa rencana"),
)


def asked_year(request: HttpRequest) -> int:
    """The year in the address; this year where it says none, or nonsense."""
    return YearSentence(request.GET).number("tahun") or timezone.localdate().year


def with_year(request: HttpRequest, year: int) -> QueryDict:
    """What was asked, the year filled in."""
    asked = request.GET.copy()
    asked["tahun"] = str(year)
    return asked


@needs("planning.view")
@require_GET
@reads_replica
def line_list(request: HttpRequest) -> HttpResponseBase:
    reach, year = scope(request.user, "planning.view"), asked_year(request)
    offices = queries.offices(reach, year=year)
    asked = LineSentence(request.GET, offices=offices)
    subs = queries.sub_kegiatan(reach, year=year, opd_id=asked.number("opd"))
    form = LineSentence(with_year(request, year), offices=offices, subs=subs)
    found = queries.found(reach, form.where(year))
    if request.GET.get("unduh") == "csv":
        return csv_response("anggaran.csv", _COLUMNS, map(_cells, queries.as_lines(found)))
    page = Paginator(found, 100).get_page(request.GET.get("halaman"))
    context = {
        "form": form, "page": page, "sections": _groups(queries.as_lines(page.object_list), len(offices) > 1),
        "totals": queries.totals(found), "year": year, "is_filtered": _is_filtered(request),
        "may_import": allowed(actor(request), "planning.import"), "wide": True,
    }  # fmt: skip
    return render(request, "planning/line_list.html", context)


def _is_filtered(request: HttpRequest) -> bool:
    return any(request.GET.get(name) for name in ("opd", "sub", "tampil", "cari"))


def _groups(lines: list[Line], with_office: bool) -> list[tuple[str, str, str, list[Line]]]:
    """Lines under their sub kegiatan: code, name, agency where several are shown, and the lines."""
    grouped = groupby(lines, key=lambda line: (line.opd_name, line.kode_sub_kegiatan, line.nama_sub_kegiatan))
    return [(code, name, office if with_office else "", list(of)) for (office, code, name), of in grouped]


def _cells(line: Line) -> tuple[object, ...]:
    return (
        *(line.opd_name, line.kode_sub_kegiatan, line.nama_sub_kegiatan),
        *(line.kode_rekening, line.nama_rekening, line.sumber_dana),
        *(line.pagu, line.released, line.held, line.realised, line.free),
    )


@needs("planning.view")
@require_GET
def line_detail(request: HttpRequest, pk: int) -> HttpResponse:
    reach = scope(request.user, "planning.view")
    row = get_object_or_404(reach.filter(BudgetLine.objects.select_related("opd")), pk=pk)
    holds = Paginator(queries.holds(row.pk), 50).get_page(request.GET.get("halaman"))
    context = {
        "line": queries.as_lines([row])[0],
        "page": holds,
        "months": queries.months(row.opd_id, row.year, line_id=row.pk),
        "versions": row.versions.select_related("dpa").order_by("dpa__stage_no"),
        "spd_lines": row.spd_lines.select_related("spd").order_by("spd__spd_date", "pk"),
        "outside": queries.outside(row.pk),
        "events": _events(list(holds)),
        "wide": True,
    }
    return render(request, "planning/line_detail.html", context)


def _events(holds: list[Hold]) -> list[dict[str, Any]]:
    """What happened on this page's holds, oldest first."""
    events: list[dict[str, Any]] = []
    for held in holds:
        name = held.document_number or "Pengajuan"
        events.append({"at": held.made_at, "text": f"{name} ditahan", "by": held.made_by or "sistem",
                       "amount": held.amount})  # fmt: skip
        if held.closed_at:
            word = "terealisasi" if held.state == HoldState.REALISED else "dilepas"
            events.append({"at": held.closed_at, "text": f"{name} {word}", "by": held.closed_by or "sistem",
                           "detail": held.reason})  # fmt: skip
    return sorted(events, key=lambda event: event["at"])


@needs("planning.view")
@require_GET
@reads_replica
def month_list(request: HttpRequest) -> HttpResponseBase:
    reach, year = scope(request.user, "planning.view"), asked_year(request)
    offices = queries.offices(reach, year=year)
    form = MonthSentence(with_year(request, year), offices=offices, everybody=False)
    office = next((one for one in offices if one.pk == form.number("opd")), offices[0] if offices else None)
    if office and not form.number("opd"):
        form = MonthSentence({"tahun": year, "opd": office.pk}, offices=offices, everybody=False)
    months = queries.months(office.pk, year) if office else []
    if office and request.GET.get("unduh") == "csv":
        return csv_response(
            f"anggaran-kas-{office.code}-{year}.csv", _MONTH_COLUMNS, map(_month_cells, months)
        )
    context = {
        "form": form, "office": office, "year": year, "months": months, "this_month": _this_month(year),
        "purses": queries.purses(office.pk, year) if office else [], "wide": True,
        "may_import": allowed(actor(request), "planning.import"),
    }  # fmt: skip
    return render(request, "planning/month_list.html", context)


def _this_month(year: int) -> int:
    today = timezone.localdate()
    return today.month if today.year == year else 0


def _month_cells(month: Month) -> tuple[object, ...]:
    return (
        *(month.name, month.plan, month.plan_until, month.realised, month.realised_until),
        *(month.released_until, month.left),
    )
