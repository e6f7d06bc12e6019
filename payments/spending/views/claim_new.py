"""/belanja/spp/baru/: a new SPP, from spends that wait for it or as an advance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opd.access import actor, needs, scope
from opd.forms import show_refusal
from opd.models import Opd
from opd.planning import queries as planning
from opd.planning.services import BudgetError
from payments.money import format_rupiah
from payments.spending import claim_page, claim_queries
from payments.spending.claim_forms import AdvanceForm, PurposeForm
from payments.spending.errors import SpendError
from payments.spending.models import ClaimKind
from payments.spending.services import claims


@needs("claim.raise")
@require_http_methods(["GET", "POST"])
def claim_new(request: HttpRequest, kind: str) -> HttpResponse:
    choice = claim_page.NEW.get(kind)
    if choice is None:
        raise Http404
    opd = _office(request)
    form_class = PurposeForm if choice.takes_spends else AdvanceForm
    form = form_class(request.POST or None, initial={"purpose": choice.purpose})
    if form.is_valid() and (claim := _raise(request, choice, opd, form)) is not None:
        messages.success(request, "SPP dibuat sebagai konsep dan menunggu verifikasi PPK-OPD.")
        return redirect("spending:claim_detail", claim.pk)
    return render(request, "spending/claim_new.html", _context(request, choice, opd, form))


def _raise(request: HttpRequest, choice: claim_page.Choice, opd: Opd, form: Any) -> Any:
    try:
        return claims.raise_claim(
            kind=ClaimKind(choice.kind),
            opd_id=opd.pk,
            year=timezone.localdate().year,
            purpose=form.cleaned_data["purpose"],
            amount=form.cleaned_data.get("amount"),
            spend_ids=_ticked(request) if choice.takes_spends else (),
            by=actor(request),
            at=timezone.now(),
        )
    except (SpendError, BudgetError) as error:
        show_refusal(form, error)
        return None


def _ticked(request: HttpRequest) -> list[UUID]:
    try:
        return [UUID(text) for text in request.POST.getlist("pilih")]
    except ValueError:
        raise Http404 from None


def _context(request: HttpRequest, choice: claim_page.Choice, opd: Opd, form: Any) -> dict[str, Any]:
    year = timezone.localdate().year
    rows = claim_page.candidates(opd.pk, year, choice.kind) if choice.takes_spends else []
    ticked = set(request.POST.getlist("pilih")) if request.method == "POST" else {str(row.pk) for row in rows}
    return {
        "choice": choice, "opd": opd, "offices": _offices(request), "form": form, "year": year,
        "rows": rows, "ticked": ticked, "sum": sum((row.cost for row in rows), claim_queries.ZERO),
        "purses": [_received(figure) for figure in planning.purses(opd.pk, year)],
    }  # fmt: skip


def _received(figure: planning.PurseFigure) -> tuple[str, Decimal, str]:
    """What came of a purse so far, and its share by decree."""
    share = "" if figure.share is None else f"dari {format_rupiah(figure.share)} menurut SK"
    return f"{figure.label} sudah diterima", figure.limit, share


def _offices(request: HttpRequest) -> list[Opd]:
    reach = scope(request.user, "claim.raise")
    return list(reach.filter(Opd.objects.valid(on=timezone.localdate()), "pk"))


def _office(request: HttpRequest) -> Opd:
    """The agency asked for within reach, else the person's first."""
    asked = request.POST.get("opd") or request.GET.get("opd") or ""
    reach = scope(request.user, "claim.raise")
    if asked.isdecimal():
        return get_object_or_404(reach.filter(Opd.objects.all(), "pk"), pk=int(asked))
    offices = _offices(request)
    if not offices:
        raise Http404
    return offices[0]
