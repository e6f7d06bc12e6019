"""The decree that gives an agency its UP (Besaran UP)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opd.access import actor, needs, scope
from opd.forms import show_refusal
from opd.office import rules
from opd.planning import services
from opd.planning.forms import UpGrantForm
from opd.planning.models import UpGrant
from opd.planning.views.files import offices


@needs("planning.import")
@require_http_methods(["GET", "POST"])
def up_grant(request: HttpRequest) -> HttpResponse:
    reach, today = scope(request.user, "planning.import"), timezone.localdate()
    initial = {"kkpd_percent": rules.value("up.kkpd_percent", today), "valid_from": today}
    form = UpGrantForm(request.POST or None, offices=offices(reach), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            grant = _save(request, form.cleaned_data)
        except services.BudgetError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"UP menurut {grant.decree_number} dicatat.")
            return redirect("planning:up_grant")
    known = reach.filter(UpGrant.objects.select_related("opd")).order_by("-valid_from", "opd__name")[:100]
    return render(request, "planning/up_grant.html", {"form": form, "grants": known})


def _save(request: HttpRequest, data: dict[str, Any]) -> UpGrant:
    return services.set_up_grant(
        opd_id=data["opd"].pk,
        year=data["valid_from"].year,
        total=data["total"],
        valid_from=data["valid_from"],
        kkpd_percent=data["kkpd_percent"],
        decree_number=data["decree_number"],
        decree_date=data["decree_date"],
        by=actor(request),
        at=timezone.now(),
    )
