"""/pengembalian/permohonan/: what payers ask for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, require, scope
from opd.office.exports import csv_response
from payments.incoming.models import Payment
from payments.incoming.refunds import RefundError
from retribusi.contacts import ContactGone
from retribusi.refunds import contacts, services
from retribusi.refunds.forms import AnswerForm
from retribusi.refunds.models import RefundRequest

COLUMNS = (
    "masuk",
    "kuitansi",
    "titik",
    "opd",
    "alasan",
    "penjelasan",
    "tenggat",
    "keadaan",
    "jawaban",
    "dijawab",
)
THING = ("order__point", "skrd__point", "skrd__document")
TONES = {"new": "wait", "taken": "ok", "declined": "quiet"}


@needs("refund.view")
@require_GET
@reads_replica
def request_list(request: HttpRequest) -> HttpResponseBase:
    """Those that wait first, then the newest."""
    rows = RefundRequest.objects.select_related(*THING, "opd", "refund")
    found = (
        scope(request.user, "refund.view")
        .filter(rows)
        .order_by(F("answered_at").desc(nulls_first=True), "-filed_at")
    )
    text = request.GET.get("q", "").strip().upper()[:40]
    if text:
        number = text.removeprefix("SKRD").strip()
        found = found.filter(Q(order__receipt_number=text) | Q(skrd__document__number_text=number))
    if request.GET.get("unduh") == "csv":
        lines = (
            [
                row.filed_at, row.number, row.point.name, row.opd,
                row.get_reason_display(), row.text, row.due_on, row.get_state_display(), row.answer,
                row.answered_at,
            ]
            for row in found.iterator(chunk_size=500)
        )  # fmt: skip
        return csv_response("permohonan-pengembalian.csv", COLUMNS, lines)
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {
        "page": page, "rows": [(row, TONES[row.state]) for row in page], "q": text,
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "retribusi/refunds/requests.html", context)


@needs("refund.view")
@require_GET
def request_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _find(request, pk))


def _find(request: HttpRequest, pk: UUID) -> RefundRequest:
    rows = RefundRequest.objects.select_related(*THING, "opd", "refund", "answered_by")
    return get_object_or_404(scope(request.user, "refund.view").filter(rows), pk=pk)


def _page(request: HttpRequest, row: RefundRequest, **more: Any) -> HttpResponse:
    payments = Payment.objects.filter(request__payable_key__in=row.payable_keys).select_related(
        "receiving_account"
    )
    context = {
        "wish": row, "tone": TONES[row.state], "payments": payments.order_by("paid_at"),
        "may_answer": row.state == "new" and allowed(request.user, "refund.propose", opd=row.opd_id),
        "may_read": allowed(request.user, "refund.propose", opd=row.opd_id), "answer": AnswerForm(),
        "contact": "", "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "retribusi/refunds/request.html", context | more)


@needs("refund.propose")
@require_POST
def request_decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    row, form = _find(request, pk), AnswerForm(request.POST)
    require(request.user, "refund.propose", opd=row.opd_id)
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    try:
        services.decline(request_id=row.pk, answer=answer, by=actor(request), at=timezone.now())
    except RefundError as error:
        messages.error(request, f"{error} Tidak ada yang berubah.")
    else:
        messages.success(request, "Jawaban terbit di halaman pemohon.")
    return redirect("refunds:request_detail", pk=pk)


@needs("refund.propose")
@require_POST
def request_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The contact in the clear; the trail keeps who read it."""
    row = _find(request, pk)
    try:
        return _page(request, row, contact=contacts.read(request=row, by=actor(request), at=timezone.now()))
    except ContactGone as error:
        messages.error(request, str(error))
    return redirect("refunds:request_detail", pk=pk)
