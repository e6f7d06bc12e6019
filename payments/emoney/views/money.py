"""Money onto a card and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opd.access import actor, needs, require
from opd.planning.queries import purses
from opd.planning.services import PurseKind
from opd.stepup import second_factor
from payments.emoney import queries, services
from payments.emoney.balances import ZERO, balance
from payments.emoney.errors import EmoneyError
from payments.emoney.forms import RepayForm, ReturnForm, TopUpForm
from payments.emoney.models import Card, Movement, MovementKind
from payments.emoney.views.cards import refuse
from payments.money import format_rupiah


@needs("emoney.manage")
@require_http_methods(["GET", "POST"])
@second_factor("mengisi ulang kartu uang elektronik")
def top_up(request: HttpRequest, pk: int) -> HttpResponse:
    card = managed(request, pk)
    today = timezone.localdate()
    form = TopUpForm(request.POST or None, opd_id=card.opd_id, on=today, initial={"paid_date": today})
    if request.method == "POST" and _do(request, form, services.top_up, card):
        amount = format_rupiah(form.cleaned_data["amount"])
        messages.success(request, f"Isi ulang {amount} dicatat sebagai uang muka pada kartu {card.masked}.")
        return redirect("emoney:card_detail", pk=pk)
    return render(request, "emoney/top_up.html", _context(card, form))


@needs("emoney.manage")
@require_http_methods(["GET", "POST"])
@second_factor("mencatat pengembalian saldo kartu")
def return_balance(request: HttpRequest, pk: int) -> HttpResponse:
    card = managed(request, pk)
    today = timezone.localdate()
    start = {"paid_date": today, "amount": balance(card).expected}
    form = ReturnForm(request.POST or None, opd_id=card.opd_id, on=today, initial=start)
    if request.method == "POST" and _do(request, form, services.return_balance, card):
        amount = format_rupiah(form.cleaned_data["amount"])
        messages.success(request, f"{amount} kembali ke rekening bendahara; UP tersedia lagi sebesar itu.")
        return redirect("emoney:card_detail", pk=pk)
    return render(request, "emoney/return_balance.html", _context(card, form))


@needs("emoney.manage")
@require_http_methods(["GET", "POST"])
@second_factor("mencatat penggantian oleh pemegang")
def repay(request: HttpRequest, pk: int) -> HttpResponse:
    """The holder paid back what the agency does not bear."""
    reach = require(actor(request), "emoney.manage")
    taps = Movement.objects.filter(kind=MovementKind.BUY).select_related("card__holder", "spend")
    tap = get_object_or_404(reach.filter(taps, "card__opd"), pk=pk)
    today = timezone.localdate()
    form = RepayForm(request.POST or None, opd_id=tap.card.opd_id, on=today, initial={"paid_date": today})
    if request.method == "POST" and form.is_valid():
        try:
            services.repay(movement_id=pk, by=actor(request), at=timezone.now(), **_facts(form))
        except EmoneyError as error:
            refuse(form, error)
        else:
            messages.success(request, "Penggantian dicatat; transaksi ini bukan belanja OPD.")
            return redirect("emoney:movement_detail", pk=pk)
    return render(request, "emoney/repay.html", {"form": form, "tap": tap, "card": tap.card})


def managed(request: HttpRequest, pk: int) -> Card:
    reach = require(actor(request), "emoney.manage")
    return get_object_or_404(reach.filter(Card.objects.select_related("opd", "holder")), pk=pk)


def _context(card: Card, form: Any) -> dict[str, Any]:
    today = timezone.localdate()
    money = balance(card)
    cash = next(one for one in purses(card.opd_id, today.year) if one.kind == PurseKind.UP_CASH)
    most = queries.limit(card, today)
    room = max(most - money.expected, ZERO)
    return {"form": form, "card": card, "money": money, "limit": most, "room": room, "cash": cash}


def _do(request: HttpRequest, form: Any, deed: Callable[..., object], card: Card) -> bool:
    if not form.is_valid():
        return False
    try:
        deed(
            card_id=card.pk, amount=form.cleaned_data["amount"], by=actor(request), at=timezone.now(),
            **_facts(form),
        )  # fmt: skip
    except EmoneyError as error:
        refuse(form, error)
        return False
    return True


def _facts(form: Any) -> dict[str, Any]:
    given = form.cleaned_data
    return {
        "account_id": given["account"].pk,
        "paid_date": given["paid_date"],
        "reference_no": given["reference_no"],
    }
