"""Tutup buku: which months are closed, what is open in the next one, and the decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from opd.access import actor, allowed, needs
from opd.forms import ReasonForm
from opd.stepup import second_factor
from payments.ledger import periods
from payments.ledger.errors import LedgerError
from payments.ledger.models import PeriodDecision
from payments.ledger.periods import Month


@needs("ledger.view")
@require_safe
def period_list(request: HttpRequest) -> HttpResponse:
    person = actor(request)
    upcoming = periods.next_month(today=timezone.localdate())
    rows = Paginator(periods.decisions(), 50).get_page(request.GET.get("halaman"))
    context = {
        "closed_through": periods.closed_through(),
        "upcoming": upcoming,
        "questions": periods.still_open(upcoming) if upcoming else [],
        "last": periods.last_closed(),
        "page": rows,
        "decisions": [(row, Month(row.month)) for row in rows],
        "may_close": allowed(person, "period.close"),
        "closing": ReasonForm(auto_id="tutup-%s"),
        "reopening": ReasonForm(auto_id="buka-%s"),
    }
    return render(request, "ledger/period_list.html", context)


@needs("period.close")
@second_factor("menutup buku")
@require_POST
def period_close(request: HttpRequest, first: str) -> HttpResponse:
    return _decide(
        request, first, periods.close, "ditutup. Uang yang menyusul dibukukan di bulan berikutnya."
    )


@needs("period.close")
@second_factor("membuka lagi buku")
@require_POST
def period_reopen(request: HttpRequest, first: str) -> HttpResponse:
    return _decide(request, first, periods.reopen, "dibuka lagi; keputusannya tersimpan untuk pemeriksa.")


def _decide(request: HttpRequest, first: str, deed: Callable[..., PeriodDecision], done: str) -> HttpResponse:
    month = _month(first)
    try:
        deed(first=month.first, reason=_reason(request), by=actor(request), at=timezone.now())
    except LedgerError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Buku {month} {done}")
    return redirect("ledger:period_list")


def _month(word: str) -> Month:
    try:
        return Month(date.fromisoformat(f"{word}-01"))
    except ValueError as error:
        raise Http404("Bulan ini tidak ada.") from error


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    return str(form.cleaned_data["reason"]) if form.is_valid() else ""
