"""/belanja/<id>/npd/: SIPD's number and day of an NPD, and the signed file."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opd.access import actor, needs
from opd.office import documents
from payments.spending import npd, page
from payments.spending.claim_page import number_form
from payments.spending.services.official import record_npd_number
from payments.spending.views.spend_deeds import REFUSALS, refuse
from payments.spending.views.spends import visible


@needs("spend.view")
@require_http_methods(["GET", "POST"])
def npd_number(request: HttpRequest, pk: UUID) -> HttpResponse:
    spend = visible(request, pk)
    document = documents.current(npd.KIND.code, spend)
    if document is None or not page.may_number(spend, actor(request)):
        raise Http404
    form = number_form(request, document)
    if form.is_valid():
        try:
            record_npd_number(spend=spend, **form.cleaned_data, by=actor(request), at=timezone.now())
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, "Nomor resmi NPD dicatat.")
            return redirect("spending:spend_detail", pk)
    return render(request, "spending/spend_number.html", {"form": form, "spend": spend})
