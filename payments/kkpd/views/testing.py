"""/kkpd/tagihan/baris/: one billed line beside its report and evidence, and the tests of Pasal 5."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, allowed, needs
from opd.office import attachments
from opd.stepup import second_factor
from payments.kkpd import queries, services
from payments.kkpd.forms import HolderPaidForm, MatchForm, TestForm
from payments.kkpd.models import BillLine, LineState
from payments.kkpd.views.shared import REFUSALS, refuse, try_deed


@needs("kkpd.view")
@require_GET
def bill_line(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(request: HttpRequest, line: BillLine, *, form: TestForm | None = None) -> HttpResponse:
    user = actor(request)
    waits = line.state == LineState.OPEN
    tests = allowed(user, "kkpd.test", opd=line.bill.opd_id) and line.dpt_id is None
    bills = allowed(user, "kkpd.bill", opd=line.bill.opd_id)
    context = {
        "line": line,
        "differs": line.report is not None and line.report.spend.amount != line.amount,
        "evidence": attachments.of(line.report) if line.report else [],
        "form": form or TestForm(initial=line.checks),
        "may_test": tests and line.state != LineState.REJECTED,
        "may_match": waits and (tests or bills),
        "match": MatchForm(reports=queries.unmatched_reports(line)),
        "may_pay": bills and line.state == LineState.REJECTED and line.holder_paid_at is None,
        "paid": HolderPaidForm(initial={"paid_date": timezone.localdate()}),
        "following": _following(line),
    }
    return render(request, "kkpd/bill_line.html", context)


def _following(line: BillLine) -> BillLine | None:
    """The next line of the bill that waits for its test."""
    rows = BillLine.objects.filter(bill=line.bill_id, state=LineState.OPEN).exclude(pk=line.pk)
    return rows.order_by("line_no").first()


@needs("kkpd.test")
@require_POST
@second_factor("menguji baris tagihan")
def line_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve with every test passed, or reject with a reason: the button says which."""
    line = _visible(request, pk)
    form = TestForm(request.POST)
    if form.is_valid():
        try:
            _decide(request, line, form)
        except REFUSALS as error:
            refuse(form, error)
        else:
            following = _following(line)
            if following:
                return redirect("kkpd:bill_line", following.pk)
            return redirect("kkpd:bill_detail", line.bill_id)
    return _page(request, line, form=form)


def _decide(request: HttpRequest, line: BillLine, form: TestForm) -> None:
    facts: dict[str, Any] = {
        "bill_line_id": line.pk, "checks": form.checks, "by": actor(request), "at": timezone.now()
    }  # fmt: skip
    if request.POST.get("putusan") == "tolak":
        services.reject_line(**facts, reason=form.cleaned_data["reason"])
    else:
        services.approve_line(**facts)


@needs("kkpd.view")
@require_POST
def line_match(request: HttpRequest, pk: int) -> HttpResponse:
    """For administrator, treasurer, PA and KPA: the service decides."""
    line = _visible(request, pk)
    form = MatchForm(request.POST, reports=queries.unmatched_reports(line))
    if form.is_valid():
        try_deed(
            request, services.match_by_hand, done="Baris dicocokkan dengan laporan itu.",
            bill_line_id=line.pk, report_id=form.cleaned_data["report"].pk,
        )  # fmt: skip
    return redirect("kkpd:bill_line", pk)


@needs("kkpd.view")
@require_POST
def line_unmatch(request: HttpRequest, pk: int) -> HttpResponse:
    line = _visible(request, pk)
    try_deed(request, services.unmatch, done="Baris dilepas dari laporannya.", bill_line_id=line.pk)
    return redirect("kkpd:bill_line", pk)


@needs("kkpd.bill")
@require_POST
def line_holder_paid(request: HttpRequest, pk: int) -> HttpResponse:
    line = _visible(request, pk)
    form = HolderPaidForm(request.POST)
    facts = form.cleaned_data if form.is_valid() else {"paid_date": timezone.localdate(), "reference": ""}
    done = "Pembayaran pemegang dicatat; bagian ini tidak membebani APBD."
    try_deed(request, services.record_holder_payment, done=done, bill_line_id=line.pk, **facts)
    return redirect("kkpd:bill_line", pk)


def _visible(request: HttpRequest, pk: int) -> BillLine:
    rows = BillLine.objects.select_related(
        "bill__opd", "card__holder", "report__spend__line", "report__dpr__document", "dpt", "tested_by"
    )
    return get_object_or_404(queries.oversight(actor(request)).filter(rows, "bill__opd"), pk=pk)
