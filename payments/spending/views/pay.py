"""What waits to be paid, the page that pays one spend, and waiting for the bank's word."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, needs, scope
from opd.stepup import second_factor
from payments.spending import pay_queries as queries
from payments.spending import unsure
from payments.spending.bank.sources import accounts, connected, net_of, payable_spends
from payments.spending.errors import SpendError
from payments.spending.models import Channel, Disbursement, DisbursementState, Spend, Way
from payments.spending.models.spends import SPENT
from payments.spending.pay_forms import AccountForm, ElsewhereForm, PaySentence, QrisForm, TransferForm
from payments.spending.services import transfers

_ELSEWHERE = {Channel.CMS: Way.CMS_MANUAL, Channel.QRIS: Way.QRIS_APP, Channel.CASH: Way.CASH}


@needs("spend.pay")
@require_GET
def pay_list(request: HttpRequest) -> HttpResponse:
    reach = scope(request.user, "spend.pay")
    form = PaySentence(request.GET, reach)
    found = queries.waiting(reach, form.where)
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    offices = sorted({spend.opd_id for spend in page})
    now = timezone.now()
    choices = [pair for pk in offices for pair in queries.account_choices(accounts(pk, at=now))]
    context = {
        "form": form,
        "page": page,
        "sum": queries.total(found),
        "bulk": AccountForm(accounts=choices),
        "unanswered": queries.unanswered(reach)[:20],
        "unsure": unsure.counts(reach, at=now),
    }
    return render(request, "spending/pay_list.html", context)


@needs("spend.pay")
@require_GET
def pay_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The ways to pay a spend that is ready; one that is under way or paid shows where it stands."""
    reach = scope(request.user, "spend.pay")
    spend = get_object_or_404(reach.filter(Spend.objects.select_related("payee", "opd", "line")), pk=pk)
    tries = queries.attempts(spend.pk)
    if spend.state == "paying" and tries and tries[0].bulk_file_id:
        return redirect("spending:bulk_detail", pk=tries[0].bulk_file_id)
    if spend.state == "paying" and tries:
        return redirect("spending:pay_wait", pk=tries[0].pk)
    if spend.state in SPENT:
        return redirect("spending:spend_detail", pk=pk)
    return page_with(request, get_object_or_404(reach.filter(payable_spends()), pk=pk))


def page_with(request: HttpRequest, spend: Spend, **bound: Any) -> HttpResponse:
    """The pay page, with forms that came back faulty in place of fresh ones."""
    now = timezone.now()
    all_accounts = queries.account_choices(accounts(spend.opd_id, at=now))
    served = queries.account_choices(connected(spend.opd_id, at=now))
    payee = queries.payee_view(spend.payee, at=now)
    differs = payee.payee.checked_name if payee and payee.checked and not payee.matches else ""
    way = _ELSEWHERE[Channel(spend.channel)]
    context = {
        "spend": spend,
        "payee": payee,
        "tries": queries.attempts(spend.pk),
        "has_account": bool(all_accounts),
        "is_served": bool(served),
        "transfer": TransferForm(accounts=served, differs=differs),
        "qris": QrisForm(accounts=served),
        "elsewhere": ElsewhereForm(
            way=way, accounts=all_accounts, initial={"paid_date": timezone.localdate()}
        ),
        "way": way,
        "shortfall": None if way == Way.CASH else queries.shortfall(spend.opd_id, net_of(spend), at=now),
        **bound,
    }
    status = 422 if bound else 200
    return render(request, "spending/pay_page.html", context, status=status)


def payable_or_404(request: HttpRequest, pk: UUID) -> Spend:
    """A spend of this person's agencies; whether it may be paid now, the service decides."""
    rows = Spend.objects.select_related("payee", "opd", "line")
    return get_object_or_404(scope(request.user, "spend.pay").filter(rows), pk=pk)


@needs("spend.pay")
@require_POST
def pay_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    spend = payable_or_404(request, pk)
    try:
        if spend.payee_id is None:
            messages.error(request, "Belanja ini belum menyebut penerima.")
        else:
            checked = transfers.check_payee(payee_id=spend.payee_id, by=actor(request), at=timezone.now())
            _say(request, checked)
    except SpendError as error:
        messages.error(request, str(error))
    return redirect("spending:pay_page", pk=pk)


def _say(request: HttpRequest, checked: transfers.PayeeCheck) -> None:
    if checked.problem:
        messages.error(request, checked.problem)
    elif not checked.matches:
        messages.warning(request, f"Menurut bank, rekening itu milik {checked.name}. Periksa penerimanya.")
    else:
        messages.success(request, f"Nama cocok: {checked.name}.")


@needs("spend.pay")
@second_factor("membayar belanja lewat transfer")
@require_POST
def pay_transfer(request: HttpRequest, pk: UUID) -> HttpResponse:
    spend = payable_or_404(request, pk)
    now = timezone.now()
    served = queries.account_choices(connected(spend.opd_id, at=now))
    form = TransferForm(request.POST, accounts=served, differs=_differs(spend))
    if not form.is_valid():
        messages.error(request, "Pilih rekening sumber. Belanja belum dibayar.")
        return redirect("spending:pay_page", pk=pk)
    try:
        paid = transfers.pay_by_transfer(
            spend_id=spend.pk,
            account_id=form.cleaned_data["account"],
            name_accepted=form.cleaned_data.get("name_accepted", False),
            by=actor(request),
            at=now,
        )
    except SpendError as error:
        messages.error(request, str(error))
        return redirect("spending:pay_page", pk=pk)
    return redirect("spending:pay_wait", pk=paid.pk)


def _differs(spend: Spend) -> str:
    payee = spend.payee
    return payee.checked_name if payee and not transfers.name_matches(payee) else ""


@needs("spend.pay")
@require_GET
def pay_wait(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One payment: waiting for the bank, paid, or failed."""
    row = _payment(request, pk)
    context = {"row": row, "spend": row.spend, "events": queries.timeline(row), "is_waiting": _waits(row)}
    context |= {
        "is_stuck": unsure.is_stuck(row, at=timezone.now()),
        "contradictions": row.contradictions.open(),
        "rulings": row.rulings.all(),
    }
    return render(request, "spending/pay_wait.html", context)


@needs("spend.pay")
@require_GET
def pay_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The fragment that the waiting page asks for every three seconds."""
    row = _payment(request, pk)
    response = render(request, "spending/pay_state.html", {"row": row, "is_waiting": _waits(row)})
    if not _waits(row):
        response["HX-Refresh"] = "true"
    return response


@needs("spend.pay")
@require_POST
def pay_ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _payment(request, pk)
    try:
        now = transfers.ask_bank(disbursement_id=row.pk, by=actor(request), at=timezone.now())
        if _waits(now):
            messages.info(request, now.message or "Bank belum punya kabar. Jangan bayar dengan cara lain.")
    except SpendError as error:
        messages.error(request, str(error))
    return redirect("spending:pay_wait", pk=pk)


def _payment(request: HttpRequest, pk: UUID) -> Disbursement:
    rows = Disbursement.objects.select_related("spend__payee", "spend__opd", "account", "made_by")
    return get_object_or_404(scope(request.user, "spend.pay").filter(rows, "spend__opd"), pk=pk)


def _waits(row: Disbursement) -> bool:
    return row.state in {DisbursementState.INTENDED, DisbursementState.PENDING}
