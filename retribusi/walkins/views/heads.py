"""Counting visitors, and what was ticketed, paid and counted side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from config.replica import reads_replica
from opd.access import actor, needs, scope
from opd.forms import show_refusal
from opd.office.exports import csv_response
from retribusi.models import CollectionPoint
from retribusi.walkins import gaps
from retribusi.walkins.errors import WalkInError
from retribusi.walkins.forms import CountForm, GapFilter
from retribusi.walkins.gaps import Gap
from retribusi.walkins.models import HeadCount
from retribusi.walkins.services import heads

COLUMNS = (
    *("hari", "titik", "opd", "tiket_orang", "nilai_tiket", "uang_masuk", "disetor_bank"),
    *("belum_diklaim", "kepala", "kepala_tanpa_tiket"),
)


@needs("walkins.count")
@never_cache
@require_http_methods(["GET", "POST"])
def count(request: HttpRequest) -> HttpResponse:
    """The officer's number for an hour or the day, and what was counted lately."""
    reach, now = scope(request.user, "walkins.count"), timezone.localtime()
    places = reach.filter(CollectionPoint.objects.filter(status=CollectionPoint.Status.LIVE))
    sent = request.method == "POST"
    form = CountForm(places, request.POST if sent else None, initial={"day": now.date(), "hour": now.hour})
    if sent and form.is_valid():
        try:
            row = heads.count(**form.cleaned_data, by=actor(request), at=timezone.now())
        except WalkInError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{row.heads} kepala dicatat untuk {row.point.name}, {row.when}.")
            return redirect("walkins:count")
    rows = HeadCount.objects.select_related("point", "counted_by", "corrects").order_by("-pk")
    context = {"form": form, "any": places.exists(), "rows": reach.filter(rows, "point__opd")[:30]}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "retribusi/walkins/hitung.html", context, status=status)


@needs("takings.view")
@require_GET
@reads_replica
def gap_list(request: HttpRequest) -> HttpResponseBase:
    """Per place and day: tickets, money, heads, and the gap; the trend of the days that were counted."""
    whole, today = scope(request.user, "takings.view"), timezone.localdate()
    names = whole.filter(CollectionPoint.objects.order_by("name")).values_list("pk", "name")
    form = GapFilter(request.GET, whole, names)
    first, last = form.span(today)
    found = gaps.gaps(form.reach(whole), first=first, last=last, point_id=form.number("titik"))
    if request.GET.get("unduh") == "csv":
        return csv_response("tiket-uang-kepala.csv", COLUMNS, _lines(found))
    trend = gaps.trend(found)
    context: dict[str, Any] = {
        "form": form, "rows": found, "total": gaps.total(found), "missing": gaps.missing(found),
        "trend": trend, "most": max((max(day.tickets, day.heads) for day in trend), default=0),
        "is_filtered": bool(request.GET), "wide": True,
    }  # fmt: skip
    return render(request, "retribusi/walkins/kepala.html", context)


def _lines(found: Iterable[Gap]) -> Iterator[list[Any]]:
    for row in found:
        yield [
            row.day, row.point, row.opd, row.tickets, row.worth, row.arrived, row.settled, row.unclaimed,
            row.heads, row.missing,
        ]  # fmt: skip
