"""Undeposited cash with its age, the STS that takes it to the bank, and RKUD's word on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import show_refusal
from opd.models import Opd
from opd.office import documents
from opd.office.exports import csv_response
from opd.office.models import Document
from opd.stepup import second_factor
from payments.ledger.queries import journal_of
from payments.money import format_rupiah
from retribusi.counter import queries
from retribusi.counter.errors import CounterError
from retribusi.counter.forms import CreditForm, DepositFilter, DepositForm
from retribusi.counter.models import Deposit
from retribusi.counter.papers import STS
from retribusi.counter.services import deposits
from retribusi.stbp.papers import STBP

COLUMNS = (
    *("nomor_sts", "opd", "disetor", "batas_setor", "terlambat", "bukti_bank", "jumlah", "dicatat_oleh"),
    *("masuk_rkud", "rujukan_rekening_koran", "dibukukan_oleh"),
)


@needs("takings.view")
@require_GET
@reads_replica
def deposit_list(request: HttpRequest) -> HttpResponseBase:
    """What is not at the bank yet, the oldest first, and the register of STS."""
    reach = scope(request.user, "takings.view")
    form = DepositFilter(request.GET, reach)
    rows = form.narrow(reach.filter(Deposit.objects.select_related("opd", "made_by", "credited_by")))
    if request.GET.get("unduh") == "csv":
        return csv_response("register-sts.csv", COLUMNS, _lines(rows))
    held = queries.held(reach, at=timezone.now())
    may = scope(request.user, "counter.deposit")
    ready = sorted(
        {row.shift.point.opd_id for row in held if row.may_deposit and row.shift.point.opd_id in may}
    )
    context = {
        "held": held, "total": sum((row.amount for row in held), queries.ZERO),
        "late": sum(row.is_late for row in held),
        "page": Paginator(rows, 50).get_page(request.GET.get("halaman")),
        "ready": Opd.objects.filter(pk__in=ready), "form": form, "is_filtered": bool(request.GET),
    }  # fmt: skip
    return render(request, "retribusi/counter/setoran_daftar.html", context)


def _lines(rows: QuerySet[Deposit]) -> Iterator[list[Any]]:
    """The register, with the numbers of the papers that stand."""
    papers = Document.objects.filter(kind=STS.code, subject_type="counter.deposit", voided_at=None)
    numbers = dict(papers.values_list("subject_id", "number_text"))
    for row in rows.iterator(chunk_size=500):
        yield [
            numbers.get(str(row.pk), ""), row.opd, row.deposited_at, row.due_at, row.is_late, row.reference,
            row.amount, row.made_by, row.credited_date, row.credited_reference, row.credited_by,
        ]  # fmt: skip


@needs("counter.deposit")
@second_factor("mencatat setoran tunai ke RKUD")
@require_http_methods(["GET", "POST"])
def deposit_new(request: HttpRequest, opd_id: int) -> HttpResponse:
    """Choose whole shifts, say when and under what number the bank took the cash; the STS prints."""
    reach = scope(request.user, "counter.deposit")
    opd = get_object_or_404(reach.filter(Opd.objects.all(), "pk"), pk=opd_id)
    now = timezone.now()
    pressed = Deposit.objects.filter(opd=opd, request_key=request.POST.get("request_key", "")).first()
    if pressed:
        return redirect("counter:deposit_detail", pk=pressed.pk)
    held = [
        row for row in queries.held(reach, at=now) if row.may_deposit and row.shift.point.opd_id == opd_id
    ]
    form = DepositForm(held, request.POST or None, now=timezone.localtime(now))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = deposits.deposit(
                request_key=data["request_key"], opd=opd, shift_ids=[one.pk for one in data["shifts"]],
                deposited_at=data["deposited_at"], reference=data["reference"], by=actor(request), at=now,
            )  # fmt: skip
        except CounterError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Setoran {format_rupiah(row.amount)} dicatat; STS siap dicetak.")
            return redirect("counter:deposit_detail", pk=row.pk)
    return render(
        request, "retribusi/counter/setoran_formulir.html", {"form": form, "opd": opd, "held": held}
    )


@needs("takings.view")
@require_GET
def deposit_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _detail(request, _find(request, pk), CreditForm(initial={"credited_date": timezone.localdate()}))


@needs("counter.confirm")
@second_factor("membukukan setoran STS yang masuk RKUD")
@require_POST
def deposit_credit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Kuasa BUD found the deposit in RKUD's statement: RKUD, RK and revenue are booked."""
    row, form = _find(request, pk), CreditForm(request.POST)
    if not form.is_valid():
        return _detail(request, row, form)
    try:
        deposits.credit_deposit(
            deposit_id=pk, credited_date=form.cleaned_data["credited_date"],
            reference=form.cleaned_data["reference"], by=actor(request), at=timezone.now(),
        )  # fmt: skip
    except CounterError as error:
        show_refusal(form, error)
        return _detail(request, row, form)
    messages.success(request, f"{format_rupiah(row.amount)} dibukukan masuk RKUD sebagai pendapatan.")
    return redirect("counter:deposit_detail", pk=pk)


def _find(request: HttpRequest, pk: UUID) -> Deposit:
    rows = Deposit.objects.select_related("opd", "made_by", "credited_by")
    return get_object_or_404(scope(request.user, "takings.view").filter(rows), pk=pk)


def _detail(request: HttpRequest, row: Deposit, form: CreditForm) -> HttpResponse:
    context: dict[str, Any] = {
        "deposit": row, "form": form, "papers": documents.of(row),
        "shifts": [
            (one, documents.current(STBP.code, one))
            for one in row.shifts.select_related("point", "officer").order_by("opened_at")
        ],
        "journals": journal_of(f"sts:{row.pk}"),
        "may_confirm": row.credited_date is None and allowed(request.user, "counter.confirm"),
        "may_print": allowed(request.user, "documents.view", opd=row.opd_id),
    }  # fmt: skip
    return render(request, "retribusi/counter/setoran_rinci.html", context)
