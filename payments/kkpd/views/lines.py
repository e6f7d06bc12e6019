"""/kkpd/: purchases with the card, reported by their holders from the phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import ReasonForm
from opd.models import AuditEvent
from opd.office import attachments
from opd.office.exports import csv_response
from opd.office.views.evidence import context_of
from payments.kkpd import queries, services, status
from payments.kkpd.forms import LineSentence, ReportForm
from payments.kkpd.models import Card, DprLine
from payments.kkpd.services import CardSpend
from payments.kkpd.views.shared import REFUSALS, refuse, try_deed

_COLUMNS = (
    *("tanggal", "opd", "pemegang", "kartu", "merchant", "uraian", "sub_kegiatan", "kode_rekening", "jumlah"),
    *("rrn", "keadaan", "dpr", "tagihan"),
)


@needs("kkpd.view")
@require_GET
@reads_replica
def line_list(request: HttpRequest) -> HttpResponseBase:
    form = LineSentence(request.GET, scope(request.user, "kkpd.view"))
    found = queries.chosen_lines(actor(request), form.where)
    if request.GET.get("unduh") == "csv":
        return csv_response("belanja-kartu.csv", _COLUMNS, map(_cells, found.iterator(1000)))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {
        "form": form,
        "page": page,
        "rows": [(row, status.of_line(row)) for row in page],
        "sum": queries.total(found),
        "cards": _own_cards(request),
        "may_report": allowed(actor(request), "kkpd.report"),
        "is_filtered": bool(request.GET),
    }
    return render(request, "kkpd/line_list.html", context)


def _cells(row: DprLine) -> tuple[object, ...]:
    bill = row.bill_line.bill.number if hasattr(row, "bill_line") else ""
    dpr = row.dpr.document.number if row.dpr and row.dpr.document else ""
    return (
        *(row.transaction_date, row.spend.opd.name, row.card.holder.name, row.card.masked),
        *(row.spend.merchant_name, row.spend.description, row.spend.line.kode_sub_kegiatan),
        *(row.spend.line.kode_rekening, row.spend.amount, row.rrn, status.of_line(row).label, dpr, bill),
    )


def _own_cards(request: HttpRequest) -> list[Card]:
    return list(Card.objects.filter(holder=actor(request)).select_related("opd"))


@needs("kkpd.report")
@require_http_methods(["GET", "POST"])
def report_new(request: HttpRequest) -> HttpResponse:
    """The holder's phone screen: card, amount, merchant, budget line, purpose, photo."""
    today = {"transaction_date": timezone.localdate()}
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ReportForm(*data, holder=actor(request), initial=today)
    if form.is_valid() and (row := _report(request, form)) is not None:
        return redirect("kkpd:line_detail", row.pk)
    return render(request, "kkpd/report.html", {"form": form, "cards": _own_cards(request)})


def _report(request: HttpRequest, form: ReportForm) -> DprLine | None:
    given = dict(form.cleaned_data)
    photo, card, line = given.pop("photo"), given.pop("card"), given.pop("line")
    spend = CardSpend(card_id=card.pk, line_id=int(line), **given)
    by, at = actor(request), timezone.now()
    try:
        row = services.report(spend=spend, by=by, at=at)
    except REFUSALS as error:
        refuse(form, error)
        return None
    try:
        attachments.attach(subject=row, kind="receipt", upload=photo, by=by, at=at, via="phone")
    except attachments.AttachmentError as error:
        messages.warning(request, f"Belanja dilaporkan, tetapi fotonya belum terlampir: {error}")
    else:
        messages.success(request, "Belanja dilaporkan. Anggaran dan limit kartu sudah ditahan.")
    return row


@needs("kkpd.view")
@require_GET
def line_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _visible(request, pk)
    user = actor(request)
    loose = row.withdrawn_at is None and row.dpr_id is None and row.freed_at is None
    context = {
        "row": row,
        "status": status.of_line(row),
        "may_withdraw": loose and row.card.holder_id == user.pk and not hasattr(row, "bill_line"),
        "reason": ReasonForm(),
        "events": _events(row),
        **context_of(request, "kkpd.dprline", str(row.pk)),
    }
    return render(request, "kkpd/line_detail.html", context)


def _events(row: DprLine) -> Any:
    ids = [("kkpd.dprline", str(row.pk)), ("spending.spend", str(row.spend_id))]
    if row.dpr_id:
        ids.append(("kkpd.dpr", str(row.dpr_id)))
    if hasattr(row, "bill_line"):
        ids.append(("kkpd.billline", str(row.bill_line.pk)))
    found = AuditEvent.objects.none()
    for kind, key in ids:
        found = found | AuditEvent.objects.filter(subject_type=kind, subject_id=key)
    return found.select_related("by").order_by("at", "pk")


@needs("kkpd.report")
@require_POST
def line_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _visible(request, pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = "Laporan ditarik; anggaran dan limit kartu bebas lagi."
    try_deed(request, services.withdraw, done=done, line_id=row.pk, reason=reason)
    return redirect("kkpd:line_detail", pk)


def _visible(request: HttpRequest, pk: UUID) -> DprLine:
    return get_object_or_404(queries.lines(actor(request)), pk=pk)
