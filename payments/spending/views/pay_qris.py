"""Pay a merchant's QRIS in two steps: read and look, then pay."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from opd.access import actor, needs
from opd.office import scanning
from opd.stepup import second_factor
from payments.qris import picture
from payments.spending.bank.reading import QrisRefused
from payments.spending.bank.sources import connected
from payments.spending.errors import SpendError
from payments.spending.models import Spend
from payments.spending.pay_forms import Accounts, QrisForm, QrisPayForm
from payments.spending.pay_queries import account_choices
from payments.spending.services import qris
from payments.spending.views.pay import payable_or_404

_MOST_FRAMES = 120  # a minute; the page sends one every 700 ms
_SEVERAL = "Ada lebih dari satu kode di depan kamera. Arahkan ke satu QRIS saja."


@needs("spend.pay")
@require_POST
def pay_qris_read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what a QRIS says before anything is paid. Nothing is kept."""
    spend = payable_or_404(request, pk)
    served = _served(spend)
    form = QrisForm(request.POST, request.FILES, accounts=served)
    if not form.is_valid():
        messages.error(request, "Pilih rekening sumber, lalu gambar QRIS atau teksnya.")
        return redirect("spending:pay_page", pk=pk)
    given = form.cleaned_data
    try:
        content = qris.content_of_picture(given["picture"]) if given.get("picture") else given["content"]
        check = qris.check_qris(
            spend_id=pk, content=content, account_id=given["account"], by=actor(request), at=timezone.now()
        )
    except (SpendError, QrisRefused) as error:
        messages.error(request, str(error))
        return redirect("spending:pay_page", pk=pk)
    initial = {
        "account": given["account"],
        "content": check.seen.content,
        "decoded": check.decoded.reference_no,
    }
    return _confirm(request, spend, check, _pay_form(None, served, check, initial=initial))


@needs("spend.pay")
@require_POST
def pay_qris_scan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The QRIS in one frame of the camera, as JSON; 204 where none is seen yet. Nothing is kept."""
    payable_or_404(request, pk)
    subject = f"qris-{actor(request).pk}"
    return scanning.answer(request, subject=subject, read=picture.read, most=_MOST_FRAMES, several=_SEVERAL)


@needs("spend.pay")
@second_factor("membayar belanja dengan QRIS")
@require_POST
def pay_qris(request: HttpRequest, pk: UUID) -> HttpResponse:
    spend = payable_or_404(request, pk)
    form = QrisPayForm(request.POST, accounts=_served(spend), fixed="amount" not in request.POST)
    if not form.is_valid():
        messages.error(request, f"{_first_error(form)} Belanja belum dibayar; baca QRIS-nya lagi.")
        return redirect("spending:pay_page", pk=pk)
    given = form.cleaned_data
    try:
        paid = qris.pay_by_qris(
            spend_id=pk,
            content=given["content"],
            account_id=given["account"],
            amount=given.get("amount"),
            decode_reference_no=given["decoded"],
            by=actor(request),
            at=timezone.now(),
        )
    except (SpendError, QrisRefused) as error:
        messages.error(request, str(error))
        return redirect("spending:pay_page", pk=pk)
    return redirect("spending:pay_wait", pk=paid.pk)


def _served(spend: Spend) -> Accounts:
    return account_choices(connected(spend.opd_id, at=timezone.now()))


def _pay_form(data: Any, accounts: Accounts, check: qris.QrisCheck, **kwargs: Any) -> QrisPayForm:
    return QrisPayForm(data, accounts=accounts, fixed=check.seen.amount is not None, **kwargs)


def _first_error(form: QrisPayForm) -> str:
    return next((str(problem) for problems in form.errors.values() for problem in problems), "")


def _confirm(request: HttpRequest, spend: Spend, check: qris.QrisCheck, form: QrisPayForm) -> HttpResponse:
    context = {"spend": spend, "check": check, "form": form}
    return render(request, "spending/pay_qris.html", context)
