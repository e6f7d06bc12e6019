"""E-money: cards, using one, and its history as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from payments.sandbox import emoney
from payments.sandbox.catalogue import EMONEY_ISSUER, EMONEY_POOL
from payments.sandbox.models import EmoneyCard
from payments.sandbox.office_forms import EmoneyCardForm, EmoneyForm
from payments.sandbox.views.accounts import csv_file

_LIST = 30


@require_http_methods(["GET", "POST"])
def emoney_cards(request: HttpRequest) -> HttpResponse:
    """All cards with their balances, and a form for a new one."""
    form = EmoneyCardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        first6, last4 = form.cleaned_data["number"]
        card = EmoneyCard.objects.create(
            first6=first6, last4=last4, holder=form.cleaned_data["holder"], issuer=EMONEY_ISSUER
        )
        return redirect("sandbox:emoney_card", card.pk)
    context = {"cards": EmoneyCard.objects.all(), "form": form, "pool": EMONEY_POOL}
    return render(request, "emoney.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def emoney_card(request: HttpRequest, card_id: int) -> HttpResponse:
    """One card: top up, tap, withdraw."""
    card = get_object_or_404(EmoneyCard, pk=card_id)
    form = EmoneyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            emoney.use(card=card, **form.cleaned_data, at=timezone.now())
            return redirect("sandbox:emoney_card", card.pk)
        except emoney.EmoneyError as error:
            form.add_error(None, str(error))
    context = {"card": card, "form": form, "entries": card.entries.order_by("-pk")[:_LIST]}
    return render(request, "emoney_card.html", context, status=422 if form.errors else 200)


@require_GET
def history(request: HttpRequest, card_id: int) -> HttpResponse:
    card = get_object_or_404(EmoneyCard, pk=card_id)
    return csv_file(f"EMONEY_{card.first6}_{card.last4}.csv", emoney.history(card))


@require_GET
def more(request: HttpRequest) -> HttpResponse:
    """The counters that have no place in the bar of a phone."""
    return render(request, "more.html")
