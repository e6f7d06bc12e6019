"""Jam setor: how long money takes to RKUD, who breaches the rule, and what is late right now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import needs, scope
from opd.office.exports import csv_response
from retribusi.walkins import clock
from retribusi.walkins.clock import Late, Pace
from retribusi.walkins.forms import ClockFilter

COLUMNS = (
    *("titik", "opd", "petugas", "pembayaran", "jumlah", "sampai", "lewat_batas", "median", "terlama"),
    "satuan",
)
LATE = ("titik", "opd", "uang", "sejak", "batas", "pembayaran", "jumlah")


@needs("takings.view")
@require_GET
@reads_replica
def deposit_clock(request: HttpRequest) -> HttpResponseBase:
    whole, now = scope(request.user, "takings.view"), timezone.now()
    form = ClockFilter(request.GET, whole)
    form.fields["opd"].label = "Uang dari"
    reach = form.reach(whole)
    first, last = form.span(timezone.localdate())
    rows = clock.pace(reach, first=first, last=last, at=now)
    late = clock.late_now(reach, at=now)
    match request.GET.get("unduh"):
        case "csv":
            return csv_response("jam-setor.csv", COLUMNS, _lines(rows))
        case "terlambat":
            return csv_response("jam-setor-terlambat.csv", LATE, _late(late))
    context: dict[str, Any] = {
        "form": form, "rows": rows, "late": late, "breaches": clock.breaches(rows), "wide": True,
        "owed": sum(row.amount for row in late), "rules": clock.rule_texts(timezone.localdate()),
        "is_filtered": bool(request.GET), "first": first, "last": last,
    }  # fmt: skip
    return render(request, "retribusi/walkins/jam_setor.html", context)


def _lines(rows: list[Pace]) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            row.place, row.opd, row.officer, row.count, row.amount, row.done, row.late, row.median, row.worst,
            row.unit,
        ]  # fmt: skip


def _late(rows: list[Late]) -> Iterator[list[Any]]:
    for row in rows:
        yield [row.place, row.opd, row.what, row.since, row.due_on, row.count, row.amount]
