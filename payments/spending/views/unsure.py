"""/belanja/bayar/belum-pasti/: what the bank did not make certain, made certain by two people."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, needs, scope
from opd.forms import ReasonForm
from opd.office import evidence
from opd.stepup import second_factor
from payments.spending import unsure
from payments.spending.errors import BadDraft, SpendError
from payments.spending.models import Contradiction, Disbursement, Ruling, Verdict
from payments.spending.services import contradictions, rulings
from payments.spending.unsure_forms import RulingForm

_DONE = {
    Verdict.PAID: "Pembayaran dipastikan berhasil dan sudah dibukukan.",
    Verdict.FAILED: "Pembayaran dipastikan gagal; belanjanya dapat dibayar lagi.",
}


@needs("spend.view")
@require_GET
def unsure_list(request: HttpRequest) -> HttpResponse:
    reach, now = scope(request.user, "spend.view"), timezone.now()
    context = {
        "stuck": unsure.stuck(reach, at=now)[:200],
        "proposals": unsure.proposals(reach)[:200],
        "contradictions": unsure.contradictions(reach)[:200],
        "hours": unsure.hours(now),
    }
    return render(request, "spending/unsure_list.html", context)


@needs("spend.view")
@require_GET
def unsure_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _detail(request, _payment(request, pk))


def _detail(request: HttpRequest, payment: Disbursement, form: RulingForm | None = None) -> HttpResponse:
    context = unsure.context(payment, actor(request), at=timezone.now())
    context |= {"form": form or RulingForm(way=payment.way), "reason": ReasonForm()}
    return render(request, "spending/unsure_detail.html", context, status=422 if form else 200)


@needs("spend.pay")
@require_POST
def ruling_propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    payment = _payment(request, pk)
    form = RulingForm(request.POST, request.FILES, way=payment.way)
    if form.is_valid():
        try:
            _propose(request, payment, form)
        except BadDraft as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except SpendError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Usulan tercatat dan menunggu PPK-OPD memastikannya.")
            return redirect("spending:unsure_detail", pk=pk)
    return _detail(request, payment, form)


def _propose(request: HttpRequest, payment: Disbursement, form: RulingForm) -> None:
    given = form.cleaned_data
    draft = rulings.RulingDraft(
        Verdict(given["verdict"]), given["reference_no"], given["day"], given.get("rrn") or ""
    )
    rulings.propose_ruling(
        disbursement_id=payment.pk, draft=draft, proof=given["proof"], by=actor(request), at=timezone.now()
    )


@needs("spend.verify")
@second_factor("memastikan hasil pembayaran")
@require_POST
def ruling_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    row = _ruling(request, pk)
    try:
        rulings.confirm_ruling(ruling_id=pk, by=actor(request), at=timezone.now())
    except SpendError as error:
        messages.error(request, str(error))
    else:
        done = (
            "berhasil; belanjanya sudah dibukukan"
            if row.verdict == Verdict.PAID
            else "gagal; dapat dibayar lagi"
        )
        messages.success(request, f"Pembayaran dipastikan {done}.")
    return redirect("spending:unsure_detail", pk=row.disbursement_id)


@needs("spend.view")
@require_POST
def ruling_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """By who may confirm it, or by its maker: the service decides."""
    row = _ruling(request, pk)
    try:
        rulings.decline_ruling(ruling_id=pk, reason=_reason(request), by=actor(request), at=timezone.now())
    except SpendError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Usulan ditolak. Bank tetap ditanya.")
    return redirect("spending:unsure_detail", pk=row.disbursement_id)


@needs("spend.view")
@require_GET
def ruling_evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    return evidence.attachment(_ruling(request, pk).evidence)


@needs("spend.verify")
@second_factor("menyelesaikan kabar bank yang berlawanan")
@require_POST
def contradiction_close(request: HttpRequest, pk: int) -> HttpResponse:
    rows = scope(request.user, "spend.verify").filter(Contradiction.objects.all(), "disbursement__spend__opd")
    row = get_object_or_404(rows, pk=pk)
    try:
        contradictions.close(
            contradiction_id=pk, reason=_reason(request), by=actor(request), at=timezone.now()
        )
    except SpendError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Kabar yang berlawanan ini tercatat selesai.")
    return redirect("spending:unsure_detail", pk=row.disbursement_id)


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    return str(form.cleaned_data["reason"]) if form.is_valid() else ""


def _payment(request: HttpRequest, pk: UUID) -> Disbursement:
    return get_object_or_404(unsure.payment_of(scope(request.user, "spend.view"), pk))


def _ruling(request: HttpRequest, pk: int) -> Ruling:
    rows = scope(request.user, "spend.view").filter(Ruling.objects.all(), "disbursement__spend__opd")
    return get_object_or_404(rows.select_related("evidence"), pk=pk)
