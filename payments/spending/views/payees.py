"""/belanja/penerima/: the payee book."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import ReasonForm
from opd.office.exports import csv_response
from opd.stepup import second_factor
from payments.spending import queries, services
from payments.spending.forms import PayeeForm, PayeeSentence
from payments.spending.masking import masked
from payments.spending.models import Payee
from payments.spending.views.spend_deeds import REFUSALS, refuse
from payments.spending.views.spend_forms import _office

_COLUMNS = (
    "nama",
    "opd",
    "npwp",
    "bank",
    "rekening",
    "pemilik",
    "nama_di_bank",
    "umkm",
    "diblokir",
    "alasan",
)


@needs("spend.view")
@require_GET
@reads_replica
def payee_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "spend.view")
    offices = sorted({(opd.pk, opd.name) for opd in queries.offices(reach, timezone.localdate().year)})
    form = PayeeSentence(request.GET, offices=offices)
    found = queries.payees(
        reach, text=form.word("cari"), opd_id=form.number("opd"), state=form.word("keadaan")
    )
    if request.GET.get("unduh") == "csv":
        return csv_response("penerima.csv", _COLUMNS, map(_cells, found.iterator(1000)))
    context = {
        "form": form,
        "page": Paginator(found, 50).get_page(request.GET.get("halaman")),
        "may_manage": allowed(request.user, "payee.manage"),
        "is_filtered": bool(request.GET),
    }
    return render(request, "spending/payee_list.html", context)


def _cells(row: Payee) -> tuple[object, ...]:
    return (
        *(row.name, row.opd.name, masked(row.npwp), row.bank_name, masked(row.account_no), row.account_name),
        *(row.checked_name, row.is_umkm, row.blocked_at, row.block_reason),
    )


@needs("payee.manage")
@require_http_methods(["GET", "POST"])
def payee_new(request: HttpRequest) -> HttpResponse:
    offices = queries.offices(scope(request.user, "payee.manage"), timezone.localdate().year)
    opd = _office(request, offices)
    form = PayeeForm(request.POST or None)
    if opd and form.is_valid():
        try:
            services.add_payee(opd_id=opd.pk, draft=form.draft, by=actor(request), at=timezone.now())
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, f"{form.draft.name} masuk buku penerima.")
            return redirect("spending:payee_list")
    return render(request, "spending/payee_new.html", {"form": form, "opd": opd, "offices": offices})


@needs("payee.manage")
@require_http_methods(["GET", "POST"])
@second_factor("mengubah penerima")
def payee_detail(request: HttpRequest, pk: int) -> HttpResponse:
    payee = _managed(request, pk)
    form = PayeeForm(request.POST or None, initial=_initial(payee))
    if form.is_valid():
        try:
            services.amend_payee(payee_id=pk, draft=form.draft, by=actor(request), at=timezone.now())
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, "Perubahan disimpan.")
            return redirect("spending:payee_detail", pk)
    context = {"payee": payee, "form": form, "reason": ReasonForm()}
    return render(request, "spending/payee_detail.html", context)


@needs("payee.manage")
@require_POST
def payee_block(request: HttpRequest, pk: int) -> HttpResponse:
    payee = _managed(request, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.block_payee(payee_id=payee.pk, reason=reason, by=actor(request), at=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{payee.name} diblokir: tidak ada belanja yang dibayarkan kepadanya.")
    return redirect("spending:payee_detail", pk)


@needs("payee.manage")
@require_POST
@second_factor("membuka blokir penerima")
def payee_unblock(request: HttpRequest, pk: int) -> HttpResponse:
    payee = _managed(request, pk)
    try:
        services.unblock_payee(payee_id=payee.pk, by=actor(request), at=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{payee.name} dapat dibayar lagi.")
    return redirect("spending:payee_detail", pk)


def _managed(request: HttpRequest, pk: int) -> Payee:
    rows = Payee.objects.select_related("opd", "created_by")
    return get_object_or_404(scope(request.user, "payee.manage").filter(rows), pk=pk)


def _initial(payee: Payee) -> dict[str, Any]:
    names = ("name", "npwp", "bank_name", "bank_code", "account_no", "account_name", "is_umkm")
    return {name: getattr(payee, name) for name in names}
