"""The payer's pages: ask for money back by receipt, and see what becomes of it. No login, no script."""

from __future__ import annotations

import secrets
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opd.forms import show_refusal
from opd.office import rules
from opd.office.throttle import address
from retribusi import throttle
from retribusi.refunds import queries, services
from retribusi.refunds.forms import WishForm
from retribusi.refunds.services import RequestRefused
from retribusi.throttle import Limit, TooOften
from retribusi.views.shared import not_sent, visitor

FILED_BY_ADDRESS = Limit("refunds-address", 10, 3600)


@require_http_methods(["GET", "HEAD", "POST"])
@visitor
def new(request: HttpRequest) -> HttpResponseBase:
    """The form; ``?kode=`` fills in the receipt's number. POST files it."""
    days = int(rules.value("refund.contact_days", timezone.localdate()))
    if request.method == "POST":
        return _file(request, WishForm(request.POST, days=days))
    given = {"kunci": secrets.token_urlsafe(16), "receipt": request.GET.get("kode", "")[:20]}
    return _page(request, WishForm(initial=given, days=days))


def _file(request: HttpRequest, form: WishForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.BAD_REQUEST)
    at = timezone.now()
    try:
        throttle.take(FILED_BY_ADDRESS, address(request), at=at)
        row = services.file_request(wish=form.wish(), form_key=form.cleaned_data["kunci"], at=at)
    except TooOften as error:
        form.add_error(None, not_sent(error))
        return _page(request, form, status=HTTPStatus.TOO_MANY_REQUESTS)
    except RequestRefused as error:
        show_refusal(form, error)
        return _page(request, form, status=HTTPStatus.BAD_REQUEST)
    messages.success(request, _("Permohonan Anda diterima. Simpan tautannya."))
    return redirect("refunds:follow", token=row.token)


def _page(request: HttpRequest, form: WishForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    months = int(rules.value("refund.decide_months", timezone.localdate()))
    return render(request, "retribusi/refunds/new.html", {"form": form, "months": months}, status=status)


@require_safe
@visitor
def follow(request: HttpRequest, token: str) -> HttpResponseBase:
    """Where the request stands, for whoever holds the link."""
    row = queries.of_token(token)
    if row is None:
        raise Http404
    tone, state, sentence = queries.told_to_payer(row)
    link = request.build_absolute_uri(reverse("refunds:follow", args=[row.token]))
    context = {"wish": row, "tone": tone, "state": state, "sentence": sentence, "link": link}
    return render(request, "retribusi/refunds/follow.html", context)
