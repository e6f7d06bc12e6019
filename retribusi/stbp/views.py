"""The receiving treasurer's register of TBP: looked at, printed, issued anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import ReasonForm
from opd.office.documents import DocumentError
from opd.office.exports import csv_response
from opd.office.models import Document
from opd.stepup import second_factor
from retribusi.stbp import papers, queries, services, sources
from retribusi.stbp.forms import RegisterFilter
from retribusi.stbp.papers import STBP

COLUMNS = (
    *("nomor_tbp", "tanggal", "opd", "titik", "sumber", "diterima_dari", "untuk", "cara", "jumlah"),
    *("keadaan", "dibatalkan", "alasan_batal", "disetor_dengan", "masuk_rkud"),
)


@needs("takings.view")
@require_GET
@reads_replica
def tbp_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "takings.view")
    form = RegisterFilter(request.GET, reach)
    found = queries.rows(reach, form.where)
    if request.GET.get("unduh") == "csv":
        return csv_response("register-tbp.csv", COLUMNS, _lines(found.order_by("opd", "year", "sequence")))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    issues = scope(request.user, "stbp.issue")
    context = {
        "form": form, "page": page, "rows": queries.with_way(page), "totals": queries.totals(found),
        "is_filtered": bool(request.GET), "missing": len(services.missing(issues)) if issues else 0,
    }  # fmt: skip
    return render(request, "retribusi/stbp/daftar.html", context)


def _lines(found: QuerySet[Document]) -> Iterator[list[Any]]:
    for start in range(0, found.count(), 500):
        for row in queries.with_way(found[start : start + 500]):
            one, facts, way = row.document, row.document.facts, row.carried
            yield [
                one.number, one.day, one.opd.name, facts["point"], row.label, facts["payer"], facts["what"],
                facts["way"], one.amount, "dibatalkan" if one.voided_at else "berlaku", one.voided_at,
                one.void_reason, way.label if way else "", way.credited_on if way else None,
            ]  # fmt: skip


@needs("takings.view")
@require_GET
def tbp_detail(request: HttpRequest, token: str) -> HttpResponse:
    return _detail(request, _find(request, token), ReasonForm())


@needs("takings.view")
@require_GET
def tbp_pdf(request: HttpRequest, token: str) -> HttpResponse:
    document = _find(request, token)
    response = HttpResponse(papers.as_pdf(document, at=timezone.now()), content_type="application/pdf")
    name = document.number.replace("/", "-")
    response["Content-Disposition"] = f'inline; filename="tbp-{name}.pdf"'
    return response


@needs("stbp.issue")
@second_factor("membatalkan TBP dan menerbitkan gantinya")
@require_POST
def tbp_reissue(request: HttpRequest, token: str) -> HttpResponse:
    document, form = _find(request, token), ReasonForm(request.POST)
    if not form.is_valid():
        return _detail(request, document, form)
    reason = form.cleaned_data["reason"]
    try:
        fresh = services.reissue(document=document, reason=reason, by=actor(request), at=timezone.now())
    except DocumentError as error:
        messages.error(request, str(error))
        return redirect("stbp:tbp_detail", token=token)
    messages.success(request, f"{document.number} dibatalkan; gantinya {fresh.number}.")
    return redirect("stbp:tbp_detail", token=fresh.token)


@needs("stbp.issue")
@second_factor("menerbitkan TBP")
@require_POST
def tbp_issue(request: HttpRequest) -> HttpResponse:
    """TBP of receipts that have none: those from before the register was kept."""
    made = services.issue_missing(by=actor(request), at=timezone.now())
    messages.success(request, f"{made} TBP diterbitkan." if made else "Semua penerimaan sudah ber-TBP.")
    return redirect("stbp:tbp_list")


def _find(request: HttpRequest, token: str) -> Document:
    rows = Document.objects.filter(kind=STBP.code).select_related("opd", "issued_by", "voided_by")
    return get_object_or_404(scope(request.user, "takings.view").filter(rows), token=token)


def _detail(request: HttpRequest, document: Document, form: ReasonForm) -> HttpResponse:
    (row,) = queries.with_way([document])
    subject = (document.subject_type, document.subject_id)
    others = Document.objects.filter(kind=STBP.code, subject_type=subject[0], subject_id=subject[1])
    context = {
        "row": row, "document": document, "facts": document.facts, "form": form,
        "others": others.exclude(pk=document.pk).order_by("-issued_at"),
        "address": sources.source(subject[0]).address(subject[1]),
        "may_issue": document.voided_at is None
        and allowed(request.user, "stbp.issue", opd=document.opd_id),
    }  # fmt: skip
    return render(request, "retribusi/stbp/rinci.html", context)
