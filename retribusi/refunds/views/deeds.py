"""What is done to a refund: one service call each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from opd.access import actor, needs, require, scope
from opd.forms import ReasonForm, show_refusal
from opd.stepup import second_factor
from payments.incoming import refunds
from payments.incoming.models import MoneyException, Refund
from payments.incoming.refunds import RefundError
from payments.incoming.services import carry_out
from payments.incoming.texts import Trouble
from payments.ledger.errors import LedgerError
from retribusi.refunds import queries, services
from retribusi.refunds.forms import PaperForm, ProposeForm, RuleForm
from retribusi.refunds.views.office import find_payment, find_refund, payment_page, refund_page

Deed = Callable[..., Refund]


@needs("refund.propose")
@require_POST
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = find_payment(request, pk)
    require(request.user, "refund.propose", opd=row.opd_id)
    path = queries.money_path(row, on=timezone.localdate())
    form = ProposeForm(request.POST, request.FILES, path=path)
    if form.is_valid():
        try:
            made = services.propose(
                payment=row, proposal=form.proposal(), by=actor(request), at=timezone.now()
            )
        except RefundError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Usulan dicatat. Menunggu persetujuan PA atau KPA.")
            return redirect("refunds:refund_detail", pk=made.pk)
    return payment_page(request, row, form)


@needs("refund.propose")
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """The bank gave money back by itself: take it over as a refund, so that the books say so."""
    rows = scope(request.user, "refund.propose").filter(MoneyException.objects.all())
    trouble = get_object_or_404(rows, pk=pk, kind=str(Trouble.REFUNDED_AT_BANK), state="open")
    form = ReasonForm(request.POST or None)
    form.fields["reason"].label = "Surat atau bukti dari bank"
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            made = refunds.propose_found(
                exception_id=trouble.pk, reason=reason, by=actor(request), at=timezone.now()
            )
        except RefundError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Dicatat sebagai pengembalian. Menunggu persetujuan PA atau KPA.")
            return redirect("refunds:refund_detail", pk=made.pk)
    return render(request, "retribusi/refunds/adopt.html", {"trouble": trouble, "form": form})


@needs("refund.approve")
@second_factor("menyetujui uang dikembalikan")
@require_POST
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _do(request, pk, services.approve, "refund.approve")


@needs("refund.approve")
@require_POST
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _with_reason(request, pk, "refund.approve")


@needs("refund.propose")
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _with_reason(request, pk, "refund.propose")


def _with_reason(request: HttpRequest, pk: UUID, permission: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Tulis alasannya. Belum ada yang berubah.")
        return redirect("refunds:refund_detail", pk=pk)
    return _do(request, pk, services.refuse, permission, reason=form.cleaned_data["reason"])


@needs("refund.propose")
@require_POST
def ask_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """ "Tanya bank sekarang": the same number again."""
    row = find_refund(request, pk)
    require(request.user, "refund.propose", opd=row.opd_id)
    messages.info(request, services.spoken(carry_out(row.pk, at=timezone.now())))
    return redirect("refunds:refund_detail", pk=pk)


@needs("refund.approve")
@second_factor("memutus pengembalian yang tidak pasti")
@require_POST
def rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = RuleForm(request.POST)
    if not form.is_valid():
        return refund_page(request, find_refund(request, pk), status=400, rule=form)
    done, reason = form.cleaned_data["done"] == "yes", form.cleaned_data["reason"]
    return _do(request, pk, refunds.rule_unclear, "refund.approve", done=done, reason=reason)


@needs("refund.propose")
@require_POST
def skrdlb(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _paper(request, pk, services.record_skrdlb, "refund.propose")


@needs("refund.propose")
@require_POST
def spm(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _paper(request, pk, refunds.record_spm, "refund.propose")


@needs("refund.pay")
@second_factor("mencatat SP2D restitusi")
@require_POST
def sp2d(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _paper(request, pk, refunds.record_sp2d, "refund.pay")


def _paper(request: HttpRequest, pk: UUID, deed: Deed, permission: str) -> HttpResponse:
    form = PaperForm(request.POST)
    if not form.is_valid():
        return refund_page(request, find_refund(request, pk), status=400, paper=form)
    number, day = form.cleaned_data["number"], form.cleaned_data["day"]
    return _do(request, pk, deed, permission, number=number, day=day)


def _do(request: HttpRequest, pk: UUID, deed: Deed, permission: str, **given: Any) -> HttpResponse:
    row = find_refund(request, pk)
    require(request.user, permission, opd=row.opd_id)
    try:
        done = deed(refund_id=row.pk, by=actor(request), at=timezone.now(), **given)
    except (RefundError, LedgerError) as error:
        messages.error(request, f"{error} Tidak ada yang berubah.")
    else:
        told = messages.error if done.state == "refused" and "reason" not in given else messages.success
        told(request, services.spoken(done) if not given.get("number") else _entered(done))
    return redirect("refunds:refund_detail", pk=pk)


def _entered(refund: Refund) -> str:
    return services.spoken(refund) if refund.state == "done" else "Nomor dan tanggalnya dicatat."
