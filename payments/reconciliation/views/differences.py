"""What does not agree, what it means, and who explained it (Selisih)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, allowed, needs, scope
from opd.office.exports import csv_response
from payments.reconciliation import services
from payments.reconciliation.forms import DifferenceSentence, ReasonForm
from payments.reconciliation.models import ExceptionState, ReconciliationException
from payments.reconciliation.queries import differences as queries
from payments.reconciliation.texts import Kind

_COLUMNS = (
    *("tanggal", "jenis", "keadaan", "opd", "titik", "nilai", "menurut kita", "menurut bank", "rujukan"),
    *("ditemukan", "penjelasan", "oleh", "pada"),
)


@needs("reconciliation.view")
@require_GET
def exception_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "reconciliation.view")
    form = DifferenceSentence(request.GET, points=queries.points(reach))
    found = queries.differences(reach, form.where)
    if request.GET.get("unduh") == "csv":
        return csv_response("selisih.csv", _COLUMNS, map(_cells, found.iterator(2000)))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {
        "form": form,
        "page": page,
        "sum": found.aggregate(sum=Sum("amount"))["sum"],
        "may_resolve": allowed(actor(request), "reconciliation.resolve"),
        "reason": ReasonForm(),
        "is_filtered": bool(request.GET),
    }
    return render(request, "reconciliation/exception_list.html", context)


def _cells(row: ReconciliationException) -> tuple[object, ...]:
    return (
        *(row.day, row.text.label, row.get_state_display(), row.opd.name if row.opd else "", row.point),
        *(row.amount, row.ours, row.theirs, row.reference, row.opened_at),
        *(row.reason, row.closed_by.username if row.closed_by else "", row.closed_at),
    )


@needs("reconciliation.view")
@require_GET
def exception_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, pk), ReasonForm())


def _detail(request: HttpRequest, row: ReconciliationException, form: ReasonForm) -> HttpResponse:
    is_open = row.state == ExceptionState.OPEN
    may_resolve = is_open and allowed(actor(request), "reconciliation.resolve", opd=row.opd_id)
    sees_all = scope(request.user, "reconciliation.view").opd_ids is None
    context = {
        "row": row,
        "raw": _raw(row, sees_all=sees_all),
        "form": form,
        "may_resolve": may_resolve,
        "may_record": may_resolve and row.kind == Kind.MISSING_OURS and row.opd_id is not None,
        "may_see_statement": sees_all,
        "events": _events(row),
    }
    return render(request, "reconciliation/exception_detail.html", context)


def _raw(row: ReconciliationException, *, sees_all: bool) -> str:
    """The line as the bank wrote it; a statement's only for those who see the whole province."""
    if row.settlement_line:
        return row.settlement_line.raw
    return row.statement_line.raw if row.statement_line and sees_all else ""


def _events(row: ReconciliationException) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = [{"at": row.opened_at, "text": "Ditemukan saat pencocokan"}]
    if row.closed_at:
        events.append(
            {
                "at": row.closed_at,
                "text": row.get_state_display(),
                "by": row.closed_by if row.state == ExceptionState.EXPLAINED else "sistem",
                "detail": row.reason,
            }
        )
    return events


@needs("reconciliation.resolve")
@require_POST
def exception_explain(request: HttpRequest, pk: int) -> HttpResponse:
    row = _visible(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _detail(request, row, form)
    reason = form.cleaned_data["reason"]
    if services.explain(exception_ids=[pk], reason=reason, by=actor(request), at=timezone.now()):
        messages.success(request, "Penjelasan dicatat. Selisih ini tidak lagi menunggu siapa pun.")
    else:
        messages.info(request, "Selisih ini sudah ditutup sebelumnya; penjelasan Anda tidak disimpan.")
    return redirect("reconciliation:exception_detail", pk=pk)


@needs("reconciliation.resolve")
@require_POST
def exception_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Book money that only the bank knows as a deposit."""
    row = _visible(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _detail(request, row, form)
    try:
        services.record_as_deposit(
            exception_id=pk, reason=form.cleaned_data["reason"], by=actor(request), at=timezone.now()
        )
    except services.ExplainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Uang ini dicatat sebagai titipan, bukan pendapatan.")
    return redirect("reconciliation:exception_detail", pk=pk)


@needs("reconciliation.resolve")
@require_POST
def exception_bulk(request: HttpRequest) -> HttpResponse:
    """One explanation for all that are ticked."""
    chosen = [int(pk) for pk in request.POST.getlist("pilih") if pk.isdecimal()]
    form = ReasonForm(request.POST)
    if not chosen:
        messages.error(request, "Centang dahulu selisih yang akan dijelaskan. Belum ada yang berubah.")
    elif not form.is_valid():
        messages.error(request, "Isi penjelasannya, paling sedikit lima huruf. Belum ada yang berubah.")
    else:
        reason = form.cleaned_data["reason"]
        done = services.explain(exception_ids=chosen, reason=reason, by=actor(request), at=timezone.now())
        messages.success(request, f"{len(done)} selisih dijelaskan.")
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The list as it was filtered; only an address of this site."""
    address = request.POST.get("kembali", "")
    if address.startswith("?"):
        return f"{request.path.removesuffix('jelaskan/')}{address}"
    return "reconciliation:exception_list"


def _visible(request: HttpRequest, pk: int) -> ReconciliationException:
    reach = scope(request.user, "reconciliation.view")
    rows: QuerySet[ReconciliationException] = ReconciliationException.objects.select_related(
        "opd", "closed_by", "payment", "settlement_line__file", "statement_line__file", "batch"
    )
    return get_object_or_404(reach.filter(rows), pk=pk)
