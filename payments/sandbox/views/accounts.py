"""Accounts, their movements and statements, and orders in progress."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from payments.sandbox import accounts as banking
from payments.sandbox import transfers
from payments.sandbox.catalogue import BANKS
from payments.sandbox.models import Account, Transfer
from payments.sandbox.office_forms import EndForm, PeriodForm, TopUpForm

_LIST = 30


def csv_file(name: str, content: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts by bank, and what is in progress."""
    return _accounts(request)


def _accounts(request: HttpRequest, error: str = "") -> HttpResponse:
    orders = Transfer.objects.select_related("source", "target", "card")
    found = list(Account.objects.all())
    context = {
        "banks": [(bank, [item for item in found if item.bank_code == bank.code]) for bank in BANKS.values()],
        "pending": orders.filter(state=Transfer.State.PENDING),
        "recent": orders.exclude(state=Transfer.State.PENDING)[:_LIST],
        "error": error,
    }
    return render(request, "accounts.html", context, status=422 if error else 200)


@require_POST
def end(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """End an order in progress, one way or the other."""
    get_object_or_404(Transfer, pk=transfer_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _accounts(request, "Pilih Selesaikan atau Gagalkan.")
    try:
        transfers.finish(transfer_id=transfer_id, succeeds=form.cleaned_data["succeeds"], at=timezone.now())
    except transfers.TransferError as error:
        return _accounts(request, str(error))
    return redirect("sandbox:accounts")


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, number: str) -> HttpResponse:
    """One account: balance, last movements, and a top-up for the demonstration."""
    found = get_object_or_404(Account, number=number)
    form = TopUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            banking.top_up(account=found, amount=data["amount"], key=data["key"], at=timezone.now())
            return redirect("sandbox:account", found.number)
        except banking.AccountError as error:
            form.add_error(None, str(error))
    return _account(request, found, form)


def _account(request: HttpRequest, found: Account, form: Any) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "account": found,
        "bank": BANKS[found.bank_code],
        "form": form,
        "movements": found.movements.order_by("-at", "-pk")[:_LIST],
        "since": today.replace(day=1),
        "until": today,
    }
    return render(request, "account.html", context, status=422 if form.errors else 200)


@require_GET
def statement(request: HttpRequest, number: str) -> HttpResponse:
    """The statement as a file; the days are part of the address."""
    found = get_object_or_404(Account, number=number)
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return _account(request, found, form)
    since, until = form.cleaned_data["sejak"], form.cleaned_data["sampai"]
    name = f"MUTASI_{found.number}_{since:%Y%m%d}_{until:%Y%m%d}.csv"
    return csv_file(name, banking.statement(found, since, until))
