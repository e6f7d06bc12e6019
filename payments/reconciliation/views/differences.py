"""What does not agree, what it means, and who explained it (Selisih)."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import Scope, actor, needs, scope
from opd.models import User
from opd.office.exports import csv_response
from opd.office.views.evidence import context_of
from payments.reconciliation import services, subjects
from payments.reconciliation.forms import (
    AssignForm,
    CommentForm,
    DifferenceSentence,
    ReasonForm,
    ReopenForm,
)
from payments.reconciliation.models import ExceptionState, ReconciliationException
from payments.reconciliation.queries import differences as queries
from payments.reconciliation.queries import suggestions
from payments.reconciliation.texts import Kind

_COLUMNS = (
    *("tanggal", "jenis", "keadaan", "opd", "titik", "nilai", "menurut kita", "menurut bank", "rujukan"),
    *("ditemukan", "penjelasan", "oleh", "pada", "petugas", "tenggat"),
)
SHOWN = 50
"""Differences on a page, and at most so many at once."""


@needs("reconciliation.view")
@require_GET
@reads_replica
def exception_list(request: HttpRequest) -> HttpResponseBase:
    reach, today = scope(request.user, "reconciliation.view"), timezone.localdate()
    form = DifferenceSentence(request.GET, reach, points=queries.points(reach), banks=queries.banks(reach))
    found = queries.differences(reach, form.where(actor(request), today))
    if request.GET.get("unduh") == "csv":
        return csv_response("selisih.csv", _COLUMNS, map(_cells, found.iterator(2000)))
    totals = found.aggregate(sum=Sum("amount"), count=Count("pk"))
    pages = Paginator(found, SHOWN)
    pages.count = totals["count"]
    mine = scope(request.user, "reconciliation.resolve")
    context = {
        "form": form,
        "page": pages.get_page(request.GET.get("halaman")),
        "sum": totals["sum"],
        "today": today,
        "may_resolve": bool(mine),
        "reason": ReasonForm(),
        "assign": AssignForm(people=queries.people(mine, on=today)),
        "is_filtered": bool(request.GET),
        "wide": True,
    }
    return render(request, "reconciliation/exception_list.html", context)


def _cells(row: ReconciliationException) -> tuple[object, ...]:
    return (
        *(row.day, row.text.label, row.get_state_display(), row.opd.name if row.opd else "", row.point),
        *(row.amount, row.ours, row.theirs, row.reference, row.opened_at),
        *(row.reason, row.closed_by.username if row.closed_by else "", row.closed_at),
        *(row.assignee.username if row.assignee else "", row.due_on),
    )


@needs("reconciliation.view")
@require_GET
def exception_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, visible(request, pk), ReasonForm())


def _detail(request: HttpRequest, row: ReconciliationException, form: ReasonForm) -> HttpResponse:
    mine, today = row.opd_id in scope(request.user, "reconciliation.resolve"), timezone.localdate()
    may_resolve = mine and row.state == ExceptionState.OPEN
    sees_all = scope(request.user, "reconciliation.view").opd_ids is None
    chosen = {"assignee": row.assignee, "due_on": row.due_on}
    context = {
        "row": row,
        "raw": _raw(row, sees_all=sees_all),
        "form": form,
        "today": today,
        "may_resolve": may_resolve,
        "may_reopen": mine and row.state == ExceptionState.EXPLAINED,
        "may_record": may_resolve and row.kind == Kind.MISSING_OURS and row.opd_id is not None,
        "may_see_statement": sees_all,
        "offers": suggestions.waiting(scope(request.user, "reconciliation.view"), about=row),
        "assign": AssignForm(people=desk_people(row, today), initial=chosen, auto_id="tugas-%s"),
        "comment": CommentForm(auto_id="catat-%s"),
        "reopen": ReopenForm(auto_id="buka-%s"),
        "events": queries.story(row, (subjects.TYPE, str(row.pk))),
        **context_of(request, subjects.TYPE, str(row.pk)),
    }
    return render(request, "reconciliation/exception_detail.html", context)


def desk_people(row: ReconciliationException, today: date) -> QuerySet[User]:
    """Who may be given this difference; what belongs to no agency, only the province's."""
    owner = frozenset() if row.opd_id is None else frozenset({row.opd_id})
    return queries.people(Scope(owner), on=today)


def _raw(row: ReconciliationException, *, sees_all: bool) -> str:
    """The line as the bank wrote it; a statement's only for those who see the whole province."""
    if row.settlement_line:
        return row.settlement_line.raw
    return row.statement_line.raw if row.statement_line and sees_all else ""


@needs("reconciliation.resolve")
@require_POST
def exception_explain(request: HttpRequest, pk: int) -> HttpResponse:
    row = visible(request, pk)
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
    row = visible(request, pk)
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


def visible(request: HttpRequest, pk: int) -> ReconciliationException:
    reach = scope(request.user, "reconciliation.view")
    rows: QuerySet[ReconciliationException] = ReconciliationException.objects.select_related(
        "opd", "closed_by", "assignee", "payment", "settlement_line__file", "statement_line__file", "batch"
    )
    return get_object_or_404(reach.filter(rows), pk=pk)
