"""The card issuer's counter: purchases, cards, bills."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from payments.sandbox import cards as issuer
from payments.sandbox.catalogue import BANKS, BILL_ACCOUNT, ISSUER_BANK
from payments.sandbox.models import Card, CardBill, CardTransaction
from payments.sandbox.office_forms import BillForm, CardForm, SpendForm, StatusForm
from payments.sandbox.views.accounts import csv_file

_LIST = 30


@require_http_methods(["GET", "POST"])
def cards(request: HttpRequest) -> HttpResponse:
    """Make a purchase; see cards, bills and what no bill has yet."""
    initial = {"day": timezone.localdate(), "way": CardTransaction.Way.EDC}
    form = SpendForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            issuer.spend(**form.cleaned_data, at=timezone.now())
            return redirect("sandbox:cards")
        except issuer.CardError as error:
            form.add_error(None, str(error))
    return _page(request, form)


@require_POST
def new_card(request: HttpRequest) -> HttpResponse:
    form = CardForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        first6, last4 = data["number"]
        Card.objects.create(
            first6=first6, last4=last4, holder=data["holder"], owner=data["owner"], limit=data["limit"]
        )
        return redirect("sandbox:cards")
    return _page(request, SpendForm(), form)


@require_POST
def set_status(request: HttpRequest) -> HttpResponse:
    """Block a card, let it expire, or use it again."""
    form = StatusForm(request.POST)
    if form.is_valid():
        Card.objects.filter(pk=form.cleaned_data["card"].pk).update(status=form.cleaned_data["status"])
        return redirect("sandbox:cards")
    return _page(request, SpendForm(), form)


@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue the bill of one agency's cards."""
    form = BillForm(request.POST)
    if form.is_valid():
        try:
            issuer.issue_bill(**form.cleaned_data, at=timezone.now())
            return redirect("sandbox:cards")
        except issuer.CardError as error:
            form.add_error(None, str(error))
    return _page(request, SpendForm(), form)


@require_GET
def bill_file(request: HttpRequest, number: str) -> HttpResponse:
    bill = get_object_or_404(CardBill, number=number)
    return csv_file(f"TAGIHAN_{bill.number}.csv", bill.content)


def _page(request: HttpRequest, form: SpendForm, other: Any = None) -> HttpResponse:
    found = list(Card.objects.all())
    unbilled = CardTransaction.objects.filter(bill=None).select_related("card")
    context = {
        "bank": BANKS[ISSUER_BANK],
        "bill_account": BILL_ACCOUNT,
        "form": form,
        "other": other,
        "cards": [(card, issuer.used(card)) for card in found],
        "statuses": Card.Status.choices,
        "owners": sorted({card.owner for card in found}),
        "unbilled": unbilled.order_by("-transaction_date", "-pk")[:_LIST],
        "bills": issuer.bills()[:_LIST],
    }
    wrong = form.errors or (other is not None and other.errors)
    return render(request, "cards.html", context, status=422 if wrong else 200)
