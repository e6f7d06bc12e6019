"""Other systems that read from us (Pengaturan → Akses sistem lain): the administrator's alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opd.access import actor, needs
from opd.forms import ReasonForm, carry_out, show_refusal
from opd.stepup import second_factor
from tp2dd.api import queries, services
from tp2dd.api.forms import ConsumerForm, DeliveryFilter, SubscriptionForm, TokenForm
from tp2dd.api.models import AccessToken, Consumer, Delivery, Subscription

REFUSALS = (services.ApiError, ValidationError)


@needs("api.manage")
@require_GET
def consumer_list(request: HttpRequest) -> HttpResponse:
    return render(request, "api/consumer_list.html", {"rows": queries.consumers(at=timezone.now())})


@needs("api.manage")
@require_http_methods(["GET", "POST"])
@second_factor("mendaftarkan sistem pembaca")
def consumer_create(request: HttpRequest) -> HttpResponse:
    form = ConsumerForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.register(form.draft(), by=actor(request), at=timezone.now())
        except REFUSALS as error:
            show_refusal(form, error)
        else:
            return redirect("api_settings:consumer_detail", made.pk)
    back = reverse("api_settings:consumer_list")
    return _form(request, form, "Daftarkan sistem pembaca", "Daftarkan sistem", back)


@needs("api.manage")
@require_GET
def consumer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    consumer = get_object_or_404(Consumer.objects.select_related("opd", "registered_by"), pk=pk)
    now = timezone.now()
    context = {
        "consumer": consumer,
        "is_open": consumer.is_open(on=timezone.localdate()),
        "tokens": queries.tokens(consumer, at=now),
        "subscriptions": queries.subscriptions(consumer),
        "reason": ReasonForm(),
    }
    return render(request, "api/consumer_detail.html", context)


@needs("api.manage")
@require_POST
@second_factor("menutup akses sistem")
def consumer_close(request: HttpRequest, pk: int) -> HttpResponse:
    consumer = get_object_or_404(Consumer, pk=pk)
    done = "Sistem ditutup: tokennya tidak membuka apa pun lagi dan webhook-nya berhenti."
    carry_out(
        request, ReasonForm(request.POST), services.close, done, refused=services.ApiError, consumer=consumer
    )
    return redirect("api_settings:consumer_detail", pk)


@needs("api.manage")
@require_http_methods(["GET", "POST"])
@never_cache
@second_factor("membuat token akses")
def token_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A token, shown this once."""
    consumer = get_object_or_404(Consumer, pk=pk)
    form = TokenForm(request.POST or None, initial={"until": consumer.valid_to})
    if shown := _made(request, form, consumer, services.issue, "token"):
        return shown
    return _form(request, form, f"Token untuk {consumer}", "Buat token", _page(consumer))


@needs("api.manage")
@require_POST
@second_factor("mencabut token akses")
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    access = get_object_or_404(AccessToken, pk=pk)
    done = "Token dicabut; panggilan berikutnya ditolak."
    carry_out(
        request, ReasonForm(request.POST), services.revoke, done, refused=services.ApiError, access=access
    )
    return redirect("api_settings:consumer_detail", access.consumer_id)


@needs("api.manage")
@require_http_methods(["GET", "POST"])
@never_cache
@second_factor("membuat langganan webhook")
def subscription_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A subscription; its secret is shown this once."""
    consumer = get_object_or_404(Consumer, pk=pk)
    form = SubscriptionForm(request.POST or None)
    if shown := _made(request, form, consumer, services.subscribe, "webhook"):
        return shown
    return _form(request, form, f"Webhook untuk {consumer}", "Buat langganan", _page(consumer))


@needs("api.manage")
@require_GET
def subscription_detail(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = get_object_or_404(Subscription.objects.select_related("consumer"), pk=pk)
    form = DeliveryFilter(request.GET)
    rows = queries.deliveries(subscription, state=form.word("keadaan"), kind=form.word("kejadian"))
    context = {
        "subscription": subscription,
        "form": DeliveryFilter(request.GET or None),
        "page": Paginator(rows, queries.PAGE).get_page(request.GET.get("halaman")),
        "reason": ReasonForm(),
    }
    return render(request, "api/subscription_detail.html", context)


@needs("api.manage")
@require_POST
@second_factor("menghentikan langganan webhook")
def subscription_end(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = get_object_or_404(Subscription, pk=pk)
    carry_out(
        request,
        ReasonForm(request.POST),
        services.unsubscribe,
        "Langganan berhenti; yang menunggu tidak dikirim.",
        refused=services.ApiError,
        subscription=subscription,
    )
    return redirect("api_settings:subscription_detail", pk)


@needs("api.manage")
@require_GET
def delivery_detail(request: HttpRequest, pk: object) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.select_related("subscription__consumer"), pk=pk)
    attempts = list(delivery.attempts.select_related("by"))
    return render(request, "api/delivery_detail.html", {"delivery": delivery, "attempts": attempts})


@needs("api.manage")
@require_POST
def delivery_resend(request: HttpRequest, pk: object) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.select_related("subscription"), pk=pk)
    done = "Dikirim ulang sekarang, dengan webhook-id dan isi yang sama."
    carry_out(
        request, Form(request.POST), services.resend, done, refused=services.ApiError, delivery=delivery
    )
    return redirect("api_settings:delivery_detail", pk)


def _page(consumer: Consumer) -> str:
    return reverse("api_settings:consumer_detail", args=[consumer.pk])


def _made(
    request: HttpRequest, form: Form, consumer: Consumer, deed: Callable[..., tuple[Any, str]], what: str
) -> HttpResponse | None:
    """The page with what ``deed`` made of a good form, shown once; None where the form has to be shown."""
    if not form.is_valid():
        return None
    try:
        made, key = deed(consumer=consumer, by=actor(request), at=timezone.now(), **form.cleaned_data)
    except REFUSALS as error:
        show_refusal(form, error)
        return None
    context = {"consumer": consumer, "made": made, "key": key, "what": what}
    return render(request, "api/once.html", context)


def _form(request: HttpRequest, form: Any, title: str, verb: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "action_label": verb, "cancel_url": back}
    return render(request, "snap/form.html", context)
