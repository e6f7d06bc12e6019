"""CMS bulk files: make, take to the bank, read the result."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, needs, scope
from opd.office import evidence
from opd.stepup import second_factor
from payments.spending import pay_queries as queries
from payments.spending.bank.cms_files import CmsFileError
from payments.spending.errors import SpendError
from payments.spending.models import BulkFile, BulkState, TreasuryAccount
from payments.spending.pay_forms import AccountForm, ResultForm, WithdrawForm, chosen
from payments.spending.services import cms


@needs("spend.pay")
@require_GET
def bulk_list(request: HttpRequest) -> HttpResponse:
    found = queries.bulk_files(scope(request.user, "spend.pay"))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    return render(request, "spending/pay_bulk_list.html", {"page": page})


@needs("spend.pay")
@second_factor("membuat berkas CMS")
@require_POST
def bulk_make(request: HttpRequest) -> HttpResponse:
    reach = scope(request.user, "spend.pay")
    form = AccountForm(
        request.POST, accounts=queries.account_choices(reach.filter(TreasuryAccount.objects.all()))
    )
    if not form.is_valid():
        messages.error(request, "Pilih rekening sumber. Berkas belum dibuat.")
        return redirect("spending:pay_list")
    try:
        bulk = cms.make_bulk(
            account_id=form.cleaned_data["account"],
            spend_ids=chosen(request.POST.getlist("pilih")),
            by=actor(request),
            at=timezone.now(),
        )
    except (SpendError, CmsFileError) as error:
        messages.error(request, str(error))
        return redirect("spending:pay_list")
    return redirect("spending:bulk_detail", pk=bulk.pk)


@needs("spend.pay")
@require_GET
def bulk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _bulk(request, pk), ResultForm(), WithdrawForm())


def _detail(request: HttpRequest, bulk: BulkFile, result: ResultForm, withdraw: WithdrawForm) -> HttpResponse:
    rows = bulk.disbursements.select_related("spend__payee").order_by("bulk_line")
    waits = bulk.state == BulkState.MADE
    short = queries.shortfall(bulk.opd_id, bulk.total, at=timezone.now(), bulk=bulk) if waits else None
    context = {"bulk": bulk, "rows": rows, "result": result, "withdraw": withdraw, "shortfall": short}
    status = 422 if result.errors or withdraw.errors else 200
    return render(request, "spending/pay_bulk_detail.html", context, status=status)


@needs("spend.pay")
@require_GET
def bulk_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    return evidence.attachment(_bulk(request, pk).evidence)


@needs("spend.pay")
@require_GET
def bulk_result_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    result = _bulk(request, pk).result
    if result is None:
        raise Http404
    return evidence.attachment(result)


@needs("spend.pay")
@second_factor("membaca hasil berkas CMS")
@require_POST
def bulk_result(request: HttpRequest, pk: int) -> HttpResponse:
    bulk = _bulk(request, pk)
    form = ResultForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            cms.read_bulk_result(
                bulk_id=pk, upload=form.cleaned_data["result"], by=actor(request), at=timezone.now()
            )
        except (SpendError, CmsFileError) as error:
            form.add_error("result", str(error))
        else:
            messages.success(request, "Hasil terbaca. Yang gagal kembali ke daftar siap dibayar.")
            return redirect("spending:bulk_detail", pk=pk)
    return _detail(request, bulk, form, WithdrawForm())


@needs("spend.pay")
@second_factor("menarik berkas CMS")
@require_POST
def bulk_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    bulk = _bulk(request, pk)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            cms.withdraw_bulk(bulk_id=pk, by=actor(request), at=timezone.now(), **given)
        except SpendError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Berkas ditarik. Belanjanya kembali ke daftar siap dibayar.")
            return redirect("spending:bulk_detail", pk=pk)
    return _detail(request, bulk, ResultForm(), form)


def _bulk(request: HttpRequest, pk: int) -> BulkFile:
    rows = queries.bulk_files(scope(request.user, "spend.pay")).select_related("evidence", "result")
    return get_object_or_404(rows, pk=pk)
