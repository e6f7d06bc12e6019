"""/belanja/tempel/: spends copied from a spreadsheet, looked at first, then all or nothing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opd.access import actor, needs, scope
from payments.spending import pasting, queries, services
from payments.spending.forms import PasteForm
from payments.spending.views.spend_deeds import REFUSALS
from payments.spending.views.spend_forms import _office


@needs("spend.raise")
@require_http_methods(["GET", "POST"])
def spend_paste(request: HttpRequest) -> HttpResponse:
    year = timezone.localdate().year
    offices = queries.offices(scope(request.user, "spend.raise"), year)
    opd = _office(request, offices)
    form = PasteForm(request.POST or None)
    pasted = None
    if opd and form.is_valid():
        pasted = pasting.read(form.cleaned_data["table"], opd_id=opd.pk, year=year)
        if "simpan" in request.POST and not pasted.problems and _keep(request, pasted):
            return redirect("spending:spend_list")
    context = {
        "form": form, "offices": offices, "opd": opd, "year": year, "pasted": pasted,
        "columns": pasting.NEEDED,
    }  # fmt: skip
    return render(request, "spending/spend_paste.html", context)


def _keep(request: HttpRequest, pasted: pasting.Pasted) -> bool:
    try:
        kept = services.raise_many(drafts=pasted.drafts, by=actor(request), at=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
        return False
    messages.success(request, f"{len(kept)} draf disimpan. Buka satu per satu untuk melampirkan bukti.")
    return True
