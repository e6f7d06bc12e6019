"""Takings with their lights, for treasurers, Kuasa BUD and auditors (Penerimaan)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import Scope, actor, allowed, needs, scope
from opd.forms import DayInput, ReasonForm, Sentence
from opd.office.exports import csv_response
from payments.incoming import queries as incoming
from payments.incoming import services
from payments.incoming.listing import PAGE
from payments.incoming.models import MoneyException, Payment
from payments.incoming.texts import KIND_LABELS
from retribusi import takings

COLUMNS = (
    *(
        "pembayaran",
        "dibayar",
        "opd",
        "rekening",
        "nmid",
        "untuk",
        "sifat",
        "jumlah",
        "retribusi",
        "titipan",
    ),
    *("rrn", "rujukan_kita", "rujukan_bank", "kode_lra", "disetor_bank", "masuk_rkud", "dibukukan"),
    "cara_bayar",
)


class TakingsFilter(Sentence):
    """The filter sentence of what came in; one day, today, where none is given."""

    titik = forms.TypedChoiceField(label="Penerimaan di", coerce=int, empty_value=None, required=False)
    sifat = forms.ChoiceField(label="yang", required=False)
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    q = forms.CharField(label="cari", required=False, max_length=64)

    def __init__(self, *args: Any, accounts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("titik", accounts, "semua titik")
        self.offer("sifat", ((kind, label.lower()) for kind, label in KIND_LABELS.items()), "apa saja")
        self.fields["q"].widget.attrs["placeholder"] = "jumlah, RRN, kode pesanan, atau SKRD"

    def where(self, reach: Scope) -> incoming.PaymentFilter:
        today = timezone.localdate()
        first, last = self.day("sejak") or today, self.day("sampai") or today
        return takings.filtered(
            reach,
            first=min(first, last),
            last=max(first, last),
            account=self.number("titik"),
            kind=self.word("sifat"),
            text=self.word("q"),
        )


@needs("takings.view")
@require_GET
@reads_replica
def takings_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "takings.view")
    today = timezone.localdate().isoformat()
    asked = {"sejak": today, "sampai": today, **request.GET.dict()}
    form = TakingsFilter(asked, accounts=takings.accounts(reach))
    where = form.where(reach)
    if request.GET.get("unduh") == "csv":
        return csv_response("penerimaan.csv", COLUMNS, map(_cells, takings.export(where)))
    page = takings.takings_page(where, before=request.GET.get("sebelum", ""))
    older = request.GET.copy()
    older["sebelum"] = page.older
    context = {
        "form": form,
        "where": where,
        "found": page,
        "older": f"?{older.urlencode()}" if page.older else "",
        "is_filtered": bool(request.GET),
        "may_see_counter": allowed(request.user, "counter.view"),
        "wide": True,
    }
    return render(request, "retribusi/penerimaan.html", context)


@needs("takings.view")
@require_GET
def takings_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        story = takings.story(pk, scope(request.user, "takings.view"))
    except Payment.DoesNotExist as error:
        raise Http404("Pembayaran ini tidak ada atau bukan milik OPD Anda.") from error
    may_see_ledger = allowed(request.user, "ledger.view")
    context = {
        "story": story,
        "payment": story.payment,
        "may_see_ledger": may_see_ledger,
        "may_refund": allowed(request.user, "refund.view"),
    }
    return render(request, "retribusi/penerimaan_rinci.html", context)


@needs("takings.view")
@require_GET
def trouble_list(request: HttpRequest) -> HttpResponse:
    """Odd things about incoming money: late, double, short, unknown. Each says what to do."""
    reach = scope(request.user, "takings.view")
    explained = request.GET.get("keadaan") == "explained"
    before = request.GET.get("sebelum", "")
    rows = incoming.exceptions(
        reach,
        state="explained" if explained else "open",
        before=int(before) if before.isdecimal() and len(before) < 18 else None,
    )
    older = f"?keadaan={'explained' if explained else ''}&sebelum={rows[-1].id}" if len(rows) == PAGE else ""
    context = {
        "rows": rows,
        "explained": explained,
        "older": older,
        "form": ReasonForm(),
        "may_explain": allowed(request.user, "reconciliation.resolve"),
        "may_refund": allowed(request.user, "refund.propose"),
    }
    return render(request, "retribusi/kejanggalan.html", context)


@needs("reconciliation.resolve")
@require_POST
def trouble_explain(request: HttpRequest, pk: int) -> HttpResponse:
    reach = scope(request.user, "reconciliation.resolve")
    row = get_object_or_404(reach.filter(MoneyException.objects.all()), pk=pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.explain(row.pk, explanation=reason, by=actor(request), at=timezone.now())
    except services.ExceptionError as error:
        messages.error(request, f"{error} Tidak ada yang berubah.")
    else:
        messages.success(request, "Penjelasan dicatat.")
    return redirect("retribusi:trouble_list")


def _cells(row: takings.LitPayment) -> tuple[object, ...]:
    p, lit = row.payment, row.lights
    return (
        *(str(p.id), p.paid_at, p.opd_name, p.account_name, p.nmid, row.paid_for, p.kind_label, p.amount),
        *(p.revenue_amount, p.liability_amount, p.rrn, p.partner_reference_no, p.reference_no, p.kode_lra),
        *(lit.settled, lit.credited, lit.booked),
        p.method_label,
    )
