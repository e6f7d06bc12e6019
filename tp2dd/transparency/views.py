"""Keterbukaan: which decision is in force, which were before, and the Sekda's form for the next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, allowed, needs
from opd.forms import show_refusal
from opd.stepup import second_factor
from tp2dd.transparency import services
from tp2dd.transparency.forms import DecideForm
from tp2dd.transparency.models import Disclosure
from tp2dd.transparency.services import DisclosureError


@needs("transparency.view")
@require_GET
def disclosure(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    start = {"decision_date": today, "valid_from": today, "lag_days": 1}
    if now := Disclosure.objects.in_force(today):
        start |= {"sections": now.sections, "lag_days": now.lag_days}
    return render(request, "transparency/disclosure.html", _context(request, DecideForm(initial=start)))


@needs("transparency.decide")
@second_factor("menetapkan apa yang terbuka untuk umum")
@require_POST
def disclosure_decide(request: HttpRequest) -> HttpResponse:
    form = DecideForm(request.POST)
    if form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "sure"}
        try:
            row = services.decide(**said, by=actor(request), at=timezone.now())
        except DisclosureError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{row} dicatat; berlaku sejak {row.valid_from:%d/%m/%Y}.")
            return redirect("tp2dd:disclosure")
    return render(request, "transparency/disclosure.html", _context(request, form))


def _context(request: HttpRequest, form: DecideForm) -> dict[str, Any]:
    today, rows = timezone.localdate(), Disclosure.objects.select_related("by")
    return {
        "form": form,
        "now": rows.in_force(today),
        "page": Paginator(rows, 30).get_page(request.GET.get("halaman")),
        "today": today,
        "wide": True,
        "may_decide": allowed(request.user, "transparency.decide"),
    }
