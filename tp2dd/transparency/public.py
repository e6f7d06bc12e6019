"""/transparansi/: without a login, without a script, and light."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from opd.office import proving
from opd.office.calendar import day_of
from tp2dd.transparency import opendata
from tp2dd.transparency.figures import FRESH, Told, told
from tp2dd.transparency.halves import half_of
from tp2dd.transparency.models import Disclosure, Section


@login_not_required
@require_safe
@cache_control(public=True, max_age=FRESH)
@vary_on_cookie  # its language is the visitor's
def page(request: HttpRequest) -> HttpResponse:
    """What the Sekda opened, and by which decision; where nothing is open, that and why."""
    now = timezone.now()
    found = told(at=now)
    if found is None:
        return render(request, "transparency/closed.html", _closed())
    context = {
        "told": found,
        "decision": found.decision,
        "halves": [half_of(side, lines, found.period) for side, lines in found.sides.items()],
        "shows": {str(section): found.decision.opens(section) for section in Section},
        "is_stale": proving.is_stale(found.proof, at=now),
    }
    return render(request, "transparency/page.html", context)


@login_not_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    return _file(request, "nontunai.csv", opendata.figures)


@login_not_required
@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    return _file(request, "kamus.csv", opendata.dictionary)


def _file(request: HttpRequest, name: str, content: Callable[[Told], str]) -> HttpResponse:
    """A download as long as money of a side is open; else a plain page that nothing may keep."""
    found = told(at=timezone.now())
    if found is None or not found.sides:
        context = {**_closed(), "is_file": True}
        absent = render(request, "transparency/closed.html", context, status=404)
        absent["Cache-Control"] = "no-store"
        return absent
    answer = HttpResponse(content(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    patch_cache_control(answer, public=True, max_age=FRESH)
    return answer


def _closed() -> dict[str, object]:
    return {"decision": Disclosure.objects.in_force(day_of(timezone.now()))}
