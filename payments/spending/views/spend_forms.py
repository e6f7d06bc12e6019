"""/belanja/baru/, …/ubah/, …/salin: the form for a spend, and the figures it shows while one types."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from opd.access import actor, needs, scope
from opd.models import Opd
from opd.planning import queries as planning
from opd.planning.models import BudgetLine
from payments.money import MoneyError, parse
from payments.spending import queries, rules, services
from payments.spending.drafts import SpendDraft, draft_of
from payments.spending.forms import (
    InlinePayeeForm,
    SpendForm,
    TaxFormSet,
    initial_of,
    spend_of,
    tax_initial,
)
from payments.spending.models import Channel, Source, Spend, SpendState
from payments.spending.views.spend_deeds import REFUSALS, refuse
from payments.spending.views.spends import visible


@dataclass
class Desk:
    """The three forms of the page: the spend, its taxes, and a payee who is not in the book yet."""

    spend: SpendForm
    taxes: Any
    payee: InlinePayeeForm

    def is_valid(self) -> bool:
        return all([self.spend.is_valid(), self.taxes.is_valid(), self.payee.is_valid()])

    @property
    def draft(self) -> SpendDraft:
        draft = self.spend.draft([form.cleaned_data for form in self.taxes])
        return replace(draft, payee_id=None) if self.payee.is_given else draft


def _desk(request: HttpRequest, opd: Opd, year: int, draft: SpendDraft | None) -> Desk:
    data = request.POST if request.method == "POST" else None
    first = initial_of(draft) if draft else {"spend_date": timezone.localdate(), "channel": Channel.CMS}
    taxes = tax_initial(draft.taxes) if draft else []
    return Desk(
        SpendForm(data, opd=opd, year=year, initial=first),
        TaxFormSet(data, initial=taxes, prefix="pajak"),
        InlinePayeeForm(data),
    )


@needs("spend.raise")
@require_http_methods(["GET", "POST"])
def spend_new(request: HttpRequest) -> HttpResponse:
    """A new spend, or a copy of an earlier one (``?salin=``) with today's date."""
    year = timezone.localdate().year
    offices = queries.offices(scope(request.user, "spend.raise"), year)
    source = _source(request)
    opd = source.opd if source else _office(request, offices)
    copy = draft_of(source, spend_date=timezone.localdate()) if source else None
    desk = _desk(request, opd, year, copy if copy and copy.year == year else None) if opd else None
    if desk and desk.is_valid():
        spend = _save(request, desk, copied_from=source.pk if source else None)
        if spend:
            return redirect("spending:spend_detail", spend.pk)
    context = _context(desk, opd, year) | {"offices": offices, "source": source}
    return render(request, "spending/spend_new.html", context)


def _source(request: HttpRequest) -> Spend | None:
    rows = scope(request.user, "spend.raise").filter(Spend.objects.select_related("opd"))
    word = request.GET.get("salin", "")
    found = spend_of(rows, word)
    if word and found is None:
        raise Http404
    return found


def _office(request: HttpRequest, offices: list[Opd]) -> Opd | None:
    chosen = request.POST.get("opd") or request.GET.get("opd") or ""
    named = next((one for one in offices if str(one.pk) == chosen), None)
    return named or (offices[0] if offices else None)


@needs("spend.raise")
@require_http_methods(["GET", "POST"])
def spend_amend(request: HttpRequest, pk: UUID) -> HttpResponse:
    spend = visible(request, pk)
    if spend.state != SpendState.DRAFT:
        messages.error(request, "Hanya draf yang dapat diubah. Batalkan lalu salin bila isinya keliru.")
        return redirect("spending:spend_detail", pk)
    desk = _desk(request, spend.opd, spend.year, draft_of(spend))
    if desk.is_valid() and _save(request, desk, amends=spend):
        return redirect("spending:spend_detail", pk)
    return render(
        request, "spending/spend_new.html", _context(desk, spend.opd, spend.year) | {"spend": spend}
    )


def _save(
    request: HttpRequest, desk: Desk, *, copied_from: UUID | None = None, amends: Spend | None = None
) -> Spend | None:
    """Keep the draft, submit it where that button was pressed; None where the services refuse."""
    submits = request.POST.get("aksi") == "ajukan"
    shared: dict[str, Any] = {
        "draft": desk.draft, "new_payee": desk.payee.draft if desk.payee.is_given else None,
        "also_submit": submits, "by": actor(request), "at": timezone.now(),
    }  # fmt: skip
    try:
        if amends:
            version = int(request.POST.get("version") or 0)
            spend = services.revise(spend_id=amends.pk, version=version, **shared)
        else:
            spend = services.propose(copied_from=copied_from, **shared)
    except (*REFUSALS, ValueError) as error:
        refuse(desk.spend, error)
        return None
    done = (
        "Diajukan; anggarannya sudah ditahan." if submits else "Draf disimpan. Lampirkan bukti, lalu ajukan."
    )
    messages.success(request, done)
    return spend


def _context(desk: Desk | None, opd: Opd | None, year: int) -> dict[str, Any]:
    return {
        "desk": desk,
        "opd": opd,
        "year": year,
        "figures": _figures(desk.spend.data, opd.pk, year) if desk and opd else None,
    }


@dataclass(frozen=True)
class Figures:
    """What the amount means: its words, and what stays free of the line and of the purse afterwards."""

    amount: Decimal | None
    line: str = ""
    line_left: Decimal | None = None
    purse: str = ""
    purse_left: Decimal | None = None


@needs("spend.raise")
@require_GET
def spend_figures(request: HttpRequest, opd_id: int) -> HttpResponse:
    """The figures beside the form, asked again while one types."""
    reach = scope(request.user, "spend.raise")
    opd = get_object_or_404(reach.filter(Opd.objects.all(), "pk"), pk=opd_id)
    year = timezone.localdate().year
    return render(request, "spending/spend_figures.html", {"figures": _figures(request.GET, opd.pk, year)})


def _figures(data: Any, opd_id: int, year: int) -> Figures:
    try:
        amount: Decimal | None = parse(str(data.get("amount", "")))
    except MoneyError:
        amount = None
    given = amount or Decimal(0)
    word = str(data.get("line", ""))
    line = (
        BudgetLine.objects.filter(pk=int(word), opd=opd_id, year=year).first() if word.isdecimal() else None
    )
    left = min(line.pagu, line.released) - line.held - line.realised - given if line else None
    purse, rest = _purse(data, opd_id, year)
    return Figures(
        amount, line.kode_rekening if line else "", left, purse, None if rest is None else rest - given
    )


def _purse(data: Any, opd_id: int, year: int) -> tuple[str, Decimal | None]:
    source, channel = str(data.get("source", Source.UP)), str(data.get("channel", Channel.CMS))
    if channel not in rules.CHANNELS.get(source, ()):
        return "", None
    kind = rules.purse_of(source, channel)
    found = next((one for one in planning.purses(opd_id, year) if one.kind == kind), None)
    return (found.label, found.free) if found else ("", None)
