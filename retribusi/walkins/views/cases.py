"""Cases of merchants outside the register: the list, one case, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import Scope, actor, allowed, needs, scope
from opd.forms import carry_out
from opd.models import Opd
from opd.office.exports import csv_response
from opd.office.views.evidence import context_of
from retribusi.walkins import subjects
from retribusi.walkins.errors import WalkInError
from retribusi.walkins.forms import AssignForm, CaseFilter, CloseForm, InvestigateForm
from retribusi.walkins.models import PhantomCase, Sighting
from retribusi.walkins.services import phantom

COLUMNS = (
    *("nomor", "nama_merchant", "nmid", "pan", "terminal", "terlihat_di", "opd", "keadaan", "kesimpulan"),
    *("dilihat", "dibuka", "ditutup"),
)
TONES = {"open": "bad", "investigated": "wait", "closed": "ok"}


@needs("phantom.view")
@require_GET
@reads_replica
def case_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "phantom.view")
    form = CaseFilter(request.GET, reach)
    found = _narrowed(_cases(reach), form)
    if request.GET.get("unduh") == "csv":
        return csv_response("qris-tak-terdaftar.csv", COLUMNS, _lines(found))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    rows = [(row, TONES[row.state]) for row in page]
    context = {"form": form, "page": page, "rows": rows, "is_filtered": bool(request.GET), "wide": True}
    return render(request, "retribusi/walkins/kasus_daftar.html", context)


@needs("phantom.view")
@require_GET
def case_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    row, user = _find(request, pk), actor(request)
    may_handle = not row.is_closed and allowed(user, "phantom.handle", opd=row.opd_id or 0)
    may_assign = not row.is_closed and allowed(user, "phantom.assign")
    context: dict[str, Any] = {
        "case": row, "tone": TONES[row.state], "events": row.sightings.select_related("by"),
        "may_handle": may_handle, "may_assign": may_assign, "assign": AssignForm(offices()),
        "investigate": InvestigateForm(auto_id="periksa-%s"), "close": CloseForm(auto_id="tutup-%s"),
        **context_of(request, subjects.TYPE, str(row.pk)),
    }  # fmt: skip
    return render(request, "retribusi/walkins/kasus_rinci.html", context)


@needs("phantom.assign")
@require_POST
def case_assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _do(request, pk, AssignForm(offices(), request.POST), phantom.assign, "Kasus diteruskan.")


@needs("phantom.handle")
@require_POST
def case_investigate(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _do(request, pk, InvestigateForm(request.POST), phantom.investigate, "Pemeriksaan dicatat.")


@needs("phantom.handle")
@require_POST
def case_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _do(request, pk, CloseForm(request.POST), phantom.close, "Kasus ditutup.")


def offices() -> QuerySet[Opd]:
    return Opd.objects.valid(on=timezone.localdate()).order_by("name")


def _cases(reach: Scope) -> QuerySet[PhantomCase]:
    seen = [str(kind) for kind in (Sighting.Kind.CREDIT, Sighting.Kind.FILE, Sighting.Kind.REPORT)]
    rows = reach.filter(PhantomCase.objects.select_related("opd", "point"))
    found = rows.annotate(seen=Count("sightings", filter=Q(sightings__kind__in=seen)))
    return found.order_by("-opened_at", "-pk")


def _narrowed(rows: QuerySet[PhantomCase], form: CaseFilter) -> QuerySet[PhantomCase]:
    if form.word("keadaan"):
        rows = rows.filter(state=form.word("keadaan"))
    if form.opd_id:
        rows = rows.filter(opd=form.opd_id)
    text = form.word("q").strip()
    if text:
        number = "".join(text.split()).upper()
        rows = rows.filter(
            Q(number=number) | Q(nmid=text) | Q(merchant_pan=text) | Q(merchant_name__icontains=text)
        )
    return rows


def _lines(found: Iterable[Any]) -> Iterator[list[Any]]:
    for row in found:
        yield [
            row.number, row.merchant_name, row.nmid, row.merchant_pan, row.terminal_id, row.point, row.opd,
            row.get_state_display(), row.get_finding_display(), row.seen, row.opened_at, row.closed_at,
        ]  # fmt: skip


def _find(request: HttpRequest, pk: UUID) -> PhantomCase:
    rows = PhantomCase.objects.select_related("opd", "point")
    return get_object_or_404(scope(request.user, "phantom.view").filter(rows), pk=pk)


def _do(
    request: HttpRequest, pk: UUID, form: forms.Form, deed: Callable[..., PhantomCase], done: str
) -> HttpResponse:
    """One deed whose words are the form's fields."""
    row = _find(request, pk)
    carry_out(request, form, deed, done, refused=WalkInError, case_id=row.pk)
    return redirect("walkins:case_detail", pk=pk)
