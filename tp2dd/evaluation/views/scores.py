"""Published scores: the ranking of a period, and one subject through the periods."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import actor, needs
from opd.office.exports import csv_response
from tp2dd.evaluation import queries, rights, trend
from tp2dd.evaluation.models import ROMAN, Result
from tp2dd.evaluation.queries import Published

_COLUMNS = ("kode_opd", "subjek", "tahun", "semester", "versi", "nilai", "rubrik", "diumumkan")


def named(one: Published) -> str:
    return f"{ROMAN[one.half]} {one.year}"


@needs("evaluation.view")
@require_GET
@reads_replica
def ranking(request: HttpRequest) -> HttpResponseBase:
    """The agencies of a period, the highest first, beside the team's own score."""
    found = queries.standing_scores()
    periods = list(dict.fromkeys((one.year, one.half) for one in found))
    asked = request.GET.get("masa", "")
    period = next((one for one in periods if asked == f"{one[0]}-{one[1]}"), periods[0] if periods else None)
    here = [one for one in found if (one.year, one.half) == period]
    before = _before(found, periods, period)
    if request.GET.get("unduh") == "csv":
        return csv_response("nilai-penilaian.csv", _COLUMNS, map(_cells, here))
    agencies = [one for one in here if one.opd_id is not None]
    context = {
        "period": period, "periods": [(f"{year}-{half}", f"Semester {ROMAN[half]} {year}")
                                      for year, half in periods],
        "chosen": f"{period[0]}-{period[1]}" if period else "", "wide": True,
        "team": next((one for one in here if one.opd_id is None), None), "roman": ROMAN,
        "rows": [(_place(agencies, one), one, _step(one, before)) for one in agencies],
        "aspects": [label for _, label, _ in agencies[0].aspects] if agencies else [],
    }  # fmt: skip
    return render(request, "evaluation/ranking.html", context)


def _place(rows: list[Published], one: Published) -> int:
    """Equal scores share a place."""
    return 1 + sum(other.score > one.score for other in rows)


def _before(
    found: list[Published], periods: list[tuple[int, int]], period: tuple[int, int] | None
) -> dict[int | None, Published]:
    """Scores of the period before the chosen one."""
    place = periods.index(period) + 1 if period else 0
    if not 0 < place < len(periods):
        return {}
    return {one.opd_id: one for one in found if (one.year, one.half) == periods[place]}


def _step(one: Published, before: dict[int | None, Published]) -> str:
    known = before.get(one.opd_id)
    return trend.in_words([known.score, one.score]) if known else "–"


def _cells(one: Published) -> tuple[object, ...]:
    return (
        one.opd_code or "TP2DD", one.subject, one.year, one.half, one.version, one.score, one.rubric,
        one.published_at,
    )  # fmt: skip


@needs("evaluation.view")
@require_GET
@reads_replica
def subject(request: HttpRequest, key: str) -> HttpResponse:
    """One subject's scores over the periods; the indicators of the newest where its sheet is within reach."""
    opd_id = _opd_id(key)
    rows = queries.history(opd_id)
    if not rows:
        raise Http404
    newest = rows[-1]
    inside = rights.visible(actor(request)).filter(pk=newest.sheet_id).exists()
    context = {
        "newest": newest, "rows": [(named(one), one) for one in reversed(rows)],
        "columns": trend.columns([(named(one), one.score) for one in rows]),
        "trend": trend.in_words([one.score for one in rows]), "inside": inside,
        "lines": Result.objects.get(sheet=newest.sheet_id).lines if inside else [],
        "aspects": {code: label for code, label, _ in newest.aspects},
        "labels": [label for _, label, _ in newest.aspects],
    }  # fmt: skip
    return render(request, "evaluation/subject.html", context)


def _opd_id(key: str) -> int | None:
    if key == "tp2dd":
        return None
    if not key.isdecimal() or len(key) > 18:
        raise Http404
    return int(key)
