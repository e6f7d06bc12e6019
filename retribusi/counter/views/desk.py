"""The officer's phone: sell, show the QR, see Lunas, find an order, ask the bank."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opd.access import actor, needs, scope
from payments.books.notes import NOTES
from payments.qris import picture
from retribusi import catalogue, paypage, throttle
from retribusi.catalogue import PointToday
from retribusi.counter import choices, queries
from retribusi.counter.errors import CounterError
from retribusi.counter.forms import OTHER, SaleForm, SearchForm
from retribusi.counter.models import Sale, Shift
from retribusi.counter.services import selling, shifts
from retribusi.hours import Door
from retribusi.models import Order, Ticket
from retribusi.paypage import Phase
from retribusi.services import ordering, paying
from retribusi.services.paying import Answer, Outcome, PayError

SENTENCES = {
    Outcome.UNPAID: "Jawaban bank: belum ada pembayaran untuk QR ini.",
    Outcome.SILENT: "Bank belum menjawab. Sistem terus bertanya; uang yang sudah dibayar tidak hilang.",
    Outcome.PENDING: "Bank belum memastikan QR ini tidak dibayar, jadi pesanan belum dibatalkan.",
    Outcome.JUST_ASKED: "Bank baru saja ditanya. Tunggu beberapa detik.",
}
DEEDS: dict[str, Callable[..., Answer]] = {
    "tanya": paying.ask_bank,
    "qr-baru": paying.new_qr,
    "batal": paying.cancel,
}


@needs("counter.sell")
@never_cache
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Today's tariffs as big buttons and the ways to pay; without a shift, on to opening one."""
    shift = shifts.open_of(actor(request))
    if shift is None:
        if request.method == "POST":
            messages.error(
                request, "Shift Anda sudah ditutup; belum ada yang dijual. Buka shift baru dahulu."
            )
        return redirect("counter:shift_open")
    today = catalogue.today(shift.point, at=timezone.now())
    if request.method == "POST":
        return _sell(request, shift, today)
    return _desk_page(request, shift, today, SaleForm(today, initial=_initial(request, shift)))


def _initial(request: HttpRequest, shift: Shift) -> dict[str, Any]:
    """A fresh key, and the numbers of the order that is repeated."""
    found: dict[str, Any] = {"kunci": ordering.new_form_key()}
    again = request.GET.get("ulang", "")
    for sale in queries.last_sales(shift) if again else []:
        if str(sale.order_id) == again:
            found |= {f"t{line.tariff_id}": line.quantity for line in sale.order.lines.filter(reduction=None)}
    return found


def _sell(request: HttpRequest, shift: Shift, today: PointToday) -> HttpResponse:
    form, at = SaleForm(today, request.POST), timezone.now()
    if not form.is_valid():
        return _desk_page(request, shift, today, form)
    try:
        sale = selling.sell(basket=form.basket(request.POST), by=actor(request), at=at)
    except CounterError as error:
        form.add_error(None, str(error))
        return _desk_page(request, shift, today, form)
    except ValueError:
        raise Http404 from None
    _ask_for_qr(request, sale.order, at)
    return redirect("counter:order", pk=sale.order_id)


def _ask_for_qr(request: HttpRequest, order: Order, at: datetime) -> None:
    if order.is_paid or order.request_id is not None:
        return
    try:
        paying.ask_for_qr(order, at=at)
    except PayError as error:
        messages.error(request, str(error))


def _desk_page(request: HttpRequest, shift: Shift, today: PointToday, form: SaleForm) -> HttpResponse:
    rows = [(offer, form[f"t{offer.tariff_id}"], form[f"g{offer.tariff_id}"]) for offer in today.offers]
    context = {
        "shift": shift, "today": today, "form": form, "rows": rows, "most": selling.MOST_OF_ONE,
        "cash_reasons": choices.cash_reasons(today.day), "hours_reasons": choices.hours_reasons(today.day),
        "after_hours": today.now.door is not Door.OPEN, "closed": today.now.door is Door.CLOSED,
        "other": OTHER, "last": queries.last_sales(shift),
    }  # fmt: skip
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "retribusi/counter/jual.html", context, status=status)


@needs("counter.sell")
@never_cache
@require_GET
def order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One order, for the officer to turn towards the customer: the QR, or Lunas and the tickets' code."""
    mine = _find(request, pk)
    page = paypage.page(mine, at=timezone.now())
    waits = page.phase is Phase.WAITING and page.request is not None
    code = page.request.qr_content if waits and page.request else ""
    link = request.build_absolute_uri(reverse("retribusi:order", args=[mine.token])) if mine.is_paid else ""
    context = {
        "page": page, "order": mine, "now": timezone.now(), "link": link,
        "returned": mine.is_paid and paypage.is_returned(mine),
        "sale": Sale.objects.select_related("shift__officer").filter(order=mine).first(),
        "change": _change(mine) if mine.channel == Order.Channel.CASH else [],
        "qr": _svg(code, "Kode QRIS"), "ticket_qr": _svg(link, "Tautan tiket"),
        "tickets": Ticket.objects.filter(line__order=mine).select_related("line__tariff")[:12],
        "count": Ticket.objects.filter(line__order=mine).count(),
    }  # fmt: skip
    return render(request, "retribusi/counter/pesanan.html", context)


@needs("counter.sell")
@never_cache
@require_GET
def slip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Receipt and tickets for a 58 mm printer; before the money, back to the order."""
    mine = _find(request, pk)
    if not mine.is_paid:
        return redirect("counter:order", pk=pk)
    rows = Ticket.objects.filter(line__order=mine).select_related("line__tariff")
    tickets = [(ticket, _svg(ticket.token, f"Kode tiket {ticket.spoken}")) for ticket in rows]
    return render(request, "retribusi/counter/struk.html", {"order": mine, "tickets": tickets})


def _change(mine: Order) -> list[tuple[Decimal, Decimal]]:
    """Notes that a visitor may hand over for it, and what goes back."""
    notes = [Decimal(value) for value in reversed(NOTES) if value > mine.total and value != 75_000]
    return [(note, note - mine.total) for note in notes[:3]]


def _svg(text: str, label: str) -> str:
    return mark_safe(picture.svg(text, label=label)) if text else ""  # noqa: S308 - drawn by us from modules


@needs("counter.sell")
@require_POST
def order_deed(request: HttpRequest, pk: UUID, word: str) -> HttpResponse:
    """ "Tanya bank sekarang", a new QR, or giving the order up."""
    mine, at = _find(request, pk), timezone.now()
    if word not in DEEDS:
        raise Http404
    back = redirect("counter:order", pk=pk)
    if mine.is_paid:
        return back
    try:
        throttle.take(throttle.QUESTIONS_OF_ORDER, str(mine.pk), at=at)
        answer = DEEDS[word](mine, at=at)
    except throttle.TooOften:
        messages.warning(request, "Bank sudah sering ditanya tentang pesanan ini. Tunggu beberapa menit.")
    except PayError as error:
        messages.error(request, str(error))
    else:
        if answer.outcome in SENTENCES:
            messages.info(request, SENTENCES[answer.outcome])
    return back


@needs("counter.sell")
@never_cache
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Today's orders by amount, minute or code: "saya sudah bayar"."""
    form = SearchForm(request.GET)
    asked = any(form.given(name) for name in ("jumlah", "jam", "kode"))
    found = queries.search(
        scope(request.user, "counter.sell"), amount=form.given("jumlah"), minute=form.given("jam"),
        code=form.code, at=timezone.now(),
    ) if asked else []  # fmt: skip
    return render(request, "retribusi/counter/cari.html", {"form": form, "found": found, "asked": asked})


def _find(request: HttpRequest, pk: UUID) -> Order:
    rows = Order.objects.select_related("point__opd", "request__receiving_account", "payment")
    return get_object_or_404(scope(request.user, "counter.sell").filter(rows, "point__opd"), pk=pk)
