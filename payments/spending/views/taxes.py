"""/belanja/pajak/: what was withheld, and its way to the state."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.office.exports import csv_response
from opd.stepup import second_factor
from payments.spending import queries, services
from payments.spending.forms import BillingForm, DepositForm, TaxSentence
from payments.spending.models import TaxLine
from payments.spending.queries import TaxFilter
from payments.spending.views.spend_deeds import REFUSALS, refuse

_COLUMNS = (
    *("tanggal_bayar", "opd", "uraian", "kode_rekening", "penerima", "jenis_pajak", "jumlah"),
    *("kode_billing", "ntpn", "tanggal_setor", "dipungut_oleh"),
)


@needs("spend.view")
@require_GET
@reads_replica
def tax_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "spend.view")
    form = TaxSentence(request.GET, offices=queries.spending_offices(reach))
    found = queries.taxes(reach, form.where)
    if request.GET.get("unduh") == "csv":
        return csv_response("pajak.csv", _COLUMNS, map(_cells, found.iterator(1000)))
    context = {
        "form": form,
        "page": Paginator(found, 50).get_page(request.GET.get("halaman")),
        "sum": found.order_by().aggregate(sum=Sum("amount"))["sum"],
        "is_filtered": bool(request.GET),
    }
    return render(request, "spending/tax_list.html", context)


def _cells(row: TaxLine) -> tuple[object, ...]:
    spend = row.spend
    return (
        *(spend.paid_date, spend.opd.name, spend.description, spend.line.kode_rekening),
        *(spend.payee.name if spend.payee else spend.merchant_name, row.get_kind_display(), row.amount),
        *(row.billing_code, row.ntpn, row.deposited_date, "BUD" if spend.source == "ls" else "bendahara"),
    )


@needs("spend.view")
@require_GET
def tax_detail(request: HttpRequest, pk: int) -> HttpResponse:
    tax = _visible(request, pk)
    return _detail(request, tax, BillingForm(initial={"billing_code": tax.billing_code}), _deposit_form())


def _deposit_form() -> DepositForm:
    return DepositForm(initial={"deposited_date": timezone.localdate()})


def _detail(request: HttpRequest, tax: TaxLine, billing: BillingForm, deposit: DepositForm) -> HttpResponse:
    may_pay = tax.deposited_date is None and allowed(request.user, "spend.pay", opd=tax.spend.opd_id)
    context = {"tax": tax, "billing": billing, "deposit": deposit, "may_pay": may_pay}
    return render(request, "spending/tax_detail.html", context)


@needs("spend.pay")
@require_POST
def tax_billing(request: HttpRequest, pk: int) -> HttpResponse:
    tax = _visible(request, pk)
    form = BillingForm(request.POST)
    if form.is_valid():
        try:
            services.set_billing_code(tax_id=pk, **form.cleaned_data, by=actor(request), at=timezone.now())
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, "Kode billing disimpan. Setor pajaknya, lalu isi NTPN.")
            return redirect("spending:tax_detail", pk)
    return _detail(request, tax, form, _deposit_form())


@needs("spend.pay")
@require_POST
@second_factor("mencatat setoran pajak")
def tax_deposit(request: HttpRequest, pk: int) -> HttpResponse:
    tax = _visible(request, pk)
    form = DepositForm(request.POST)
    if form.is_valid():
        try:
            services.deposit_tax(tax_id=pk, **form.cleaned_data, by=actor(request), at=timezone.now())
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, "Setoran pajak dicatat dan dibukukan.")
            return redirect("spending:tax_detail", pk)
    return _detail(request, tax, BillingForm(initial={"billing_code": tax.billing_code}), form)


def _visible(request: HttpRequest, pk: int) -> TaxLine:
    rows = queries.taxes(scope(request.user, "spend.view"), TaxFilter(state="semua"))
    return get_object_or_404(rows, pk=pk)
