"""Work on differences: assign, note, open again; many at once from the list (Selisih)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from opd.access import actor, needs, scope
from opd.forms import carry_out
from payments.reconciliation import services
from payments.reconciliation.forms import AssignForm, CommentForm, ReasonForm, ReopenForm
from payments.reconciliation.queries import differences as queries
from payments.reconciliation.services import DeskError
from payments.reconciliation.views.differences import SHOWN, desk_people, visible


@needs("reconciliation.resolve")
@require_POST
def exception_assign(request: HttpRequest, pk: int) -> HttpResponse:
    row = visible(request, pk)
    form = AssignForm(request.POST, people=desk_people(row, timezone.localdate()))
    carry_out(
        request, form, services.assign, "Selisih ini ditugaskan.", refused=DeskError, exception_ids=[row.pk]
    )
    return redirect("reconciliation:exception_detail", pk=pk)


@needs("reconciliation.resolve")
@require_POST
def exception_comment(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = visible(request, pk), CommentForm(request.POST)
    carry_out(request, form, services.comment, "Catatan disimpan.", refused=DeskError, exception_id=row.pk)
    return redirect("reconciliation:exception_detail", pk=pk)


@needs("reconciliation.resolve")
@require_POST
def exception_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = visible(request, pk), ReopenForm(request.POST)
    done = "Selisih ini menunggu penjelasan lagi; penjelasan sebelumnya tetap di riwayat."
    carry_out(request, form, services.reopen, done, refused=DeskError, exception_id=row.pk)
    return redirect("reconciliation:exception_detail", pk=pk)


@needs("reconciliation.resolve")
@require_POST
def exception_bulk(request: HttpRequest) -> HttpResponse:
    """One explanation for all that are ticked."""
    chosen, form = _chosen(request), ReasonForm(request.POST)
    if chosen and not form.is_valid():
        messages.error(request, "Isi penjelasannya, paling sedikit lima huruf. Belum ada yang berubah.")
    elif chosen:
        reason = form.cleaned_data["reason"]
        done = services.explain(exception_ids=chosen, reason=reason, by=actor(request), at=timezone.now())
        messages.success(request, f"{len(done)} selisih dijelaskan.")
    return redirect(_back(request))


@needs("reconciliation.resolve")
@require_POST
def exception_bulk_assign(request: HttpRequest) -> HttpResponse:
    """One person and one deadline for all that are ticked."""
    chosen, today = _chosen(request), timezone.localdate()
    if chosen:
        reach = scope(request.user, "reconciliation.resolve")
        form = AssignForm(request.POST, people=queries.people(reach, on=today))
        done = f"{len(chosen)} selisih ditugaskan."
        carry_out(request, form, services.assign, done, refused=DeskError, exception_ids=chosen)
    return redirect(_back(request))


def _chosen(request: HttpRequest) -> list[int]:
    """What is ticked, at most what a page shows; else nothing, and a message says why."""
    chosen = [int(pk) for pk in request.POST.getlist("pilih") if pk.isdecimal()]
    if not chosen:
        messages.error(request, "Centang dahulu selisihnya. Belum ada yang berubah.")
    elif len(chosen) > SHOWN:
        messages.error(request, f"Paling banyak {SHOWN} selisih sekaligus. Belum ada yang berubah.")
        return []
    return chosen


def _back(request: HttpRequest) -> str:
    """The list as it was filtered; only an address of this site."""
    address = request.POST.get("kembali", "")
    if address.startswith("?"):
        return f"{request.path.rstrip('/').rpartition('/')[0]}/{address}"
    return "reconciliation:exception_list"
