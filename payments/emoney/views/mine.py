"""The holder's phone: my cards, my purchases without a receipt, hand one in."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opd.access import actor, needs
from opd.bodies import takes
from opd.office import attachments, rules
from opd.planning.queries import line_choices
from payments.emoney import queries, services
from payments.emoney.errors import EmoneyError
from payments.emoney.forms import ReasonForm, ReportForm
from payments.emoney.models import Card, Movement, MovementKind
from payments.emoney.views.cards import refuse


@needs("emoney.report")
@require_GET
def my_taps(request: HttpRequest) -> HttpResponse:
    user, today = actor(request), timezone.localdate()
    cards = Card.objects.filter(holder=user).select_related("opd", "holder")
    waiting = queries.to_report(queries.open_taps(cards))
    sent = queries.open_taps(cards).exclude(pk__in=waiting.values("pk"))
    count, amount = queries.sums(waiting)
    context = {
        "cards": queries.rows_of(cards, on=today),
        "page": Paginator(waiting, 30).get_page(request.GET.get("halaman")),
        "sent": [(tap, queries.step_of(tap)) for tap in sent[:30]],
        "count": count,
        "amount": amount,
        "days": int(rules.value("emoney.report_days", today)),
    }
    return render(request, "emoney/my_taps.html", context)


@needs("emoney.report")
@takes(54)
@require_http_methods(["GET", "POST"])
def my_tap(request: HttpRequest, pk: int) -> HttpResponse:
    """Receipt, purpose and budget line of one purchase, in one form a thumb can fill."""
    tap = _own(request, pk)
    step = queries.step_of(tap)
    if step.code not in {"unreported", "returned"}:
        return _sent(request, tap, step)
    lines = line_choices(tap.card.opd_id, tap.day.year)
    form = ReportForm(request.POST or None, request.FILES or None, lines=lines)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.report(
                movement_id=pk, line_id=int(given["line"]), purpose=given["purpose"],
                receipts=given["receipts"], by=actor(request), at=timezone.now(),
            )  # fmt: skip
        except EmoneyError as error:
            refuse(form, error)
        else:
            messages.success(request, "Terkirim. PA atau KPA menyetujui dahulu, lalu bendahara membebankan.")
            return redirect("emoney:my_taps")
    return render(request, "emoney/my_tap.html", {"tap": tap, "step": step, "form": form})


def _sent(request: HttpRequest, tap: Movement, step: queries.Step) -> HttpResponse:
    context = {
        "tap": tap,
        "step": step,
        "receipts": attachments.of(tap.spend) if tap.spend else [],
        "events": queries.timeline_of(tap),
        "reason_form": ReasonForm(),
        "may_withdraw": step.code in {"waiting", "ready"},
    }
    return render(request, "emoney/my_tap_sent.html", context)


@needs("emoney.report")
@require_POST
def my_tap_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    _own(request, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.withdraw_report(movement_id=pk, reason=reason, by=actor(request), at=timezone.now())
    except EmoneyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Laporan ditarik; Anda dapat melapor ulang.")
    return redirect("emoney:my_tap", pk=pk)


def _own(request: HttpRequest, pk: int) -> Movement:
    rows = Movement.objects.filter(card__holder=actor(request), kind=MovementKind.BUY)
    return get_object_or_404(rows.select_related("card__opd", "card__holder", "spend__line"), pk=pk)
