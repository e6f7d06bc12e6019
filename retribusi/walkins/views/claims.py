"""Uang masuk QRIS statis: what came in without a request, claimed as tickets, or taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opd.access import actor, allowed, needs, scope
from opd.forms import ReasonForm, show_refusal
from opd.office.calendar import day_of
from opd.stepup import second_factor
from payments.incoming.models import Payment
from payments.reconciliation.models import Match
from payments.reconciliation.services import ExplainError, record_as_deposit
from retribusi.catalogue import Offer
from retribusi.walkins import fitting, queries
from retribusi.walkins.errors import WalkInError
from retribusi.walkins.forms import ClaimForm, CreditFilter
from retribusi.walkins.queries import Credit
from retribusi.walkins.services import claims


@needs("walkins.claim")
@require_GET
def credit_list(request: HttpRequest) -> HttpResponse:
    """Unclaimed credits of the places in reach; a treasurer also sees what only files told of."""
    reach, today = scope(request.user, "walkins.claim"), timezone.localdate()
    form = CreditFilter(request.GET, queries.points(reach).order_by("name").values_list("pk", "name"))
    first, last = form.span(today)
    found = queries.credits(
        reach, first=first, last=last, point_id=form.number("titik"), claimed=form.claimed
    )
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    resolves = allowed(request.user, "reconciliation.resolve")
    context = {
        "form": form, "page": page, "rows": queries.with_places(list(page)), "claimed": form.claimed,
        "total": queries.amount_of(found), "is_filtered": bool(request.GET), "today": today,
        "lines": queries.of_files(scope(request.user, "reconciliation.resolve"))[:50] if resolves else [],
    }  # fmt: skip
    return render(request, "retribusi/walkins/uang_daftar.html", context)


@needs("walkins.claim")
@require_http_methods(["GET", "POST"])
def credit_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One credit: what it may have paid for, one press each, or any number typed."""
    credit = _find(request, pk)
    offers = claims.offers_of(credit.point, credit.payment)
    sent = request.method == "POST"
    form = ClaimForm(offers, request.POST if sent else None)
    if sent and form.is_valid():
        try:
            order = claims.claim(
                payment_id=pk, quantities=form.quantities(), form_key=form.cleaned_data["kunci"],
                by=actor(request), at=timezone.now(),
            )  # fmt: skip
        except WalkInError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Diklaim sebagai pesanan {order.spoken}; tiketnya terbit.")
            return redirect("walkins:credit_detail", pk=pk)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(
        request, "retribusi/walkins/uang_rinci.html", _context(request, credit, form), status=status
    )


def _context(request: HttpRequest, credit: Credit, form: ClaimForm) -> dict[str, Any]:
    payment = credit.payment
    prices = {offer.tariff_id: offer.amount for offer in form.offers}
    choices = [] if credit.order else fitting.fits(payment.amount, prices)
    may_undo = credit.order is not None and allowed(request.user, "walkins.undo", opd=payment.opd_id)
    history = queries.history(payment)
    claim = next((row for row in history if row.undone_at is None), None)
    fresh = claim is not None and day_of(claim.recognised_at) == timezone.localdate()
    return {
        "credit": credit, "payment": payment, "form": form, "history": history,
        "choices": [(_words(form.offers, choice), choice) for choice in choices],
        "rows": [(offer, form[f"t{offer.tariff_id}"]) for offer in form.offers],
        "settled": Match.objects.standing().filter(payment=payment).exists(),
        "may_undo": may_undo and fresh, "reason": ReasonForm(),
    }  # fmt: skip


def _words(offers: Sequence[Offer], choice: Mapping[int, int]) -> str:
    """A choice in the order of the board: "2 Dewasa, 1 Anak"."""
    chosen = [offer for offer in offers if offer.tariff_id in choice]
    return ", ".join(f"{choice[offer.tariff_id]} {offer.name}" for offer in chosen)


@needs("walkins.undo")
@second_factor("membatalkan klaim uang QRIS statis")
@require_POST
def credit_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    get_object_or_404(scope(request.user, "walkins.undo").filter(Payment.objects.all()), pk=pk)
    try:
        claims.undo(payment_id=pk, reason=reason, by=actor(request), at=timezone.now())
    except WalkInError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Klaim dibatalkan: tiketnya tidak berlaku, uangnya menjadi titipan lagi.")
    return redirect("walkins:credit_detail", pk=pk)


@needs("reconciliation.resolve")
@second_factor("mencatat uang yang hanya ada di berkas bank")
@require_POST
def line_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Book a credit that only the settlement file told of; then it can be claimed as any other."""
    row = get_object_or_404(queries.of_files(scope(request.user, "reconciliation.resolve")), pk=pk)
    try:
        done = record_as_deposit(
            exception_id=row.pk, reason="Uang QRIS statis, untuk diklaim.", by=actor(request),
            at=timezone.now(),
        )  # fmt: skip
    except ExplainError as error:
        messages.error(request, str(error))
        return redirect("walkins:credit_list")
    match = Match.objects.standing().get(line=done.settlement_line)
    messages.success(request, "Uang dicatat sebagai titipan. Sekarang pilih tiketnya.")
    return redirect("walkins:credit_detail", pk=match.payment_id)


def _find(request: HttpRequest, pk: UUID) -> Credit:
    places = queries.points(scope(request.user, "walkins.claim")).values("receiving_account")
    rows = Payment.objects.filter(request=None, receiving_account__in=places)
    return queries.with_places([get_object_or_404(rows.select_related("receiving_account"), pk=pk)])[0]
