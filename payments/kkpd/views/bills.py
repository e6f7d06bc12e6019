"""/kkpd/tagihan/: the issuer's bills, from the file to the day they are paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.models import AuditEvent
from opd.office import documents
from opd.office.models import Document
from opd.stepup import second_factor
from payments.kkpd import papers, queries, services, status
from payments.kkpd.forms import BillForm, SettleForm
from payments.kkpd.models import Bill, BillFile, Card, LineState
from payments.kkpd.reading import BillRefused
from payments.kkpd.views.shared import REFUSALS, refuse, try_deed


@needs("kkpd.view")
@require_GET
@reads_replica
def bill_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.bills(actor(request)), 50).get_page(request.GET.get("halaman"))
    context = {
        "page": page,
        "rows": [(bill, status.of_bill(bill), status.next_of_bill(bill, actor(request))) for bill in page],
        "may_upload": allowed(actor(request), "kkpd.bill"),
        "waiting": list(queries.waiting_files(actor(request))[:20]),
        "sum": sum((bill.total for bill in page), queries.ZERO),
    }
    return render(request, "kkpd/bill_list.html", context)


@needs("kkpd.bill")
@require_http_methods(["GET", "POST"])
def bill_upload(request: HttpRequest) -> HttpResponse:
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = BillForm(*data, reach=scope(request.user, "kkpd.bill"))
    faults: list[str] = []
    if form.is_valid():
        upload, opd = form.cleaned_data["file"], form.cleaned_data["opd"]
        try:
            received = services.receive(opd_id=opd.pk, upload=upload, by=actor(request), at=timezone.now())
        except BillRefused as error:
            faults = error.sentences
        else:
            if isinstance(received, BillFile):
                return redirect("kkpd:file_teach", received.pk)
            messages.success(request, f"Tagihan {received.number} diimpor: {received.count} transaksi.")
            return redirect("kkpd:bill_detail", received.pk)
    return render(request, "kkpd/bill_upload.html", {"form": form, "faults": faults})


@needs("kkpd.view")
@require_GET
def bill_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _detail(request, _visible(request, pk))


def _detail(request: HttpRequest, bill: Bill, *, settle: SettleForm | None = None) -> HttpResponse:
    user = actor(request)
    lines = list(bill.lines.select_related("card__holder", "report__spend", "report__dpr", "dpt"))
    events = AuditEvent.objects.filter(subject_type="kkpd.bill", subject_id=str(bill.pk))
    initial = {"paid_date": timezone.localdate()}
    context = {
        "bill": bill,
        "status": status.of_bill(bill),
        "next": status.next_of_bill(bill, user),
        "lines": lines,
        "figures": _figures(bill, lines),
        "cards": _waiting_cards(lines),
        "first_open": next((line for line in lines if line.state == LineState.OPEN), None),
        "documents": _documents(bill),
        "settle": settle or SettleForm(opd_id=bill.opd_id, initial=initial),
        "events": events.select_related("by").order_by("at", "pk"),
        "wide": True,
    }
    return render(request, "kkpd/bill_detail.html", context)


def _figures(bill: Bill, lines: list[Any]) -> dict[str, Any]:
    """Sums of the bill's lines by what was decided (rupiah)."""
    sums = dict.fromkeys(LineState, queries.ZERO)
    for line in lines:
        sums[LineState(line.state)] += line.amount
    listed = sum((line.amount for line in lines if line.dpt_id), queries.ZERO)
    missing = sum((line.amount for line in lines if line.report_id is None), queries.ZERO)
    return {**{str(state): amount for state, amount in sums.items()}, "listed": listed, "missing": missing}


def _waiting_cards(lines: list[Any]) -> list[Card]:
    """Cards with lines that passed and stand in no DPT yet."""
    return list(
        {line.card_id: line.card for line in lines if line.state == "approved" and not line.dpt_id}.values()
    )


def _documents(bill: Bill) -> list[tuple[str, Document]]:
    """The bill's papers as they stand, oldest first."""
    labels = {kind.code: kind.label for kind in papers.KINDS}
    found = [document for dpt in bill.dpts.all() for document in documents.of(dpt).standing()]
    found += list(documents.of(bill).standing())
    return [(labels.get(one.kind, one.kind), one) for one in sorted(found, key=lambda one: one.issued_at)]


@needs("kkpd.test")
@require_POST
@second_factor("menerbitkan DPT")
def bill_dpt(request: HttpRequest, pk: UUID) -> HttpResponse:
    chosen = request.POST.get("card", "")
    card_id = int(chosen) if chosen.isdecimal() else None
    done = "DPT diterbitkan; belanja yang lolos dibebankan ke anggaran."
    return _act(request, pk, services.issue_dpt, done, card_id=card_id)


@needs("kkpd.test")
@require_POST
@second_factor("menerbitkan surat penolakan")
def bill_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, services.issue_letter, "Surat penolakan diterbitkan.")


@needs("kkpd.test")
@require_POST
@second_factor("membuat NPD KKPD")
def bill_npd(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, services.issue_npd, "NPD KKPD dibuat sebagai konsep.")


@needs("spend.verify")
@require_POST
@second_factor("memverifikasi LPJ KKPD")
def bill_verify(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, services.verify_bill, "Belanja tagihan ini diverifikasi; LPJ dibuat.")


@needs("claim.raise")
@require_POST
def bill_claim(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, services.claim_bill, "SPP-GU KKPD dibuat dan menunggu verifikasi PPK-OPD.")


def _act(request: HttpRequest, pk: UUID, deed: Callable[..., Any], done: str, **facts: Any) -> HttpResponse:
    bill = _visible(request, pk)
    try_deed(request, deed, done=done, bill_id=bill.pk, **facts)
    return redirect("kkpd:bill_detail", pk)


@needs("kkpd.settle")
@require_POST
@second_factor("melunasi tagihan KKPD")
def bill_settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    bill = _visible(request, pk)
    form = SettleForm(request.POST, opd_id=bill.opd_id)
    if form.is_valid():
        given = dict(form.cleaned_data)
        account = given.pop("account")
        try:
            services.settle_bill(
                bill_id=bill.pk, account_id=account.pk, **given, by=actor(request), at=timezone.now()
            )
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, "Tagihan lunas; UP KKPD dan limit kartu kembali.")
            return redirect("kkpd:bill_detail", pk)
    return _detail(request, bill, settle=form)


def _visible(request: HttpRequest, pk: UUID) -> Bill:
    bill: Bill = get_object_or_404(queries.bills(actor(request)), pk=pk)
    return bill
