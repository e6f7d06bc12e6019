"""What was matched with what, now or as a sealed block knew it (Pencocokan)."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from opd.access import needs, scope
from opd.office.exports import csv_response
from payments.reconciliation.forms import MatchSentence
from payments.reconciliation.queries import matches as queries
from payments.reconciliation.queries.matches import MatchFilter, MatchRow

_PERIOD = timedelta(days=30)
_SHOWN = 200
_COLUMNS = (
    *("nomor", "jenis", "opd", "titik", "jumlah", "menurut kita", "menurut bank", "aturan", "dicocokkan"),
    "jurnal masuk rkud",
)


@needs("reconciliation.view")
@require_GET
def match_list(request: HttpRequest) -> HttpResponseBase:
    reach, today = scope(request.user, "reconciliation.view"), timezone.localdate()
    asked = request.GET.copy()
    asked.setdefault("sejak", (today - _PERIOD).isoformat())
    form = MatchSentence(asked, reach)
    last = form.day("sampai") or today
    block = form.block()
    where = MatchFilter(
        first=min(form.day("sejak") or last - _PERIOD, last),
        last=last,
        kind=form.word("jenis"),
        opd=form.opd_id,
        block=block.pk if block else None,
    )
    if "blok" in form.errors:
        return render(request, "reconciliation/match_list.html", {"form": form, "wide": True}, status=400)
    if request.GET.get("unduh") == "csv":
        return csv_response("pencocokan.csv", _COLUMNS, map(_cells, queries.matches(reach, where)))
    shown = list(queries.matches(reach, where, most=_SHOWN + 1))
    context = {"form": form, "rows": shown[:_SHOWN], "more": len(shown) > _SHOWN, "seal": block, "wide": True}
    return render(request, "reconciliation/match_list.html", context)


def _cells(row: MatchRow) -> tuple[object, ...]:
    return (
        *(row.id, row.label, row.opd, row.point, row.amount, row.ours, row.theirs, row.why, row.matched_at),
        row.journal,
    )
