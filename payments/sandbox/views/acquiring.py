"""The pages of the bank: a phone that pays, and a counter where its behaviour and its days are set."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from payments.qris import picture as qr_picture
from payments.sandbox import behaviour, files, outcomes
from payments.sandbox import days as bank_days
from payments.sandbox import phone as handset
from payments.sandbox import printed as printed_codes
from payments.sandbox.forms import (
    BehaviourForm,
    CloseForm,
    FindForm,
    PressForm,
    PrintedForm,
    RateForm,
    parsed,
)
from payments.sandbox.models import (
    SERVICE_LABELS,
    Attempt,
    BankDay,
    BankFile,
    Behaviour,
    Call,
    MerchantRate,
    Notice,
    Partner,
    Payment,
    Qr,
    Refund,
    Tap,
)
from payments.sandbox.outcomes import Outcome
from payments.sandbox.partners import credentials
from payments.snap.codes import Service

_LIST = 30


@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """The wallet's first page: the list, and a field for a QRIS as text or picture."""
    form = FindForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if data["qr"] is None:
            return redirect(f"{reverse('sandbox:printed')}?{urlencode({'isi': data['content']})}")
        return redirect("sandbox:qr", data["qr"].reference_no)
    status = 422 if request.method == "POST" else 200
    return render(request, "phone.html", {"form": form, **_waiting()}, status=status)


@require_GET
def open_list(request: HttpRequest) -> HttpResponse:
    """The list alone, for the page that keeps it fresh."""
    return render(request, "_list.html", _waiting())


def _waiting() -> dict[str, Any]:
    now = timezone.now()
    payable = Qr.objects.payable(at=now).newest()
    return {
        "open_qrs": payable.filter(valid_until__gt=now)[:_LIST],
        "expired_qrs": payable.filter(valid_until__lte=now)[:_LIST],
    }


@require_http_methods(["GET", "POST"])
def printed(request: HttpRequest) -> HttpResponse:
    """A printed QRIS (``isi`` in the address): whose it is, and the amount to be typed."""
    try:
        payload = parsed(request.GET.get("isi", ""))
    except ValidationError:
        return redirect("sandbox:phone")
    form = PrintedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            typed = printed_codes.type_amount(payload, form.cleaned_data["amount"], at=timezone.now())
            return redirect("sandbox:qr", typed.reference_no)
        except printed_codes.PrintedError as error:
            form.add_error(None, str(error))
    status = 422 if request.method == "POST" else 200
    return render(request, "printed.html", {"form": form, "payload": payload}, status=status)


@require_http_methods(["GET", "POST"])
def qr(request: HttpRequest, reference_no: str) -> HttpResponse:
    """One QRIS: who asks for how much, and what shall happen when it is paid."""
    found = get_object_or_404(Qr, reference_no=reference_no)
    state = found.state(at=timezone.now())
    offered = outcomes.choices(state, found.partner, printed=found.printed)
    initial = {"tap": uuid4(), "outcome": offered[0] if offered else "", "delay_seconds": 10}
    # A press that was possible when the page was drawn is judged by the service, not by the form.
    form = PressForm(
        request.POST or None, initial=initial, offered=list(Outcome) if request.POST else offered
    )
    if request.method == "POST" and form.is_valid():
        try:
            tap = handset.press(
                tap_id=form.cleaned_data["tap"],
                qr=found,
                outcome=form.cleaned_data["outcome"],
                delay_seconds=form.cleaned_data["delay_seconds"],
                at=timezone.now(),
            )
            return redirect("sandbox:result", tap.pk)
        except handset.PhoneError as error:
            form.add_error(None, str(error))
    status = 422 if request.method == "POST" else 200
    return render(request, "qr.html", _qr_page(found, form, offered), status=status)


def _qr_page(found: Qr, form: PressForm, offered: list[Outcome]) -> dict[str, Any]:
    groups: dict[str, list[tuple[Outcome, outcomes.Words]]] = {}
    for item in offered:
        words = outcomes.words(item, printed=found.printed)
        groups.setdefault(words.group, []).append((item, words))
    gone = Refund.objects.filter(payment__qr=found).select_related("payment")
    state = found.state(at=timezone.now())
    return {"qr": found, "state": state, "form": form, "groups": groups, "refunds": gone}


@require_GET
def picture(request: HttpRequest, reference_no: str) -> HttpResponse:
    """The PNG that ``qrUrl`` of a generate answer names."""
    found = get_object_or_404(Qr, reference_no=reference_no)
    return HttpResponse(qr_picture.png(found.qr_content), content_type="image/png")


@require_GET
def result(request: HttpRequest, tap_id: str) -> HttpResponse:
    """What was done, and what the app should do now."""
    return render(request, "result.html", _result(tap_id))


@require_GET
def result_notices(request: HttpRequest, tap_id: str) -> HttpResponse:
    return render(request, "_result.html", _result(tap_id))


def _result(tap_id: str) -> dict[str, Any]:
    tap = get_object_or_404(Tap.objects.select_related("qr"), pk=tap_id)
    sent = tap.notices.order_by("due_at", "pk").prefetch_related("attempts")
    return {
        "tap": tap,
        "words": outcomes.words(Outcome(tap.outcome), printed=tap.qr.printed),
        "payments": tap.payments.all(),
        "notices": sent,
        "guest": tap.qr.partner == Partner.GUEST,
    }


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """The outbox: the newest notices with each attempt."""
    attempts = Prefetch("attempts", Attempt.objects.order_by("at"))
    newest = Notice.objects.select_related("tap__qr", "payment").prefetch_related(attempts)[:_LIST]
    fragment = request.headers.get("X-Fragment") == "1"
    template = "_notices.html" if fragment else "notices.html"
    return render(request, template, {"notices": newest})


@require_http_methods(["GET", "POST"])
def behaviours(request: HttpRequest) -> HttpResponse:
    """How the bank treats the app's next calls, and the calls it had."""
    form = BehaviourForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _plan(form)
            return redirect("sandbox:behaviours")
        except behaviour.BehaviourError as error:
            form.add_error(None, str(error))
    planned = {row.service: row for row in Behaviour.objects.filter(remaining__gt=0)}
    context = {
        "form": form,
        "planned": [(SERVICE_LABELS[item.code], planned.get(item.code)) for item in behaviour.SERVICES],
        "calls": Call.objects.all()[:_LIST],
    }
    return render(request, "behaviours.html", context, status=422 if form.errors else 200)


def _plan(form: BehaviourForm) -> None:
    data = form.cleaned_data
    service: Service = data["service"]
    behaviour.plan(
        service, mode=data["mode"], case=data["case"], times=data["times"], seconds=data["seconds"] or 0
    )


@require_GET
def days(request: HttpRequest) -> HttpResponse:
    """The bank's business days and their files."""
    return _days(request)


def _days(request: HttpRequest, error: str = "") -> HttpResponse:
    opened = BankDay.objects.filter(closed_at=None).first()
    due = Payment.objects.filter(settled_on=None, qr__partner=Partner.OURS, refunds=None)
    rates = dict(MerchantRate.objects.values_list("merchant_id", "percent"))
    merchants = credentials().by_slug(Partner.OURS).merchants
    context = {
        "day": opened.date if opened else bank_days.today(timezone.now()),
        "balance": opened.opening_balance if opened else bank_days.FIRST_BALANCE,
        "due": due.aggregate(count=Count("pk"), total=Sum("amount")),
        "closed": BankDay.objects.exclude(closed_at=None).prefetch_related("files")[:_LIST],
        "troubles": files.TROUBLES,
        "merchants": [(merchant, rates.get(merchant.merchant_id, 0)) for merchant in merchants],
        "error": error,
    }
    return render(request, "days.html", context, status=422 if error else 200)


@require_POST
def close_day(request: HttpRequest) -> HttpResponse:
    """Close the business day that the form names; a second press finds it closed and says so."""
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _days(request, "Hari tidak ditutup: pilihan pada formulir tidak dikenal.")
    day, troubles = form.cleaned_data["day"], form.cleaned_data["troubles"]
    try:
        bank_days.close(day=day, troubles=troubles, at=timezone.now())
    except bank_days.DayError as error:
        return _days(request, str(error))
    return redirect("sandbox:days")


@require_POST
def set_rate(request: HttpRequest) -> HttpResponse:
    """The merchant discount rate of one merchant, from the next close on."""
    form = RateForm(request.POST)
    known = {merchant.merchant_id for merchant in credentials().by_slug(Partner.OURS).merchants}
    if not form.is_valid() or form.cleaned_data["merchant_id"] not in known:
        return _days(request, "Tarif MDR harus antara 0 dan 10 persen, paling banyak dua angka desimal.")
    MerchantRate.objects.update_or_create(
        merchant_id=form.cleaned_data["merchant_id"], defaults={"percent": form.cleaned_data["percent"]}
    )
    return redirect("sandbox:days")


@require_GET
def bank_file(request: HttpRequest, name: str) -> HttpResponse:
    found = get_object_or_404(BankFile, name=name)
    response = HttpResponse(found.content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """For whoever starts the bank: it answers once its tables are there."""
    return JsonResponse({"status": "ok", "qrs": Qr.objects.count()})
