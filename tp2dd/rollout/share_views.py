"""How much goes without cash: five figures, one chart, tables. Read-only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import Scope, needs, scope
from opd.models import Opd
from opd.office.exports import csv_response
from tp2dd import charts
from tp2dd.periods import Period, chosen
from tp2dd.rollout import share
from tp2dd.rollout.forms import ShareSentence
from tp2dd.rollout.share import Grain, Group

_COLUMNS = ("opd", "kanal", "golongan", "jenis_belanja", "bulan", "jumlah_transaksi", "nilai")


@needs("rollout.view")
@require_GET
@reads_replica
def rollout_share(request: HttpRequest) -> HttpResponseBase:
    reach, today = scope(request.user, "rollout.view"), timezone.localdate()
    form = ShareSentence(request.GET, offices=_offices(reach, today))
    first = form.day("sejak") or date((form.day("sampai") or today).year, 1, 1)
    period = chosen(first, form.day("sampai"), today=today)
    lines = _lines(form, reach, period)
    if request.GET.get("unduh") == "csv":
        return csv_response("porsi-nontunai.csv", _COLUMNS, map(_cells, lines))
    now, months = share.total(lines), share.by_month(lines, period)
    context = {
        "form": form,
        "period": period,
        "now": now,
        "trend": share.in_words(now.by_value, share.total(_lines(form, reach, period.before())).by_value),
        "tables": [
            ("Per OPD", "OPD", share.by_opd(lines)),
            ("Per kanal", "Kanal", share.by_channel(lines)),
            ("Per jenis belanja", "Jenis belanja", share.by_type(lines)),
            ("Per bulan", "Bulan", months),
        ],
        "bars": bars(months),
        "wide": True,
    }
    return render(request, "tp2dd/rollout_share.html", context)


def _offices(reach: Scope, today: date) -> list[Opd]:
    return list(reach.filter(Opd.objects.valid(on=today), "pk").order_by("name"))


def _lines(form: ShareSentence, reach: Scope, period: Period) -> list[Grain]:
    return share.grains(
        period,
        opd_ids=reach.opd_ids,
        opd=form.number("opd"),
        channel=form.word("kanal"),
        type=form.word("jenis"),
    )


def _cells(line: Grain) -> tuple[object, ...]:
    month = f"{line.month:%Y-%m}"
    return (line.opd, line.channel_label, line.kind_label, line.type_label, month, line.count, line.value)


def bars(months: list[Group]) -> list[dict[str, Any]]:
    """A bar a month: all that was spent, the part without cash filled in; its share stands above it."""
    days = [
        charts.Day(group.key, max(group.shares.total, share.ZERO), max(group.shares.noncash, share.ZERO))
        for group in months
        if isinstance(group.key, date)
    ]
    drawn = charts.bars(days)
    return [
        {"bar": replace(bar, tick=group.label.split()[0]), "group": group}
        for bar, group in zip(drawn, months, strict=bool(drawn))
    ]
