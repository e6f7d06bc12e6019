"""What was matched with what, now or as a sealed block knew it; undoing it; what is kept apart."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, needs, scope
from opd.forms import carry_out
from opd.office.exports import csv_response
from opd.stepup import second_factor
from payments.reconciliation import services
from payments.reconciliation.forms import MatchSentence, UndoForm
from payments.reconciliation.match_models import KeptApart
from payments.reconciliation.queries import matches as queries
from payments.reconciliation.queries.matches import MatchFilter, MatchRow
from payments.reconciliation.services import ApartError, UndoError
from payments.reconciliation.texts import Matched

_PERIOD = timedelta(days=30)
_SHOWN = 200
_APART_SHOWN = 50
_COLUMNS = (
    *("nomor", "jenis", "opd", "titik", "jumlah", "menurut kita", "menurut bank", "aturan", "dicocokkan"),
    *("jurnal masuk rkud", "dibatalkan", "oleh", "alasan"),
)
_UNDO = {
    Matched.PAYMENT: services.undo_match,
    Matched.CREDIT: services.undo_credit,
    Matched.DIRECT: services.undo_direct,
}


@needs("reconciliation.view")
@require_GET
def match_list(request: HttpRequest) -> HttpResponseBase:
    reach, today = scope(request.user, "reconciliation.view"), timezone.localdate()
    asked = request.GET.copy()
    asked.setdefault("sejak", (today - _PERIOD).isoformat())
    form = MatchSentence(asked, reach)
    last = form.day("sampai") or today
    block = form.block()
    where = MatchFilter(
        first=min(form.day("sejak") or last - _PERIOD, last),
        last=last,
        kind=form.word("jenis"),
        state=form.state(),
        opd=form.opd_id,
        block=block.pk if block else None,
    )
    if "blok" in form.errors:
        return render(request, "reconciliation/match_list.html", {"form": form, "wide": True}, status=400)
    if request.GET.get("unduh") == "csv":
        return csv_response("pencocokan.csv", _COLUMNS, map(_cells, queries.matches(reach, where)))
    shown = list(queries.matches(reach, where, most=_SHOWN + 1))
    context = {"form": form, "rows": shown[:_SHOWN], "more": len(shown) > _SHOWN, "seal": block, "wide": True}
    return render(request, "reconciliation/match_list.html", context)


def _cells(row: MatchRow) -> tuple[object, ...]:
    return (
        *(row.id, row.label, row.opd, row.point, row.amount, row.ours, row.theirs, row.why, row.matched_at),
        *(row.journal, row.undone_at, row.undone_by, row.undo_reason),
    )


@needs("reconciliation.view")
@require_GET
def match_detail(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    row = _visible(request, kind, pk)
    context = {
        "row": row,
        "may_undo": row.undone_at is None and bool(scope(request.user, "reconciliation.undo")),
        "form": UndoForm(),
    }
    return render(request, "reconciliation/match_detail.html", context)


@needs("reconciliation.undo")
@second_factor("membatalkan pencocokan")
@require_POST
def match_undo(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    row, form = _visible(request, kind, pk), UndoForm(request.POST)
    done = "Pencocokan dibatalkan. Yang sudah dibukukan karenanya dibalik hari ini."
    carry_out(request, form, _UNDO[Matched(row.kind)], done, refused=UndoError, match_id=row.id)
    return redirect("reconciliation:match_detail", kind=kind, pk=pk)


def _visible(request: HttpRequest, kind: str, pk: int) -> MatchRow:
    known = kind in set(Matched)
    row = queries.match(scope(request.user, "reconciliation.view"), Matched(kind), pk) if known else None
    if row is None:
        raise Http404("Pencocokan ini tidak ada.")
    return row


@needs("reconciliation.view")
@require_GET
def apart_list(request: HttpRequest) -> HttpResponse:
    """What nobody may match, and who said so."""
    reach = scope(request.user, "reconciliation.view")
    rows = KeptApart.objects.filter(lifted_at=None).select_related(
        "payment__receiving_account", "settlement_line", "statement_line", "batch", "by"
    )
    page = Paginator(reach.filter(rows), _APART_SHOWN).get_page(request.GET.get("halaman"))
    context = {"page": page, "may_lift": bool(scope(request.user, "reconciliation.resolve"))}
    return render(request, "reconciliation/apart_list.html", context)


@needs("reconciliation.resolve")
@second_factor("mencabut pernyataan bukan pasangan")
@require_POST
def apart_lift(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        services.lift_apart(apart_id=pk, by=actor(request), at=timezone.now())
    except ApartError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Dicabut. Pencocokan berikutnya melihat keduanya lagi.")
    return redirect("reconciliation:apart_list")
