"""/kode-kedua/: makes a session fresh before a deed that carries files or comes from a script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from opd import stepup
from opd.access import actor
from opd.account_forms import CodeAgainForm


@require_http_methods(["GET", "POST"])
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    if not stepup.has_factor(user):
        return stepup.missing_page(request)
    onward = stepup.safe_path(request, request.GET.get("lanjut", ""))
    form = CodeAgainForm(user=user, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and stepup.confirm(request, form):
        return redirect(onward)
    context = {"form": form, "onward": onward, "fresh": stepup.is_fresh(request)}
    return render(request, "office/second_factor_page.html", context)
