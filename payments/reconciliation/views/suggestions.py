"""Usulan pencocokan: what may be the same money, confirmed or rejected by people, many at once."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, needs, scope
from opd.forms import carry_out
from opd.stepup import second_factor
from payments.reconciliation import services
from payments.reconciliation.forms import RejectForm, SuggestionSentence
from payments.reconciliation.models import ReconciliationException
from payments.reconciliation.queries import differences, suggestions
from payments.reconciliation.services import SuggestionError
from payments.reconciliation.suggestion_models import Suggestion, SuggestionState
from payments.reconciliation.texts import Offered

SHOWN = 50
"""Suggestions on a page, and at most so many at once."""
_TOLD = 5
"""Refusals that are said one by one."""


@needs("reconciliation.view")
@require_GET
def suggestion_list(request: HttpRequest) -> HttpResponse:
    reach = scope(request.user, "reconciliation.view")
    form = SuggestionSentence(request.GET, reach, banks=differences.banks(reach))
    number = request.GET.get("selisih", "")
    about = (
        get_object_or_404(reach.filter(ReconciliationException.objects.all()), pk=number)
        if number.isdecimal() and len(number) < 19
        else None
    )
    page = Paginator(suggestions.suggestions(reach, form.where(about)), SHOWN).get_page(
        request.GET.get("halaman")
    )
    context = {
        "form": form,
        "page": page,
        "offers": suggestions.offers(list(page)),
        "about": about,
        "may_decide": bool(scope(request.user, "reconciliation.resolve")),
        "reject": RejectForm(),
        "is_filtered": bool(request.GET),
        "wide": True,
    }
    return render(request, "reconciliation/suggestion_list.html", context)


@needs("reconciliation.view")
@require_GET
def suggestion_detail(request: HttpRequest, pk: int) -> HttpResponse:
    reach = scope(request.user, "reconciliation.view")
    rows = suggestions.suggestions(reach, suggestions.SuggestionFilter(state=""))
    row = get_object_or_404(rows, pk=pk)
    (offer,) = suggestions.offers([row])
    mine = bool(scope(request.user, "reconciliation.resolve"))
    context = {
        "offer": offer,
        "row": row,
        "may_decide": mine and row.state == SuggestionState.OPEN,
        "may_offer": mine and row.state == SuggestionState.REJECTED and row.kind == Offered.GROUP,
        "reject": RejectForm(),
    }
    return render(request, "reconciliation/suggestion_detail.html", context)


@needs("reconciliation.resolve")
@second_factor("menegaskan usulan pencocokan")
@require_POST
def suggestion_confirm(request: HttpRequest) -> HttpResponse:
    """Match and book all that are ticked, as far as they still hold."""
    if chosen := _chosen(request):
        outcome = services.confirm(suggestion_ids=chosen, by=actor(request), at=timezone.now())
        if outcome.confirmed:
            messages.success(request, f"{len(outcome.confirmed)} usulan ditegaskan dan dicocokkan.")
        for problem in outcome.refused[:_TOLD]:
            messages.error(request, f"Tidak dicocokkan. {problem}")
        if len(outcome.refused) > _TOLD:
            messages.error(request, f"{len(outcome.refused) - _TOLD} usulan lain juga tidak dicocokkan.")
    return redirect(_back(request))


@needs("reconciliation.resolve")
@second_factor("menolak usulan pencocokan")
@require_POST
def suggestion_reject(request: HttpRequest) -> HttpResponse:
    if chosen := _chosen(request):
        done = f"{len(chosen)} usulan ditolak; pasangannya tidak ditawarkan lagi."
        carry_out(
            request, RejectForm(request.POST), services.reject, done, refused=SuggestionError,
            suggestion_ids=chosen,
        )  # fmt: skip
    return redirect(_back(request))


@needs("reconciliation.resolve")
@require_POST
def suggestion_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a rejected group again."""
    try:
        services.offer_again(suggestion_id=pk, by=actor(request), at=timezone.now())
    except SuggestionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Gabungan ini ditawarkan lagi selama jumlahnya masih cocok.")
    return redirect("reconciliation:suggestion_list")


def _chosen(request: HttpRequest) -> list[int]:
    """What is ticked and within reach, at most what a page shows; else nothing, and a message says why."""
    asked = [int(pk) for pk in request.POST.getlist("pilih") if pk.isdecimal() and len(pk) < 19]
    if not asked or len(asked) > SHOWN:
        messages.error(
            request,
            f"Paling banyak {SHOWN} usulan sekaligus. Belum ada yang berubah."
            if asked
            else "Centang dahulu usulannya. Belum ada yang berubah.",
        )
        return []
    reach = scope(request.user, "reconciliation.resolve")
    return list(reach.filter(Suggestion.objects.filter(pk__in=asked)).values_list("pk", flat=True))


def _back(request: HttpRequest) -> str:
    """The list as it was filtered; only an address of this site."""
    address = request.POST.get("kembali", "")
    if address.startswith("?"):
        return f"{request.path.rstrip('/').rpartition('/')[0]}/{address}"
    return "reconciliation:suggestion_list"
