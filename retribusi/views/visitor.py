"""The visitor's pages: choose, pay, tickets, receipt. No login; whoever holds the link may look."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opd.office.throttle import address
from opd.templatetags.tampilan import tanggal, waktu
from payments.qris import picture as qris_picture
from payments.reconciliation.queries import Lights, lights
from retribusi import catalogue, day_mark, paypage, picture, proofs, throttle
from retribusi.forms import OrderForm
from retribusi.models import CollectionPoint, Order, Ticket, TicketKey
from retribusi.paypage import Phase
from retribusi.services import ordering, paying
from retribusi.services.ordering import OrderError
from retribusi.services.paying import Answer, PayError
from retribusi.views import shared
from retribusi.views.shared import visitor


class Deed(Protocol):
    """One of the services that talk to the bank about an order."""

    def __call__(self, order: Order, *, at: datetime) -> Answer: ...


_TITLES = {
    Phase.PAID: gettext_lazy("Lunas"),
    Phase.WAITING: gettext_lazy("Menunggu pembayaran"),
    Phase.TIMED_OUT: gettext_lazy("Waktu habis"),
    Phase.EXPIRED: gettext_lazy("Kedaluwarsa"),
    Phase.PREPARING: gettext_lazy("Menyiapkan QR"),
    Phase.REFUSED: gettext_lazy("QR tidak terbit"),
    Phase.CANCELLED: gettext_lazy("Dibatalkan"),
    Phase.MISSING: gettext_lazy("QR belum dibuat"),
    Phase.VOID: gettext_lazy("Dibatalkan"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@visitor
def point(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The place: today's tariffs, hours, and one button. POST makes the order and asks the bank for its
    QR."""
    place = get_object_or_404(
        CollectionPoint.objects.shown().select_related("opd", "receiving_account"), slug=slug
    )
    today = catalogue.today(place, at=timezone.now())
    if request.method == "POST":
        return _order(request, today)
    form = OrderForm(today, initial={"kunci": ordering.new_form_key()})
    response = _point_page(request, today, form)
    response.headers["X-Robots-Tag"] = "all"
    return response


def _order(request: HttpRequest, today: catalogue.PointToday) -> HttpResponse:
    at, form = timezone.now(), OrderForm(today, request.POST)
    throttle.take(throttle.ORDERS_OF_ADDRESS, address(request), today.point.slug, at=at)
    throttle.take(throttle.ORDERS_OF_POINT, today.point.slug, at=at)
    if not form.is_valid():
        return _point_page(request, today, form, status=HTTPStatus.BAD_REQUEST)
    try:
        order = ordering.place_order(
            point=today.point, quantities=form.quantities(), form_key=form.cleaned_data["kunci"], at=at
        )
    except OrderError as error:
        form.add_error(None, str(error))
        return _point_page(request, today, form, status=HTTPStatus.BAD_REQUEST)
    if order.is_paid:
        return redirect("retribusi:tickets", token=order.token)
    if order.request_id is None:
        try:
            paying.ask_for_qr(order, at=at)
        except PayError as error:
            messages.error(request, str(error))
    return redirect("retribusi:pay", token=order.token)


def _point_page(
    request: HttpRequest, today: catalogue.PointToday, form: OrderForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    rows = [(offer, form[f"t{offer.tariff_id}"]) for offer in today.offers]
    context = {"today": today, "point": today.point, "form": form, "rows": rows, "most": ordering.MOST_OF_ONE}
    return render(request, "retribusi/titik.html", context, status=status)


@require_safe
@visitor
def order(request: HttpRequest, token: str) -> HttpResponseBase:
    """The one link worth keeping: to the payment while it is open, to the tickets once it is paid."""
    mine = get_object_or_404(Order, token=token)
    return redirect("retribusi:tickets" if mine.is_paid else "retribusi:pay", token=token)


@require_safe
@visitor
def pay(request: HttpRequest, token: str) -> HttpResponseBase:
    """The amount, the QRIS and what state it is in. Writes nothing, asks nobody."""
    now = timezone.now()
    page = paypage.page(_find(token), at=now)
    waits = page.phase is Phase.WAITING and page.request is not None
    qr = qris_picture.svg(page.request.qr_content, label=_("Kode QRIS")) if waits and page.request else ""
    returned = page.phase is Phase.PAID and paypage.is_returned(page.order)
    context = {
        "page": page,
        "order": page.order,
        "point": page.order.point,
        "qr": mark_safe(qr),  # noqa: S308 - drawn by us from modules, no text of others in it
        "now": now,
        "judul": _("Dikembalikan") if returned else _TITLES[page.phase],
        "section": f"retribusi/bayar/{'returned' if returned else page.phase}.html",
    }
    return render(request, "retribusi/bayar.html", context)


@require_safe
@visitor
def pay_state(request: HttpRequest, token: str) -> HttpResponseBase:
    """What the page asks every second: 304 while nothing changed."""
    standing = paypage.standing(token, at=timezone.now())
    if standing is None:
        return JsonResponse({"keadaan": "tidak_ada"}, status=HTTPStatus.NOT_FOUND)
    return shared.standing(request, standing.phase, standing.tag)


@require_safe
@visitor
def pay_picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """The QRIS as a picture to keep, while it can be paid; later, back to the page that says why not."""
    mine = _find(token)
    kept = shared.payable_picture(mine.request, f"qris-{mine.code.lower()}.png", at=timezone.now())
    return kept or redirect("retribusi:pay", token=token)


@require_POST
@visitor
def pay_again(request: HttpRequest, token: str) -> HttpResponseBase:
    """ "Minta QR baru" and "Coba lagi"."""
    return _deed(request, token, paying.new_qr)


@require_POST
@visitor
def pay_ask(request: HttpRequest, token: str) -> HttpResponseBase:
    """ "Tanya bank sekarang"."""
    return _deed(request, token, paying.ask_bank)


@require_POST
@visitor
def pay_cancel(request: HttpRequest, token: str) -> HttpResponseBase:
    return _deed(request, token, paying.cancel)


def _deed(request: HttpRequest, token: str, deed: Deed) -> HttpResponseRedirect:
    """One question to the bank, its answer in a sentence, and back to the page."""
    mine, at = _find(token), timezone.now()
    throttle.take(throttle.QUESTIONS_OF_ORDER, str(mine.pk), at=at)
    if not mine.is_paid:
        shared.tell(request, lambda: deed(mine, at=at))
    return redirect("retribusi:pay", token=token)


@require_safe
@visitor
def tickets(request: HttpRequest, token: str) -> HttpResponseBase:
    """Every ticket with its signed QR and spoken code; prints one under the other."""
    mine = _find(token)
    if not mine.is_paid:
        return redirect("retribusi:pay", token=token)
    rows = Ticket.objects.filter(line__order=mine).select_related("line__tariff")
    drawn = [(ticket, mark_safe(qris_picture.svg(ticket.token, label=_("Kode tiket")))) for ticket in rows]  # noqa: S308
    page, is_today = paypage.page(mine, at=timezone.now()), mine.visit_date == timezone.localdate()
    context = {
        "order": mine,
        "point": mine.point,
        "tickets": drawn,
        "page": page,
        "link": _link(request, mine),
        "mark": day_mark.of(mine.point_id, mine.visit_date) if is_today else None,
    }
    return render(request, "retribusi/tiket.html", context)


@require_safe
@visitor
def ticket_picture(request: HttpRequest, token: str, number: int) -> HttpResponseBase:
    """The ticket at place ``number`` (from 1) as a picture; one that no longer holds is told on its page."""
    mine = _find(token)
    rows = Ticket.objects.filter(line__order=mine).select_related("line__tariff")
    ticket = dict(enumerate(rows, start=1)).get(number) if mine.is_paid else None
    if ticket is None or ticket.state == Ticket.State.VOID:
        return redirect("retribusi:order", token=token)
    png = picture.ticket(
        ticket.token,
        place=mine.point.shown_name,
        what=ticket.line.shown_name,
        day=tanggal(ticket.valid_date),
        spoken=ticket.spoken,
    )
    return shared.to_keep(png, f"tiket-{mine.code.lower()}-{number}.png")


@require_safe
@visitor
def receipt(request: HttpRequest, token: str) -> HttpResponseBase:
    mine, at = _find(token), timezone.now()
    if not mine.is_paid:
        return redirect("retribusi:pay", token=token)
    lit = lights([mine.payment.pk])[mine.payment.pk] if mine.payment else None
    proof = _proof(request, mine, lit, at)
    context = {
        "order": mine,
        "point": mine.point,
        "page": paypage.page(mine, at=at),
        "payment": mine.payment,
        "lights": lit,
        "link": _link(request, mine),
        "proof": proof,
        "proof_qr": mark_safe(qris_picture.svg(proof, label=_("Kode pemeriksaan kuitansi"))),  # noqa: S308
        "printed_at": at,
    }
    return render(request, "retribusi/kuitansi.html", context)


@require_safe
@visitor
def receipt_picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """The receipt as a picture, with the proof that anyone can check."""
    mine, at = _find(token), timezone.now()
    if not mine.is_paid:
        return redirect("retribusi:pay", token=token)
    lit = lights([mine.payment.pk])[mine.payment.pk] if mine.payment else None
    png = picture.receipt(
        _proof(request, mine, lit, at),
        number=mine.receipt_number,
        amount=mine.total,
        place=mine.point.shown_name,
        paid=waktu(proofs.of_order(mine).paid_at),
        state=_standing(mine, lit),
    )
    return shared.to_keep(png, f"{mine.receipt_number.lower()}.png")


def _standing(mine: Order, lit: Lights | None) -> str:
    """What became of the money, in a word."""
    if lit and lit.levy_refunded:
        return _("Dikembalikan") if lit.all_refunded else _("Sebagian dikembalikan")
    return _("Lunas") if mine.total else _("Bebas retribusi")


def _proof(request: HttpRequest, mine: Order, lit: Lights | None, at: datetime) -> str:
    return shared.proof(request, proofs.of_order(mine), lit, at)


@require_safe
@visitor
def ticket_keys(request: HttpRequest) -> HttpResponseBase:
    """The public keys, so that a gate checks tickets without us."""
    keys = TicketKey.objects.values_list("key_id", "public_key", "valid_from")
    rows = [{"kid": kid, "ed25519": bytes(raw).hex(), "sejak": str(since)} for kid, raw, since in keys]
    return JsonResponse({"versi": 1, "kunci": rows})


def _find(token: str) -> Order:
    return get_object_or_404(
        Order.objects.select_related("point__opd", "request__receiving_account", "payment"), token=token
    )


def _link(request: HttpRequest, mine: Order) -> str:
    return request.build_absolute_uri(reverse("retribusi:order", args=[mine.token]))
