"""/pengembalian/: the queue, the desk of titipan, a payment's money path, and one refund."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import allowed, needs, scope
from opd.forms import ReasonForm
from opd.office import documents
from opd.office.calendar import day_of
from opd.office.exports import csv_response
from opd.office.views.evidence import context_of
from payments.incoming.models import Payment, Refund
from payments.incoming.refund_rules import BY_TREASURY
from payments.ledger.queries import journal_of
from retribusi.assessments.services import compensating
from retribusi.refunds import queries, subjects
from retribusi.refunds.forms import DeskFilter, PaperForm, ProposeForm, RefundFilter, RuleForm

COLUMNS = (
    *("diusulkan", "opd", "jalan", "keadaan", "jumlah", "retribusi", "titipan", "alasan", "rrn", "dibayar"),
    *("nomor_kita", "nomor_bank", "skrdlb", "spm", "sp2d", "pengusul", "pemutus", "selesai", "keterangan"),
)
KEPT = (
    "dibayar",
    "opd",
    "sifat",
    "jumlah",
    "tersisa",
    "umur_hari",
    "rrn",
    "rujukan_kita",
    "rekening",
    "tagihan",
)
TONES = {
    "requested": "wait", "approved": "wait", "sent": "wait",
    "unclear": "bad", "done": "ok", "refused": "quiet",
}  # fmt: skip
USED = {"requested": "wait", "done": "ok", "refused": "quiet", "undone": "quiet"}


@needs("refund.view")
@require_GET
@reads_replica
def refund_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "refund.view")
    form = RefundFilter(request.GET, reach)
    found = queries.refund_rows(reach, form.where)
    if request.GET.get("unduh") == "csv":
        return csv_response("pengembalian.csv", COLUMNS, _lines(found))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {
        "form": form, "page": page, "rows": [(row, TONES[row.state]) for row in page],
        "total": found.aggregate(sum=Sum("amount", default=0))["sum"], "is_filtered": bool(request.GET),
        "wide": True,
    }  # fmt: skip
    return render(request, "retribusi/refunds/list.html", context)


def _lines(found: QuerySet[Refund]) -> Iterator[list[Any]]:
    for row in found.iterator(chunk_size=500):
        paid = row.payment
        yield [
            row.proposed_at, row.opd, row.get_path_display(), row.get_state_display(), row.amount,
            row.revenue_amount, row.liability_amount, row.reason, paid.rrn, paid.paid_at,
            row.partner_refund_no, row.refund_no, row.skrdlb_number, row.spm_number, row.sp2d_number,
            row.proposed_by, row.decided_by, row.closed_at, row.message,
        ]  # fmt: skip


@needs("refund.view")
@require_GET
@reads_replica
def desk(request: HttpRequest) -> HttpResponseBase:
    """Money that is nobody's revenue: late, double, short, excess, unexpected; the oldest first."""
    reach, today = scope(request.user, "refund.view"), timezone.localdate()
    form = DeskFilter(request.GET, reach)
    found = queries.kept_rows(
        reach, kind=form.word("sifat"), older=form.number("umur") or 0, text=form.word("q"), on=today
    )
    if form.opd_id:
        found = found.filter(opd=form.opd_id)
    if request.GET.get("unduh") == "csv":
        lines = (
            [
                each.payment.paid_at, each.payment.opd, each.payment.get_kind_display(), each.payment.amount,
                each.left, each.days, each.payment.rrn, each.payment.partner_reference_no,
                each.payment.receiving_account.name,
                each.payment.request.description if each.payment.request else "",
            ]
            for each in queries.kept(list(found), on=today)
        )  # fmt: skip
        return csv_response("titipan.csv", KEPT, lines)
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {
        "form": form, "page": page, "rows": queries.kept(list(page), on=today),
        "total": found.aggregate(sum=Sum("left", default=0))["sum"], "is_filtered": bool(request.GET),
        "wide": True,
        "may_propose": allowed(request.user, "refund.propose"),
        "may_explain": allowed(request.user, "reconciliation.resolve"), "reason": ReasonForm(),
    }  # fmt: skip
    return render(request, "retribusi/refunds/desk.html", context)


@needs("refund.view")
@require_GET
def payment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How much was paid, where it is now, what is lawful and why; and the form that proposes it."""
    return payment_page(request, find_payment(request, pk))


def find_payment(request: HttpRequest, pk: UUID) -> Payment:
    rows = Payment.objects.select_related("request", "receiving_account", "opd", "partner")
    return get_object_or_404(scope(request.user, "refund.view").filter(rows), pk=pk)


def payment_page(request: HttpRequest, row: Payment, form: ProposeForm | None = None) -> HttpResponse:
    path = queries.money_path(row, on=timezone.localdate())
    whole = path.choice.whole or not path.payment.revenue_amount
    given = {
        "seen": path.left.amount, "permohonan": request.GET.get("permohonan", ""),
        "amount": path.left.amount if whole else path.left.liability or None,
    }  # fmt: skip
    may = path.choice.path is not None and allowed(request.user, "refund.propose", opd=row.opd_id)
    context = {
        "payment": row, "path": path, "may_propose": may,
        "form": form or (ProposeForm(path=path, initial=given) if may else None),
        "rows": [(refund, TONES[refund.state]) for refund in path.refunds],
        "compensations": [(one, USED[one.state]) for one in row.compensations.all()],
        "bills": path.left.liability > 0
        and allowed(request.user, "refund.propose", opd=row.opd_id)
        and compensating.bills_of(row, at=timezone.now()),
        "may_see_takings": allowed(request.user, "takings.view", opd=row.opd_id),
    }  # fmt: skip
    return render(request, "retribusi/refunds/payment.html", context, status=400 if form else 200)


@needs("refund.view")
@require_GET
def refund_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return refund_page(request, find_refund(request, pk))


def find_refund(request: HttpRequest, pk: UUID) -> Refund:
    rows = Refund.objects.select_related(
        "opd", "payment__receiving_account", "payment__request", "proposed_by", "decided_by"
    )
    return get_object_or_404(scope(request.user, "refund.view").filter(rows), pk=pk)


def refund_page(request: HttpRequest, row: Refund, status: int = 200, **more: Any) -> HttpResponse:
    user = request.user
    by_papers = row.way in BY_TREASURY and row.state == "approved"
    proposes = allowed(user, "refund.propose", opd=row.opd_id)
    decides = allowed(user, "refund.approve", opd=row.opd_id) and row.proposed_by_id != user.pk
    context: dict[str, Any] = {
        "refund": row, "tone": TONES[row.state],
        "path": queries.money_path(row.payment, on=timezone.localdate()),
        "limits": queries.limits(row), "events": queries.story(row),
        "journals": [each for each in journal_of(row.payment.source) if each.journal.id == row.journal_id],
        "papers": documents.of(row) if row.way in BY_TREASURY else [],
        "may_decide": decides and row.state == "requested",
        "may_stop": decides and by_papers,
        "may_withdraw": proposes and row.state == "requested" and row.proposed_by_id == user.pk,
        "may_rule": decides and row.state == "unclear",
        "may_ask": proposes and row.state in {"sent", "unclear"},
        "next_paper": _next_paper(row, proposes=proposes, pays=allowed(user, "refund.pay", opd=row.opd_id)),
        "paper": PaperForm(initial={"day": day_of(timezone.now())}),
        "rule": RuleForm(), "reason": ReasonForm(),
        "wish": getattr(row, "request", None),
        **context_of(request, subjects.TYPE, str(row.pk)),
    }  # fmt: skip
    return render(request, "retribusi/refunds/detail.html", context | more, status=status)


def _next_paper(row: Refund, *, proposes: bool, pays: bool) -> str:
    """The paper that this person enters next for an approved restitution: skrdlb, spm, sp2d or none."""
    if row.way not in BY_TREASURY or row.state != "approved":
        return ""
    if not row.skrdlb_number or not row.spm_number:
        missing = "spm" if row.skrdlb_number else "skrdlb"
        return missing if proposes else ""
    return "sp2d" if pays else ""
