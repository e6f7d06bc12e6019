"""/belanja/rekening/: the treasurers' accounts by decree. Kuasa BUD registers and ends them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from opd.access import actor, allowed, needs, scope
from opd.stepup import second_factor
from payments.spending import queries, services
from payments.spending.forms import AccountForm, EndAccountForm
from payments.spending.models import TreasuryAccount
from payments.spending.views.spend_deeds import REFUSALS, refuse


@needs("spend.view")
@require_GET
def account_list(request: HttpRequest) -> HttpResponse:
    context = {
        "accounts": queries.treasury_accounts(scope(request.user, "spend.view")),
        "today": timezone.localdate(),
        "may_register": allowed(request.user, "claim.sp2d"),
    }
    return render(request, "spending/account_list.html", context)


@needs("claim.sp2d")
@require_http_methods(["GET", "POST"])
@second_factor("mendaftarkan rekening bendahara")
def account_new(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, today=timezone.localdate())
    if form.is_valid():
        data = form.cleaned_data
        opd, partner = data.pop("opd"), data.pop("partner")
        try:
            services.register_treasury_account(
                opd_id=opd.pk, partner_id=partner.pk if partner else None, **data, by=actor(request),
                at=timezone.now(),
            )  # fmt: skip
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, f"Rekening bendahara {opd.name} didaftarkan.")
            return redirect("spending:account_list")
    return render(request, "spending/account_new.html", {"form": form})


@needs("claim.sp2d")
@require_http_methods(["GET", "POST"])
@second_factor("mengakhiri rekening bendahara")
def account_end(request: HttpRequest, pk: int) -> HttpResponse:
    rows = scope(request.user, "claim.sp2d").filter(TreasuryAccount.objects.select_related("opd"))
    account = get_object_or_404(rows, pk=pk)
    form = EndAccountForm(request.POST or None, initial={"valid_to": timezone.localdate()})
    if form.is_valid():
        try:
            services.end_treasury_account(
                account_id=pk, valid_to=form.cleaned_data["valid_to"], by=actor(request), at=timezone.now()
            )
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, "Hari terakhir rekening ini dicatat.")
            return redirect("spending:account_list")
    return render(request, "spending/account_end.html", {"form": form, "account": account})
