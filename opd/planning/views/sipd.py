"""Rows of SIPD's report that wait for a person: match, count, dismiss (Realisasi SIPD)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.office.exports import csv_response
from opd.planning import queries, services, sipd_queries
from opd.planning.forms import CountForm, MatchForm, ReasonForm, RowSentence
from opd.planning.models import RowState, SipdRow
from opd.planning.views.lines import asked_year, with_year

_COLUMNS = (
    *("opd", "nomor dokumen", "jenis", "tanggal", "kode rekening", "nilai", "keadaan", "alasan"),
    *("diputuskan", "oleh"),
)


@needs("planning.view")
@require_GET
@reads_replica
def sipd_list(request: HttpRequest) -> HttpResponseBase:
    reach, year = scope(request.user, "planning.view"), asked_year(request)
    offices = queries.offices(reach, year=year)
    form = RowSentence(with_year(request, year), offices=offices)
    found = sipd_queries.rows(reach, year=year, opd_id=form.number("opd"), state=form.state)
    if request.GET.get("unduh") == "csv":
        return csv_response("realisasi-sipd.csv", _COLUMNS, map(_cells, found.iterator(2000)))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {
        "form": form,
        "page": page,
        "sum": sipd_queries.total(found),
        "tallies": sipd_queries.tallies(reach, year=year, opd_id=form.number("opd")),
        "several": len(offices) > 1,
        "may_decide": allowed(actor(request), "planning.import"),
        "is_filtered": bool(request.GET),
        "wide": True,
    }
    return render(request, "planning/sipd_list.html", context)


def _cells(row: SipdRow) -> tuple[object, ...]:
    return (
        *(row.opd.name, row.document_number, row.document_kind, row.document_date),
        *(row.raw.get("Kode Rekening", ""), row.amount, row.get_state_display(), row.reason),
        *(row.decided_at, row.decided_by.username if row.decided_by else ""),
    )


@needs("planning.view")
@require_GET
def sipd_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, pk))


def _detail(request: HttpRequest, row: SipdRow, **forms: Any) -> HttpResponse:
    is_open = row.state == RowState.OPEN
    may_decide = allowed(actor(request), "planning.import", opd=row.opd_id)
    context = {
        "row": row, "facts": sipd_queries.facts(row), "is_open": is_open, "may_decide": may_decide,
        "candidates": sipd_queries.candidates(row) if is_open and may_decide else [],
        "count_form": forms.get("count") or CountForm(lines=sipd_queries.line_choices(row)),
        "dismiss_form": forms.get("dismiss") or ReasonForm(auto_id="abaikan_%s"),
        "reopen_form": forms.get("reopen") or ReasonForm(auto_id="batal_%s"),
        "events": _events(row),
    }  # fmt: skip
    return render(request, "planning/sipd_detail.html", context)


def _events(row: SipdRow) -> list[dict[str, Any]]:
    events = [{"at": row.file.closed_at, "text": "Diimpor dari SIPD", "by": row.file.closed_by or "sistem",
               "detail": f"{row.file.name}, baris {row.line_no}"}]  # fmt: skip
    if row.decided_at:
        events.append(
            {"at": row.decided_at, "text": row.get_state_display(), "by": row.decided_by or "sistem",
             "detail": row.reason}
        )  # fmt: skip
    return events


@needs("planning.import")
@require_POST
def sipd_match(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _decidable(request, pk), MatchForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Pilih pengajuan dari daftar. Baris ini tetap menunggu.")
        return redirect("planning:sipd_detail", pk=pk)
    hold_id, reason = str(form.cleaned_data["hold"]), form.cleaned_data["reason"]
    return _done(
        request, row, "Baris ini cocok dengan pengajuan itu dan tidak dihitung lagi.",
        lambda: services.match_row(
            row_id=row.pk, hold_id=hold_id, reason=reason, by=actor(request), at=timezone.now()
        ),
    )  # fmt: skip


@needs("planning.import")
@require_POST
def sipd_count(request: HttpRequest, pk: int) -> HttpResponse:
    row = _decidable(request, pk)
    form = CountForm(request.POST, lines=sipd_queries.line_choices(row))
    if not form.is_valid():
        return _detail(request, row, count=form)
    reason, line_id = form.cleaned_data["reason"], form.cleaned_data.get("line")
    return _done(
        request, row, "Dihitung sebagai belanja di luar aplikasi; realisasi barisnya berubah.",
        lambda: services.count_row(
            row_id=row.pk, reason=reason, line_id=line_id, by=actor(request), at=timezone.now()
        ),
    )  # fmt: skip


@needs("planning.import")
@require_POST
def sipd_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _decidable(request, pk), ReasonForm(request.POST, auto_id="abaikan_%s")
    if not form.is_valid():
        return _detail(request, row, dismiss=form)
    reason = form.cleaned_data["reason"]
    return _done(
        request, row, "Baris ini diabaikan dan tidak dihitung.",
        lambda: services.dismiss_row(row_id=row.pk, reason=reason, by=actor(request), at=timezone.now()),
    )  # fmt: skip


@needs("planning.import")
@require_POST
def sipd_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _decidable(request, pk), ReasonForm(request.POST, auto_id="batal_%s")
    if not form.is_valid():
        return _detail(request, row, reopen=form)
    reason = form.cleaned_data["reason"]
    return _done(
        request, row, "Keputusan dibatalkan; baris ini menunggu lagi.",
        lambda: services.reopen_row(row_id=row.pk, reason=reason, by=actor(request), at=timezone.now()),
    )  # fmt: skip


@needs("planning.import")
@require_POST
def sipd_match_again(request: HttpRequest) -> HttpResponse:
    """Look once more for sure matches, agency by agency."""
    reach, year = scope(request.user, "planning.import"), asked_year(request)
    found = sum(
        services.match_again(opd_id=office.pk, year=year, by=actor(request), at=timezone.now())
        for office in queries.offices(reach, year=year)
    )
    messages.success(
        request, f"{found} baris cocok dengan pengajuan." if found else "Tidak ada yang baru cocok."
    )
    return redirect("planning:sipd_list")


def _done(request: HttpRequest, row: SipdRow, said: str, deed: Callable[[], object]) -> HttpResponse:
    """Run one decision; say what came of it on the row's page."""
    try:
        deed()
    except services.BudgetError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("planning:sipd_detail", pk=row.pk)


def _visible(request: HttpRequest, pk: int) -> SipdRow:
    return get_object_or_404(sipd_queries.visible(scope(request.user, "planning.view")), pk=pk)


def _decidable(request: HttpRequest, pk: int) -> SipdRow:
    return get_object_or_404(sipd_queries.visible(scope(request.user, "planning.import")), pk=pk)
