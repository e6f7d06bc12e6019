"""The page where a SKRD is paid. No login; whoever holds its code may look and pay."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from opd.office.throttle import address, too_often
from payments.qris import picture as qris_picture
from payments.reconciliation.queries import lights
from retribusi import throttle
from retribusi.assessments import billpage, identities, receipting
from retribusi.assessments.billpage import BillPage, Phase
from retribusi.assessments.models import Debt, Skrd
from retribusi.assessments.services import numbers, paying
from retribusi.services.paying import Answer
from retribusi.throttle import Limit, TooOften
from retribusi.views import shared
from retribusi.views.shared import visitor

MISSES = ("tagihan", 20, 600)
"""Wrong codes from one address in so many seconds; who holds a right one may look as often as they like."""
QUESTIONS = Limit("skrd-questions", 20, 600)
TITLES = {
    Phase.VOID: gettext_lazy("SKRD dibatalkan"),
    Phase.PAID: gettext_lazy("Lunas"),
    Phase.LAPSED: gettext_lazy("Hak tagih berakhir"),
    Phase.UNPAID: gettext_lazy("Belum dibayar"),
    Phase.WAITING: gettext_lazy("Menunggu pembayaran"),
    Phase.TIMED_OUT: gettext_lazy("Waktu habis"),
    Phase.PREPARING: gettext_lazy("Menyiapkan QR"),
    Phase.REFUSED: gettext_lazy("QR tidak terbit"),
}


class Deed(Protocol):
    def __call__(self, debt: Debt, *, at: datetime) -> Answer: ...


@require_safe
@visitor
def bill(request: HttpRequest, token: str) -> HttpResponseBase:
    """Amount, due day, interest so far, and the ways to pay. Writes nothing, asks nobody."""
    now, skrd = timezone.now(), _find(request, token)
    page = billpage.page(skrd, at=now)
    asked = page.next.debt.request if page.next else None
    qr = (
        qris_picture.svg(asked.qr_content, label=_("Kode QRIS"))
        if page.phase is Phase.WAITING and asked
        else ""
    )
    payments = [view.debt.payment_id for view in page.paid if view.debt.payment_id]
    lit = lights(payments) if payments else {}
    back = [
        view.debt.pk for view in page.paid
        if view.debt.payment_id and lit[view.debt.payment_id].all_refunded
    ]  # fmt: skip
    returned = page.phase is Phase.PAID and len(back) == len(page.debts)
    context = {
        "page": page, "skrd": skrd, "point": skrd.point, "asked": asked, "now": now,
        "name": identities.masked_name(skrd.document.facts["name"]), "lines": skrd.lines.all(),
        "qr": mark_safe(qr),  # noqa: S308 - drawn by us from modules, no text of others in it
        "paid": [(view, lit[view.debt.payment_id] if view.debt.payment_id else None) for view in page.paid],
        "back": back, "returned": returned, "judul": _("Dikembalikan") if returned else TITLES[page.phase],
        "va": numbers.of_debt(page.next.debt) if page.next else None,
    }  # fmt: skip
    return render(request, "retribusi/assessments/tagihan.html", context)


@require_safe
@visitor
def bill_receipt(request: HttpRequest, token: str, position: int) -> HttpResponseBase:
    """The receipt of one paid part, with its signed proof; back to the page while it is not paid."""
    now, skrd = timezone.now(), _find(request, token)
    page = billpage.page(skrd, at=now)
    view = next((view for view in page.paid if view.debt.position == position), None)
    if view is None:
        return redirect("assessments:bill", token=token)
    view.debt.skrd = skrd
    paid_by = view.debt.payment_id
    lit = lights([paid_by]).get(paid_by) if paid_by else None
    proof = shared.proof(request, receipting.of_debt(view.debt), lit, now)
    context = {
        "skrd": skrd, "point": skrd.point, "view": view, "parts": len(page.debts), "lights": lit,
        "name": identities.masked_name(skrd.document.facts["name"]), "proof": proof, "printed_at": now,
        "proof_qr": mark_safe(qris_picture.svg(proof, label=_("Kode pemeriksaan kuitansi"))),  # noqa: S308
    }  # fmt: skip
    return render(request, "retribusi/assessments/kuitansi_skrd.html", context)


@require_safe
@visitor
def bill_state(request: HttpRequest, token: str) -> HttpResponseBase:
    """What the page asks every second: 304 while nothing changed."""
    stands = billpage.standing(_find(request, token), at=timezone.now())
    return shared.standing(request, stands.phase, stands.tag)


@require_safe
@visitor
def bill_picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """The QRIS as a picture to keep, while it can be paid; later, back to the page."""
    page = _page(request, token)
    asked = page.next.debt.request if page.next else None
    kept = shared.payable_picture(asked, "qris-skrd.png", at=timezone.now())
    return kept or redirect("assessments:bill", token=token)


@require_POST
@visitor
def bill_pay(request: HttpRequest, token: str) -> HttpResponseBase:
    """ "Bayar dengan QRIS", "Minta QR baru" and "Coba lagi"."""
    return _deed(request, token, paying.ask_for_qr)


@require_POST
@visitor
def bill_ask(request: HttpRequest, token: str) -> HttpResponseBase:
    """ "Tanya bank sekarang"."""
    return _deed(request, token, paying.ask_bank)


@require_POST
@visitor
def bill_cancel(request: HttpRequest, token: str) -> HttpResponseBase:
    return _deed(request, token, paying.cancel)


def _deed(request: HttpRequest, token: str, deed: Deed) -> HttpResponseRedirect:
    """One question to the bank, its answer in a sentence, and back to the page."""
    page, at = _page(request, token), timezone.now()
    throttle.take(QUESTIONS, str(page.skrd.pk), at=at)
    if page.next is not None:
        debt = page.next.debt
        shared.tell(request, lambda: deed(debt, at=at))
    return redirect("assessments:bill", token=token)


def _page(request: HttpRequest, token: str) -> BillPage:
    return billpage.page(_find(request, token), at=timezone.now())


def _find(request: HttpRequest, token: str) -> Skrd:
    rows = Skrd.objects.select_related("document", "opd", "point__receiving_account")
    found = rows.filter(token=token).first()
    if found is None:
        name, most, seconds = MISSES
        if too_often(name, address(request), most=most, seconds=seconds):
            raise TooOften(seconds)
        raise Http404
    return found
