"""Record what was paid in the bank's CMS, in its app, or in cash."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from opd.access import actor, needs
from opd.office.attachments import AttachmentError
from opd.stepup import second_factor
from payments.spending.bank.sources import accounts, net_of
from payments.spending.errors import SpendError
from payments.spending.models import Spend, Way
from payments.spending.pay_forms import ElsewhereForm
from payments.spending.pay_queries import account_choices
from payments.spending.services import recorded
from payments.spending.views.pay import page_with, payable_or_404

WAYS = {"cms": Way.CMS_MANUAL, "qris": Way.QRIS_APP, "tunai": Way.CASH}


@needs("spend.pay")
@second_factor("mencatat belanja yang sudah dibayar")
@require_POST
def pay_elsewhere(request: HttpRequest, pk: UUID, way: str) -> HttpResponse:
    spend = payable_or_404(request, pk)
    if way not in WAYS:
        raise Http404
    now = timezone.now()
    choices = account_choices(accounts(spend.opd_id, at=now))
    form = ElsewhereForm(request.POST, request.FILES, way=WAYS[way], accounts=choices)
    if form.is_valid():
        try:
            _record(request, spend, WAYS[way], form)
        except (SpendError, AttachmentError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Tercatat dibayar. Rekening koran akan membuktikannya.")
            return redirect("spending:spend_detail", pk=pk)
    spend.net = net_of(spend)  # type: ignore[attr-defined]
    return page_with(request, spend, elsewhere=form, way=WAYS[way])


def _record(request: HttpRequest, spend: Spend, way: Way, form: ElsewhereForm) -> None:
    given = form.cleaned_data
    paid = recorded.PaidElsewhere(
        way=way,
        paid_date=given["paid_date"],
        reference_no=given.get("reference_no", ""),
        rrn=given.get("rrn", ""),
        reason=given.get("reason", ""),
        account_id=given.get("account"),
    )
    recorded.record_elsewhere(
        spend_id=spend.pk, paid=paid, proof=given.get("proof"), by=actor(request), at=timezone.now()
    )
