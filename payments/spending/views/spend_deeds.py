"""/belanja/<id>/…: what the people of an agency do with a spend, one deed each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from opd.access import actor, needs
from opd.forms import ReasonForm, show_refusal
from opd.planning.services import BudgetError
from opd.stepup import second_factor
from payments.spending import evidence, services
from payments.spending.errors import BadDraft, SpendError
from payments.spending.forms import RefundForm, TestForm
from payments.spending.rules import CHECKS
from payments.spending.views.spends import visible

REFUSALS = (SpendError, BudgetError)


def refuse(form: Any, error: Exception) -> None:
    """A refusal beside its field, where the form has it."""
    if isinstance(error, BadDraft) and error.field in form.fields:
        form.add_error(error.field, str(error))
    else:
        show_refusal(form, error)


@needs("spend.raise")
@require_POST
def spend_submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    done = "Diajukan; anggarannya sudah ditahan. Sekarang menunggu persetujuan PA atau KPA."
    return _act(request, pk, services.submit, done)


@needs("spend.approve")
@require_POST
@second_factor("menyetujui belanja")
def spend_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, services.approve, "Disetujui. Sekarang menunggu bendahara menguji.")


@needs("spend.verify")
@require_POST
@second_factor("memverifikasi belanja")
def spend_verify(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, services.verify_spend, "Diverifikasi. Belanja ini dapat masuk SPP.")


@needs("spend.view")
@require_POST
def spend_reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For PA/KPA, or the treasurer once it is approved: the service decides."""
    return _close(request, pk, services.reject, "Ditolak. Anggaran yang ditahan sudah dilepas.")


@needs("spend.raise")
@require_POST
def spend_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _close(request, pk, services.cancel, "Dibatalkan. Tidak ada anggaran yang ditahan.")


@needs("spend.pay")
@require_http_methods(["GET", "POST"])
def spend_test(request: HttpRequest, pk: UUID) -> HttpResponse:
    spend = visible(request, pk)
    form = TestForm(request.POST or None)
    if form.is_valid():
        try:
            services.test_spend(
                spend_id=spend.pk, checks=form.checks, note=form.cleaned_data["note"], by=actor(request),
                at=timezone.now(),
            )  # fmt: skip
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, "Diuji. Belanja ini siap dibayar.")
            return redirect("spending:spend_detail", pk)
    context = {
        "spend": spend,
        "form": form,
        "ticks": [form[name] for name in CHECKS],
        "lacking": list(evidence.missing(spend).values()),
    }
    return render(request, "spending/spend_test.html", context)


@needs("spend.pay")
@require_http_methods(["GET", "POST"])
@second_factor("mencatat pengembalian belanja")
def spend_refund(request: HttpRequest, pk: UUID) -> HttpResponse:
    spend = visible(request, pk)
    form = RefundForm(request.POST or None, initial={"paid_date": timezone.localdate()})
    if form.is_valid():
        try:
            services.refund(spend_id=spend.pk, **form.cleaned_data, by=actor(request), at=timezone.now())
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, "Pengembalian dicatat; anggaran dan pembukuan sudah dikoreksi.")
            return redirect("spending:spend_detail", pk)
    return render(request, "spending/spend_refund.html", {"spend": spend, "form": form})


def _act(request: HttpRequest, pk: UUID, deed: Callable[..., Any], done: str) -> HttpResponse:
    spend = visible(request, pk)
    try:
        deed(spend_id=spend.pk, by=actor(request), at=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("spending:spend_detail", pk)


def _close(request: HttpRequest, pk: UUID, deed: Callable[..., Any], done: str) -> HttpResponse:
    spend = visible(request, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        deed(spend_id=spend.pk, reason=reason, by=actor(request), at=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("spending:spend_detail", pk)
