"""The members' dashboard and its details. Read-only but for how it was before."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from config.replica import reads_replica
from opd.access import EVERYWHERE, actor, allowed, needs
from opd.models import Opd
from opd.office.exports import csv_response
from tp2dd import queries
from tp2dd.board import figures, services
from tp2dd.board.forms import BaselineForm, BoardSentence, DetailSentence
from tp2dd.board.grains import Line, lines
from tp2dd.board.halves import SIDES, Half, half_of
from tp2dd.board.models import Baseline, Measure
from tp2dd.periods import Period, chosen
from tp2dd.rollout import share
from tp2dd.rollout.share_views import bars

_COLUMNS = ("opd", "kanal", "golongan", "jenis", "bulan", "jumlah_transaksi", "nilai")


@needs("dashboard.view")
@require_GET
@reads_replica
def dashboard(request: HttpRequest) -> HttpResponseBase:
    today = timezone.localdate()
    form = BoardSentence(request.GET, offices=_offices(today))
    period, opd = _period(form, today), form.number("opd")
    form.show(period)
    revenue = half_of("penerimaan", period, opd=opd)
    spending = half_of("belanja", period, opd=opd)
    money = queries.totals(period, opd=opd)
    reach = figures.reach(EVERYWHERE, on=today)
    context = {
        "form": form,
        "period": period,
        "revenue": revenue,
        "spending": spending,
        "halves": [
            (half, bars(share.by_month(half.lines, period)), half.rows) for half in (revenue, spending)
        ],
        "money": money,
        "differences": figures.open_differences(opd),
        "complaints": figures.complaints_open(opd),
        "reach": reach,
        "aims": [] if opd else _aims(period, revenue, spending, reach),
        "uses": [(label, *figures.channel_use(spending.lines, name)) for name, label in _USES],
        "efforts": figures.efforts(period, revenue.now, opd=opd),
        "may_measure": allowed(request.user, "dashboard.measure"),
        "wide": True,
    }
    return render(request, "tp2dd/board.html", context)


@needs("dashboard.view")
@require_GET
@reads_replica
def detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One side by agency, channel, type and month; narrowed by any of them, and as CSV."""
    if slug not in SIDES:
        raise Http404
    today = timezone.localdate()
    every = lines(SIDES[slug], _period(BoardSentence(request.GET), today))
    types = sorted({(line.type, line.type_label) for line in every}, key=lambda pair: pair[1])
    form = DetailSentence(request.GET, offices=_offices(today), side=SIDES[slug], types=types)
    period = _period(form, today)
    half = half_of(slug, period, opd=form.number("opd"), channel=form.word("kanal"), type=form.word("jenis"))
    form.show(period)
    found = half.lines
    if request.GET.get("unduh") == "csv":
        return csv_response(f"nontunai-{slug}.csv", _COLUMNS, map(_cells, found))
    months = share.by_month(found, period)
    context = {
        "form": form,
        "half": half,
        "now": half.now,
        "period": period,
        "tables": [
            ("Per OPD", "OPD", "opd", share.by_opd(found)),
            ("Per kanal", "Kanal", "kanal", share.by_channel(found)),
            ("Per jenis", "Jenis", "jenis", share.by_type(found)),
            ("Per bulan", "Bulan", "", months),
        ],
        "bars": bars(months),
        "wide": True,
    }
    return render(request, "tp2dd/board_detail.html", context)


@needs("dashboard.measure")
@require_http_methods(["GET", "POST"])
def baseline(request: HttpRequest) -> HttpResponse:
    """How it was before, as measured; what was recorded stays below the form."""
    form = BaselineForm(request.POST or None)
    if form.is_valid():
        row = services.record_baseline(
            measure=Measure(form.cleaned_data["measure"]),
            value=form.cleaned_data["value"],
            period=form.cleaned_data["period"],
            source=form.cleaned_data["source"],
            by=actor(request),
            at=timezone.now(),
        )
        messages.success(request, f"{row.get_measure_display()} sebelum nontunai dicatat.")
        return redirect("tp2dd:baseline")
    rows = Baseline.objects.select_related("by")
    return render(request, "tp2dd/baseline.html", {"form": form, "rows": rows})


_USES = (("kkpd", "Kartu Kredit Indonesia"), ("qris", "QRIS"))


def _aims(period: Period, revenue: Half, spending: Half, reach: figures.Reach) -> list[figures.Aimed]:
    """The roadmap is the province's: beside one agency it says nothing."""
    return figures.aimed(
        period.last.year, revenue=revenue.now, spending=spending.now, mandatory=reach.mandatory
    )


def _period(form: BoardSentence, today: date) -> Period:
    last = form.day("sampai") or today
    return chosen(form.day("sejak") or date(last.year, 1, 1), last, today=today)


def _offices(today: date) -> list[Opd]:
    return list(Opd.objects.valid(on=today).order_by("name"))


def _cells(line: Line) -> tuple[object, ...]:
    month = f"{line.month:%Y-%m}"
    return (line.opd, line.channel_label, line.kind_label, line.type_label, month, line.count, line.value)
