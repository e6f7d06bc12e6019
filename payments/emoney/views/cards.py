"""The register of cards, one card, and what must come to zero at the year's end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, require
from opd.forms import show_refusal
from opd.office.exports import csv_response
from opd.stepup import second_factor
from payments.emoney import queries, services
from payments.emoney.errors import EmoneyError
from payments.emoney.forms import CardForm, CardSentence, EndForm, ReasonForm
from payments.emoney.models import Card
from payments.emoney.queries import CardRow

_COLUMNS = (
    *("opd", "penerbit", "kartu", "pemegang", "keadaan", "saldo_buku", "saldo_penerbit", "per"),
    *("belum_dipertanggungjawabkan", "isi_ulang", "dibebankan", "kembali"),
)


@needs("emoney.view")
@require_GET
@reads_replica
def card_list(request: HttpRequest) -> HttpResponseBase:
    user, today = actor(request), timezone.localdate()
    form = CardSentence(request.GET, offices=queries.offices(user))
    rows = queries.rows_of(queries.found(user, form.where, on=today), on=today)
    if request.GET.get("unduh") == "csv":
        return csv_response("kartu-uang-elektronik.csv", _COLUMNS, map(_cells, rows))
    context = {
        "form": form,
        "page": Paginator(rows, 50).get_page(request.GET.get("halaman")),
        "totals": queries.totals(rows),
        "may_manage": allowed(user, "emoney.manage"),
        "is_filtered": bool(request.GET),
    }
    return render(request, "emoney/card_list.html", context)


def _cells(row: CardRow) -> tuple[object, ...]:
    card, money = row.card, row.balance
    return (
        *(card.opd.name, card.issuer, card.masked, card.holder.name, row.state_label),
        *(money.advance, money.on_history, money.history_at, money.open),
        *(money.topped_up, money.charged, money.returned),
    )


@needs("emoney.view")
@require_GET
@reads_replica
def year_end(request: HttpRequest) -> HttpResponseBase:
    """Cards with something left: at the year's end UP and e-money go to zero."""
    user, today = actor(request), timezone.localdate()
    rows = queries.with_balance(queries.rows_of(queries.visible(user), on=today))
    if request.GET.get("unduh") == "csv":
        return csv_response("kartu-harus-nol.csv", _COLUMNS, map(_cells, rows))
    last = date(today.year, 12, 31)
    context = {"rows": rows, "totals": queries.totals(rows), "last": last, "days": (last - today).days}
    return render(request, "emoney/year_end.html", context)


@needs("emoney.manage")
@require_http_methods(["GET", "POST"])
def card_new(request: HttpRequest) -> HttpResponse:
    user, today = actor(request), timezone.localdate()
    form = CardForm(request.POST or None, reach=require(user, "emoney.manage"), on=today)
    if request.method == "POST" and form.is_valid():
        try:
            card = services.register_card(draft=_draft(form), by=user, at=timezone.now())
        except EmoneyError as error:
            refuse(form, error)
        else:
            messages.success(request, f"Kartu {card.masked} terdaftar. Berikutnya, isi saldonya.")
            return redirect("emoney:card_detail", pk=card.pk)
    return render(request, "emoney/card_new.html", {"form": form})


def _draft(form: CardForm) -> services.CardDraft:
    given = dict(form.cleaned_data)
    return services.CardDraft(opd_id=given.pop("opd").pk, holder_id=given.pop("holder").pk, **given)


def refuse(form: Any, error: EmoneyError) -> None:
    """A service's refusal beside the field it is about, else above the form."""
    if error.field in form.fields:
        form.add_error(error.field, str(error))
    else:
        show_refusal(form, error)


def visible_card(request: HttpRequest, pk: int) -> Card:
    return get_object_or_404(queries.visible(actor(request)), pk=pk)


@needs("emoney.view")
@require_GET
def card_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user, today = actor(request), timezone.localdate()
    card = visible_card(request, pk)
    (row,) = queries.rows_of([card], on=today)
    lines = Paginator(queries.movements(card), 30).get_page(request.GET.get("halaman"))
    context = {
        "card": card,
        "row": row,
        "limit": queries.limit(card, today),
        "page": lines,
        "lines": [(line, queries.step_of(line) if line.kind == "buy" else None) for line in lines],
        "top_ups": queries.top_ups(card)[:20],
        "returns": queries.returns(card)[:20],
        "events": queries.timeline(card),
        "may_manage": allowed(user, "emoney.manage", opd=card.opd_id),
        "reason_form": ReasonForm(),
        "end_form": EndForm(initial={"valid_to": today}),
    }
    return render(request, "emoney/card_detail.html", context)


@needs("emoney.manage")
@require_POST
@second_factor("memblokir kartu")
def card_block(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _act(request, pk, services.block_card, "Kartu diblokir; isi ulangnya berhenti.", reason=reason)


@needs("emoney.manage")
@require_POST
@second_factor("membuka blokir kartu")
def card_unblock(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, services.unblock_card, "Blokir dibuka; kartu dapat diisi lagi.")


@needs("emoney.manage")
@require_POST
@second_factor("mengakhiri kartu")
def card_end(request: HttpRequest, pk: int) -> HttpResponse:
    visible_card(request, pk)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Isi hari terakhirnya. Kartu belum diakhiri.")
        return redirect("emoney:card_detail", pk=pk)
    done, day = "Kartu diakhiri; riwayatnya tetap tersimpan.", form.cleaned_data["valid_to"]
    return _act(request, pk, services.end_card, done, valid_to=day)


def _act(request: HttpRequest, pk: int, deed: Callable[..., object], done: str, **given: Any) -> HttpResponse:
    """Do something to a visible card, say how it went, and go back to it."""
    visible_card(request, pk)
    try:
        deed(card_id=pk, by=actor(request), at=timezone.now(), **given)
    except EmoneyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("emoney:card_detail", pk=pk)
