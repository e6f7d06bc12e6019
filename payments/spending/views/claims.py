"""/belanja/spp/: claims from the SPP to the SP2D."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, needs, scope
from opd.forms import ReasonForm, show_refusal
from opd.office.exports import csv_response
from opd.planning.services import BudgetError
from opd.stepup import second_factor
from payments.spending import claim_documents, claim_page, claim_queries
from payments.spending.claim_forms import ClaimSentence, Sp2dForm
from payments.spending.errors import SpendError
from payments.spending.models import Claim
from payments.spending.services import claims

REFUSALS = (SpendError, BudgetError)
_COLUMNS = (
    *("jenis", "opd", "tahun", "keperluan", "jumlah", "keadaan", "diajukan", "oleh"),
    *("diverifikasi", "spm", "sp2d", "alasan_tolak"),
)


@needs("claim.view")
@require_GET
@reads_replica
def claim_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "claim.view")
    form = ClaimSentence(request.GET, reach)
    found = claim_queries.claims(reach, form.where)
    if request.GET.get("unduh") == "csv":
        return csv_response("spp.csv", _COLUMNS, map(_cells, found.iterator(1000)))
    context = {
        "form": form,
        "page": Paginator(found, 50).get_page(request.GET.get("halaman")),
        "sum": claim_queries.total(found),
        "choices": claim_page.new_choices(actor(request)),
        "is_filtered": bool(request.GET),
    }
    return render(request, "spending/claim_list.html", context)


def _cells(row: Claim) -> tuple[object, ...]:
    return (
        *(row.get_kind_display(), row.opd.name, row.year, row.purpose, row.amount, row.get_state_display()),
        *(row.raised_at, row.raised_by.username, row.verified_at, row.ordered_at, row.sp2d_date),
        row.close_reason,
    )


@needs("claim.view")
@require_GET
def claim_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _detail(request, _visible(request, pk))


def _detail(request: HttpRequest, claim: Claim, *, sp2d: Sp2dForm | None = None) -> HttpResponse:
    context = claim_page.context(claim, actor(request))
    form = sp2d or Sp2dForm(initial={"sp2d_date": timezone.localdate()})
    return render(request, "spending/claim_detail.html", context | {"sp2d": form, "reason": ReasonForm()})


@needs("claim.verify")
@require_POST
@second_factor("memverifikasi SPP")
def claim_verify(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(
        request, pk, claims.verify_claim, "SPP diverifikasi; sekarang menunggu SPM dari Pengguna Anggaran."
    )


@needs("claim.spm")
@require_POST
@second_factor("menerbitkan SPM")
def claim_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, claims.order_claim, "SPM diterbitkan; sekarang menunggu SP2D dari Kuasa BUD.")


@needs("claim.sp2d")
@require_POST
@second_factor("mencatat SP2D")
def claim_pay(request: HttpRequest, pk: UUID) -> HttpResponse:
    claim = _visible(request, pk)
    form = Sp2dForm(request.POST)
    if form.is_valid():
        try:
            claims.pay_claim(claim_id=pk, **form.cleaned_data, by=actor(request), at=timezone.now())
        except REFUSALS as error:
            show_refusal(form, error)
        else:
            messages.success(request, "SP2D dicatat. Uang, anggaran, dan pembukuan sudah bergerak.")
            return redirect("spending:claim_detail", pk)
    return _detail(request, claim, sp2d=form)


@needs("claim.view")
@require_POST
def claim_reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For whoever holds the next step, or the raiser before verification: the service decides."""
    claim = _visible(request, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        claims.reject_claim(claim_id=claim.pk, reason=reason, by=actor(request), at=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "SPP ditolak. Belanjanya dapat diajukan lagi dalam SPP lain.")
    return redirect("spending:claim_detail", pk)


@needs("claim.view")
@require_http_methods(["GET", "POST"])
def claim_number(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """SIPD's number and day of an SPP or SPM, and the signed file."""
    claim = _visible(request, pk)
    document = claim_page.numbered_document(claim, kind, actor(request))
    form = claim_page.number_form(request, document)
    if form.is_valid():
        try:
            claim_page.save_number(claim, kind, form.cleaned_data, by=actor(request), at=timezone.now())
        except REFUSALS as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Nomor resmi dicatat.")
            return redirect("spending:claim_detail", pk)
    label = claim_documents.KINDS[kind].label
    return render(request, "spending/claim_number.html", {"form": form, "claim": claim, "label": label})


def _act(request: HttpRequest, pk: UUID, deed: Callable[..., Any], done: str) -> HttpResponse:
    claim = _visible(request, pk)
    try:
        deed(claim_id=claim.pk, by=actor(request), at=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("spending:claim_detail", pk)


def _visible(request: HttpRequest, pk: UUID) -> Claim:
    rows = Claim.objects.select_related("opd", "raised_by", "verified_by", "ordered_by", "paid_by")
    return get_object_or_404(scope(request.user, "claim.view").filter(rows), pk=pk)
