"""Purchases not yet accounted for, one line of a history, and the treasurer's part in it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, require
from opd.office import attachments, rules
from opd.office.exports import csv_response
from opd.stepup import second_factor
from payments.emoney import queries, services
from payments.emoney.errors import EmoneyError
from payments.emoney.forms import ChargeForm, ReasonForm, TapSentence
from payments.emoney.models import Movement, MovementKind
from payments.spending.rules import CHECKS

_COLUMNS = (
    *("opd", "pemegang", "kartu", "waktu", "merchant", "terminal", "nilai", "rujukan"),
    *("tahap", "menunggu", "batas_lapor"),
)


@needs("emoney.view")
@require_GET
@reads_replica
def tap_list(request: HttpRequest) -> HttpResponseBase:
    """What holders bought and nobody has accounted for: their exposure."""
    user, today = actor(request), timezone.localdate()
    form = TapSentence(request.GET, offices=queries.offices(user))
    cards = queries.visible(user)
    if office := form.number("opd"):
        cards = cards.filter(opd=office)
    found = queries.narrowed(queries.open_taps(cards), form.word("tahap"))
    days = int(rules.value("emoney.report_days", today))
    if request.GET.get("unduh") == "csv":
        rows = (_cells(tap, days) for tap in found.iterator(2000))
        return csv_response("uang-elektronik-belum.csv", _COLUMNS, rows)
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    count, amount = queries.sums(found)
    late = today - timedelta(days=days)
    context = {
        "form": form,
        "page": page,
        "rows": [(tap, queries.step_of(tap), tap.day < late) for tap in page],
        "count": count,
        "amount": amount,
        "days": days,
        "may_manage": allowed(user, "emoney.manage"),
        "is_filtered": bool(request.GET),
    }
    return render(request, "emoney/tap_list.html", context)


def _cells(tap: Movement, days: int) -> tuple[object, ...]:
    step = queries.step_of(tap)
    return (
        *(tap.card.opd.name, tap.card.holder.name, tap.card.masked, tap.at, tap.merchant, tap.terminal),
        *(tap.amount, tap.reference_no, step.label, step.waits, queries.deadline(tap, days=days)),
    )


@needs("emoney.view")
@require_GET
def movement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, visible_movement(request, pk), ChargeForm(initial={"checks": list(CHECKS)}))


def _detail(request: HttpRequest, row: Movement, form: ChargeForm) -> HttpResponse:
    user = actor(request)
    step = queries.step_of(row) if row.kind == MovementKind.BUY else None
    manages = allowed(user, "emoney.manage", opd=row.card.opd_id)
    code = step.code if step else ""
    context = {
        "row": row,
        "card": row.card,
        "step": step,
        "form": form,
        "reason_form": ReasonForm(),
        "receipts": attachments.of(row.spend) if row.spend else [],
        "events": queries.timeline_of(row),
        "is_mine": row.card.holder_id == user.pk,
        "may_charge": manages and code == "ready",
        "may_repay": manages and code in {"unreported", "returned"},
        "may_explain": manages and step is None and not (row.top_up_id or row.given_back_id),
        "may_open_spend": row.spend and allowed(user, "spend.view", opd=row.card.opd_id),
    }
    return render(request, "emoney/movement_detail.html", context)


def visible_movement(request: HttpRequest, pk: int) -> Movement:
    rows = Movement.objects.filter(card__in=queries.visible(actor(request)))
    related = ("card__holder", "card__opd", "spend__line", "top_up", "given_back", "explained_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


@needs("emoney.manage")
@require_POST
@second_factor("membebankan transaksi kartu ke anggaran")
def movement_charge(request: HttpRequest, pk: int) -> HttpResponse:
    row = visible_movement(request, pk)
    form = ChargeForm(request.POST)
    if not form.is_valid():
        return _detail(request, row, form)
    try:
        services.charge(
            movement_id=pk, checks=form.results, note=form.cleaned_data["note"], by=actor(request),
            at=timezone.now(),
        )  # fmt: skip
    except EmoneyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Transaksi dibebankan ke anggaran; uang muka pada kartu berkurang.")
    return redirect("emoney:movement_detail", pk=pk)


@needs("emoney.manage")
@require_POST
def movement_explain(request: HttpRequest, pk: int) -> HttpResponse:
    visible_movement(request, pk)
    require(actor(request), "emoney.manage")
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.explain(movement_id=pk, reason=reason, by=actor(request), at=timezone.now())
    except EmoneyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Penjelasan dicatat.")
    return redirect("emoney:movement_detail", pk=pk)
