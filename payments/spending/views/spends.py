"""/belanja/: the list of spends and the page of one."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import ReasonForm
from opd.office.exports import csv_response
from opd.office.views.evidence import context_of
from payments.spending import page, queries, subjects
from payments.spending.forms import SpendSentence
from payments.spending.masking import masked
from payments.spending.models import Spend

_COLUMNS = (
    *("tanggal", "opd", "kode_sub_kegiatan", "kode_rekening", "uraian", "sumber", "kanal", "jenis"),
    *("penerima", "rekening", "jumlah", "keadaan", "tanggal_bayar", "diajukan_oleh"),
)


@needs("spend.view")
@require_GET
@reads_replica
def spend_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "spend.view")
    form = SpendSentence(request.GET, offices=queries.spending_offices(reach))
    found = queries.spends(reach, form.where)
    if request.GET.get("unduh") == "csv":
        return csv_response("belanja.csv", _COLUMNS, map(_cells, found.iterator(1000)))
    context = {
        "form": form,
        "page": Paginator(found, 50).get_page(request.GET.get("halaman")),
        "totals": queries.totals(found),
        "may_raise": allowed(request.user, "spend.raise"),
        "is_filtered": bool(request.GET),
    }
    return render(request, "spending/spend_list.html", context)


def _cells(row: Spend) -> tuple[object, ...]:
    payee = row.payee
    return (
        *(row.spend_date, row.opd.name, row.line.kode_sub_kegiatan, row.line.kode_rekening, row.description),
        *(row.get_source_display(), row.get_channel_display(), row.get_type_display()),
        *(payee.name if payee else row.merchant_name, masked(payee.account_no) if payee else ""),
        *(row.amount, row.get_state_display(), row.paid_date, row.raised_by.username),
    )


@needs("spend.view")
@require_GET
def spend_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    spend = visible(request, pk)
    context = page.context(spend, actor(request)) | context_of(request, subjects.TYPE, str(spend.pk))
    return render(request, "spending/spend_detail.html", context | {"reason": ReasonForm()})


def visible(request: HttpRequest, pk: UUID) -> Spend:
    rows = Spend.objects.select_related(
        "opd", "line", "payee", "raised_by", "approved_by", "tested_by", "verified_by", "copied_from"
    )
    return get_object_or_404(scope(request.user, "spend.view").filter(rows), pk=pk)
