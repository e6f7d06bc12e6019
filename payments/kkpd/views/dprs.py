"""/kkpd/dpr/: holders gather their reports, the PPTK signs."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, allowed, needs
from opd.forms import ReasonForm
from opd.models import AuditEvent
from opd.stepup import second_factor
from payments.kkpd import queries, services, status
from payments.kkpd.models import Card, Dpr
from payments.kkpd.views.shared import try_deed


@needs("kkpd.view")
@require_GET
def dpr_list(request: HttpRequest) -> HttpResponse:
    """What waits for a signature and what is signed; a holder gathers his reports here."""
    user = actor(request)
    own = Card.objects.filter(holder=user).select_related("opd")
    context = {
        "page": Paginator(queries.dprs(user), 50).get_page(request.GET.get("halaman")),
        "gathering": [(card, rows) for card in own if (rows := list(queries.gatherable(card)))],
        "may_sign": allowed(user, "kkpd.sign"),
    }
    return render(request, "kkpd/dpr_list.html", context)


@needs("kkpd.report")
@require_POST
def dpr_draft(request: HttpRequest) -> HttpResponse:
    try:
        card_id = int(request.POST.get("card", ""))
        chosen = [UUID(text) for text in request.POST.getlist("pilih")]
    except ValueError:
        raise Http404 from None
    done = "DPR disusun dan menunggu tanda tangan PPTK."
    dpr = try_deed(request, services.draft_dpr, done=done, card_id=card_id, line_ids=chosen)
    return redirect("kkpd:dpr_detail", dpr.pk) if dpr else redirect("kkpd:dpr_list")


@needs("kkpd.view")
@require_GET
def dpr_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    dpr, user = _visible(request, pk), actor(request)
    rows = queries.lines(user).filter(dpr=dpr).order_by("transaction_date")
    signs = allowed(user, "kkpd.sign", opd=dpr.opd_id) and dpr.made_by_id != user.pk
    waits = dpr.signed_at is None and dpr.voided_at is None
    events = AuditEvent.objects.filter(subject_type="kkpd.dpr", subject_id=str(dpr.pk))
    context = {
        "dpr": dpr,
        "rows": [(row, status.of_line(row)) for row in rows],
        "may_sign": waits and signs,
        "may_void": dpr.voided_at is None and (signs or (waits and dpr.made_by_id == user.pk)),
        "reason": ReasonForm(),
        "events": events.select_related("by").order_by("at", "pk"),
    }
    return render(request, "kkpd/dpr_detail.html", context)


@needs("kkpd.sign")
@require_POST
@second_factor("menandatangani DPR")
def dpr_sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    dpr = _visible(request, pk)
    try_deed(request, services.sign_dpr, done="DPR ditandatangani dan diberi nomor.", dpr_id=dpr.pk)
    return redirect("kkpd:dpr_detail", pk)


@needs("kkpd.view")
@require_POST
def dpr_void(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For the PPTK, or the holder before it is signed: the service decides."""
    dpr = _visible(request, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = "DPR dibatalkan; belanjanya dapat masuk DPR lain."
    try_deed(request, services.void_dpr, done=done, dpr_id=dpr.pk, reason=reason)
    return redirect("kkpd:dpr_detail", pk)


def _visible(request: HttpRequest, pk: UUID) -> Dpr:
    return get_object_or_404(queries.dprs(actor(request)), pk=pk)
