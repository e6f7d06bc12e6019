"""Titipan that pays another SKRD of its payer: proposed from the payment's page, decided on its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import DayInput, OfficeSentence, ReasonForm, show_refusal
from opd.office import evidence
from opd.office.exports import csv_response
from opd.office.forms import TAKEN
from opd.office.pictures import FileRefused
from opd.stepup import second_factor
from payments.incoming.compensating import CompensationError
from payments.incoming.models import Compensation
from payments.ledger.errors import LedgerError
from payments.ledger.queries import journal_of
from payments.money import format_rupiah
from retribusi.assessments.models import Debt
from retribusi.assessments.services import compensating
from retribusi.refunds import compensations
from retribusi.refunds.views.office import USED, find_payment

COLUMNS = (
    *("diusulkan", "opd", "tagihan", "jumlah", "keadaan", "surat", "tanggal_surat", "pengusul", "pemutus"),
    *("diputus", "jurnal", "keterangan", "dibatalkan", "alasan_batal"),
)
Deed = Callable[..., Compensation]


class CompensationForm(forms.Form):
    """Which bill of the payer, and the letter in which they ask for it."""

    debt = forms.ChoiceField(label="Tagihan yang dibayar")
    number = forms.CharField(label="Nomor surat pembayar", max_length=100)
    day = forms.DateField(label="Tanggal surat", widget=DayInput())
    letter = forms.FileField(
        label="Surat persetujuan pembayar", help_text="Foto atau PDF, paling besar 10 MB.",
        widget=forms.FileInput(attrs={"accept": TAKEN}),
    )  # fmt: skip

    def __init__(self, bills: list[compensating.Bill], *args: Any) -> None:
        super().__init__(*args)
        field: Any = self.fields["debt"]
        field.choices = [
            (str(one.debt.pk), f"SKRD {one.debt.skrd.document.number_text}: {format_rupiah(one.total)}")
            for one in bills
        ]


class CompensationFilter(OfficeSentence):
    field_order = ("keadaan", "opd", "q")
    keadaan = forms.ChoiceField(label="Kompensasi yang", required=False)
    q = forms.CharField(label="cari", required=False, max_length=60)

    def __init__(self, data: Any, reach: Any) -> None:
        super().__init__(data, reach)
        states = ((one.value, str(one.label).lower()) for one in Compensation.State)
        self.offer("keadaan", states, "apa pun keadaannya")
        self.fields["q"].widget.attrs["placeholder"] = "nomor SKRD, surat, atau jumlah"


@needs("refund.view")
@require_GET
@reads_replica
def compensation_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "refund.view")
    form = CompensationFilter(request.GET, reach)
    found = compensations.rows(reach, state=form.word("keadaan"), opd_id=form.opd_id, text=form.word("q"))
    if request.GET.get("unduh") == "csv":
        lines = (
            [
                row.proposed_at, row.opd, row.description, row.amount, row.get_state_display(),
                row.letter_number, row.letter_date, row.proposed_by, row.decided_by, row.decided_at,
                row.journal_id, row.message, row.undone_at, row.undo_reason,
            ]
            for row in found.iterator(chunk_size=500)
        )  # fmt: skip
        return csv_response("kompensasi.csv", COLUMNS, lines)
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {
        "form": form, "page": page, "rows": [(row, USED[row.state]) for row in page],
        "is_filtered": bool(request.GET),
    }  # fmt: skip
    return render(request, "retribusi/refunds/kompensasi_daftar.html", context)


@needs("refund.propose")
@second_factor("mengusulkan kompensasi titipan")
@require_http_methods(["GET", "POST"])
def compensation_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    payment, now = find_payment(request, pk), timezone.now()
    bills = compensating.bills_of(payment, at=now)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CompensationForm(bills, *sent)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = compensations.propose(
                payment_id=payment.pk, debt_id=UUID(data["debt"]), number=data["number"], day=data["day"],
                letter=data["letter"], by=actor(request), at=now,
            )  # fmt: skip
        except (CompensationError, FileRefused) as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Kompensasi diusulkan; menunggu keputusan kepala OPD.")
            return redirect("refunds:compensation_detail", pk=row.pk)
    context = {
        "form": form, "payment": payment, "bills": bills, "payer": compensating.payer_of(payment),
        "free": compensations.free(payment),
    }  # fmt: skip
    return render(request, "retribusi/refunds/kompensasi_baru.html", context)


@needs("refund.view")
@require_GET
def compensation_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _find(request, pk)
    user, journals = request.user, {row.journal_id, row.undo_journal_id}
    decides = allowed(user, "refund.approve", opd=row.opd_id)
    own = row.proposed_by_id == user.pk
    context = {
        "row": row, "tone": USED[row.state], "events": compensations.story(row), "reason": ReasonForm(),
        "skrd": Debt.objects.get(key=row.payable_key).skrd,
        "journals": [one for one in journal_of(row.payment.source) if one.journal.id in journals],
        "may_decide": row.state == "requested" and decides and not own,
        "may_withdraw": row.state == "requested" and own,
        "may_undo": decides and compensations.may_undo(row, at=timezone.now()),
    }  # fmt: skip
    return render(request, "retribusi/refunds/kompensasi_rinci.html", context)


@needs("refund.view")
@require_GET
def compensation_letter(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The payer's letter, as it was handed in."""
    return evidence.attachment(_find(request, pk).letter)


@needs("refund.approve")
@second_factor("menyetujui kompensasi titipan")
@require_POST
def compensation_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _do(request, pk, compensating.approve, "Dibukukan: titipan menjadi pendapatan, tagihannya lunas.")


@needs("refund.view")
@second_factor("menolak kompensasi titipan")
@require_POST
def compensation_refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _do(request, pk, compensating.refuse, "Kompensasi tidak jadi; titipannya tetap.", reason=reason)


@needs("refund.approve")
@second_factor("membatalkan kompensasi titipan")
@require_POST
def compensation_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _do(request, pk, compensating.undo, "Dibatalkan: uangnya titipan lagi.", reason=reason)


def _do(request: HttpRequest, pk: UUID, deed: Deed, done: str, **words: str) -> HttpResponse:
    row = _find(request, pk)
    try:
        deed(compensation_id=row.pk, by=actor(request), at=timezone.now(), **words)
    except (CompensationError, LedgerError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("refunds:compensation_detail", pk=pk)


def _find(request: HttpRequest, pk: UUID) -> Compensation:
    rows = Compensation.objects.select_related(
        "opd", "payment__receiving_account", "letter", "proposed_by", "decided_by", "undone_by"
    )
    return get_object_or_404(scope(request.user, "refund.view").filter(rows), pk=pk)
