"""/kkpd/kartu/: cards by decree, for the administrator; holders see their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opd.access import actor, allowed, needs, scope
from opd.forms import ReasonForm
from opd.models import AuditEvent, Opd, User
from opd.planning import queries as planning
from opd.planning.models import PurseKind
from opd.stepup import second_factor
from payments.kkpd import queries, services, status
from payments.kkpd.forms import CardForm, LimitForm
from payments.kkpd.models import Card
from payments.kkpd.services import CardDraft
from payments.kkpd.views.shared import REFUSALS, refuse, try_deed


@needs("kkpd.view")
@require_GET
def card_list(request: HttpRequest) -> HttpResponse:
    user, today = actor(request), timezone.localdate()
    rows = list(queries.cards(user))
    context = {
        "rows": [(card, *_state(card)) for card in rows],
        "purses": _purses({card.opd for card in rows}, today.year),
        "limit": sum((card.limit for card in rows), queries.ZERO),
        "used": sum((card.used for card in rows), queries.ZERO),
        "may_manage": allowed(user, "kkpd.cards"),
        "unset": _unset(user, today.year),
    }
    return render(request, "kkpd/card_list.html", context)


def _unset(user: User, year: int) -> list[tuple[Opd, planning.PurseFigure]]:
    """The treasurer's agencies whose UP KKPD is not what their decree says."""
    offices = scope(user, "kkpd.settle").filter(Opd.objects.valid(on=timezone.localdate()), "pk")
    return [
        (office, figure)
        for office in (offices[:6] if scope(user, "kkpd.settle") else [])
        for figure in planning.purses(office.pk, year)
        if figure.kind == PurseKind.UP_KKPD and figure.share is not None and figure.share != figure.limit
    ]


@needs("kkpd.settle")
@require_POST
@second_factor("mengubah limit UP KKPD")
def purse_limit(request: HttpRequest) -> HttpResponse:
    office = request.POST.get("opd", "")
    reach = scope(request.user, "kkpd.settle")
    opd = get_object_or_404(
        reach.filter(Opd.objects.all(), "pk"), pk=int(office) if office.isdecimal() else 0
    )
    done = "Limit UP KKPD sekarang sama dengan SK."
    try_deed(request, services.set_limit, done=done, opd_id=opd.pk, year=timezone.localdate().year)
    return redirect("kkpd:card_list")


def _state(card: Card) -> tuple[str, str]:
    today = timezone.localdate()
    if card.blocked_at:
        return "bad", "Diblokir"
    if today > card.valid_to:
        return "bad", "Habis masa berlaku"
    return ("ok", "Aktif") if card.in_force(today) else ("wait", "Belum berlaku")


def _purses(offices: set[Any], year: int) -> list[tuple[str, planning.PurseFigure]]:
    """UP KKPD of each agency whose cards are shown (few: a person's own agencies)."""
    return [
        (office.short_name, figure)
        for office in sorted(offices, key=lambda one: one.name)[:6]
        for figure in planning.purses(office.pk, year)
        if figure.kind == PurseKind.UP_KKPD
    ]


@needs("kkpd.cards")
@require_http_methods(["GET", "POST"])
@second_factor("mendaftarkan kartu")
def card_new(request: HttpRequest) -> HttpResponse:
    form = CardForm(request.POST or None, reach=scope(request.user, "kkpd.cards"))
    if form.is_valid():
        given = dict(form.cleaned_data)
        opd, holder = given.pop("opd"), given.pop("holder")
        draft = CardDraft(holder_id=holder.pk, **given)
        try:
            card = services.register_card(opd_id=opd.pk, draft=draft, by=actor(request), at=timezone.now())
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, "Kartu didaftarkan.")
            return redirect("kkpd:card_detail", card.pk)
    return render(request, "kkpd/card_new.html", {"form": form})


@needs("kkpd.view")
@require_GET
def card_detail(request: HttpRequest, pk: int) -> HttpResponse:
    card, user = _visible(request, pk), actor(request)
    rows = queries.lines(user).filter(card=card)[:50]
    events = AuditEvent.objects.filter(subject_type="kkpd.card", subject_id=str(card.pk))
    context = {
        "card": card,
        "state": _state(card),
        "rows": [(row, status.of_line(row)) for row in rows],
        "may_manage": allowed(user, "kkpd.cards", opd=card.opd_id),
        "reason": ReasonForm(),
        "limit": LimitForm(),
        "events": events.select_related("by").order_by("at", "pk"),
    }
    return render(request, "kkpd/card_detail.html", context)


@needs("kkpd.cards")
@require_POST
@second_factor("memblokir kartu")
def card_block(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _change(request, pk, services.block_card, done="Kartu diblokir mulai hari ini.", reason=reason)


@needs("kkpd.cards")
@require_POST
@second_factor("membuka blokir kartu")
def card_unblock(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, services.unblock_card, done="Blokir kartu dibuka.")


@needs("kkpd.cards")
@require_POST
@second_factor("mengubah limit kartu")
def card_limit(request: HttpRequest, pk: int) -> HttpResponse:
    form = LimitForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Isi limit baru dan nomor SK-nya. Limit tidak berubah.")
        return redirect("kkpd:card_detail", pk)
    return _change(request, pk, services.change_limit, done="Limit kartu diubah.", **form.cleaned_data)


def _change(
    request: HttpRequest, pk: int, deed: Callable[..., Any], *, done: str, **facts: Any
) -> HttpResponse:
    card = _visible(request, pk)
    try_deed(request, deed, done=done, card_id=card.pk, **facts)
    return redirect("kkpd:card_detail", pk)


def _visible(request: HttpRequest, pk: int) -> Card:
    return get_object_or_404(queries.cards(actor(request)), pk=pk)
