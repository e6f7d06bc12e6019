"""SKRD in the office: the list, one SKRD, issuing one, and what the head of the agency decides about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from opd.forms import ReasonForm, show_refusal
from opd.office.documents import DocumentError
from opd.office.exports import csv_response
from opd.stepup import second_factor
from retribusi.assessments import papers, queries
from retribusi.assessments.errors import AssessmentError
from retribusi.assessments.forms import InstalmentsForm, PointChoice, ReductionForm, SkrdForm, SkrdListFilter
from retribusi.assessments.models import Debt, Skrd, SkrdQuerySet, WajibRetribusi
from retribusi.assessments.rules import ZERO
from retribusi.assessments.services import deciding, issuing, numbers
from retribusi.models import CollectionPoint, TariffItem

HEADER = (
    *("nomor", "tanggal", "opd", "titik", "wajib_retribusi", "nik_npwp", "masa_sejak", "masa_sampai"),
    *("jatuh_tempo", "ketetapan", "sisa_tanpa_bunga", "keadaan", "dibatalkan", "alasan_batal", "diganti"),
)


@needs("assessments.view")
@require_GET
@reads_replica
def skrd_list(request: HttpRequest) -> HttpResponseBase:
    reach, today = scope(request.user, "assessments.view"), timezone.localdate()
    form = SkrdListFilter(request.GET, reach)
    rows = queries.skrd_rows(reach, form.where(), on=today)
    if request.GET.get("unduh") == "csv":
        return csv_response("skrd.csv", HEADER, _lines(rows))
    page = Paginator(rows, 50).get_page(request.GET.get("halaman"))
    context = {
        "form": form, "page": page, "totals": queries.totals(rows), "today": today, "wide": True,
        "rows": [(row, queries.TONES[row.state]) for row in page], "is_filtered": bool(request.GET),
        "may_issue": allowed(request.user, "assessments.issue"),
    }  # fmt: skip
    return render(request, "retribusi/assessments/skrd_daftar.html", context)


def _lines(rows: SkrdQuerySet) -> Iterator[list[Any]]:
    for row in rows.prefetch_related("replaced_by__document").iterator(chunk_size=500):
        facts: Any = row
        new = getattr(row, "replaced_by", None)
        yield [
            row.document.number_text, row.issued_on, row.opd.name, row.point.name, row.wajib_retribusi.name,
            row.wajib_retribusi.identity_mask, row.period_from, row.period_to, row.due_on, row.principal,
            facts.owed, row.state.label, row.document.voided_at, row.document.void_reason,
            new.document.number_text if new else "",
        ]  # fmt: skip


@needs("assessments.view")
@require_GET
def skrd_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _detail(request, _find(request, pk))


def _find(request: HttpRequest, pk: UUID) -> Skrd:
    rows = Skrd.objects.with_standing().select_related(
        "opd", "point", "wajib_retribusi", "document__voided_by", "issued_by", "file", "replaces__document"
    )
    return get_object_or_404(scope(request.user, "assessments.view").filter(rows), pk=pk)


def _detail(request: HttpRequest, row: Skrd, **forms_sent: forms.Form) -> HttpResponse:
    today = timezone.localdate()
    debts = queries.debts_of(row, on=today)
    head = allowed(request.user, "assessments.decide", opd=row.opd_id)
    returned = (
        row.state == "paid"
        and any(view.debt.payment_id for view in debts)
        and not Debt.objects.filter(skrd=row).keeping_money().exists()
    )
    blank: dict[str, Any] = {"number": "", "decided_on": today}
    context = {
        "skrd": row, "tone": queries.TONES[row.state], "debts": debts, "today": today,
        "owed": sum((view.total for view in debts if not view.debt.is_paid), start=ZERO),
        "lines": row.lines.all(), "events": queries.story(row), "letters": queries.letters_of(row),
        "pay": papers.pay_address(row),
        "va": numbers.next_of(view.debt for view in debts),
        "replaced_by": Skrd.objects.filter(replaces=row).first(),
        "may_decide": head and row.state == "standing", "returned": returned,
        "may_void": head and (row.state == "standing" or returned),
        "may_print": allowed(request.user, "documents.view", opd=row.opd_id),
        "may_issue": allowed(request.user, "assessments.issue", opd=row.opd_id),
        "may_see_refunds": allowed(request.user, "refund.view", opd=row.opd_id),
        "may_see_takings": allowed(request.user, "takings.view", opd=row.opd_id),
        "void_form": ReasonForm(), "reduction_form": ReductionForm(initial=blank),
        "instalments_form": InstalmentsForm(initial={**blank, "times": 3}), **forms_sent,
    }  # fmt: skip
    return render(request, "retribusi/assessments/skrd_rinci.html", context)


@needs("assessments.view")
@require_GET
def skrd_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The SKRD on paper, with the QR of its payment page."""
    row = _find(request, pk)
    debts = [view.debt for view in queries.debts_of(row, on=timezone.localdate())]
    found = [(debt, numbers.of_debt(debt)) for debt in debts if not debt.is_paid]
    written = [(debt, va.grouped) for debt, va in found if va]
    pdf = papers.skrd_pdf(row, debts, va_numbers=written, at=timezone.now())
    name = row.document.number_text.replace("/", "-")
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@needs("assessments.issue")
@require_http_methods(["GET", "POST"])
def skrd_new(request: HttpRequest, wajib_id: UUID) -> HttpResponse:
    """Tariffs and period; a preview; then issue. ``?ganti=`` names the voided SKRD that it replaces."""
    mine = scope(request.user, "assessments.issue").filter(WajibRetribusi.objects.select_related("opd"))
    wajib = get_object_or_404(mine, pk=wajib_id)
    points = (
        CollectionPoint.objects.filter(opd=wajib.opd).exclude(receiving_account=None).select_related("opd")
    )
    choice = PointChoice(points, request.GET)
    point = choice.given("titik") or points.first()
    if point is None:
        return render(request, "retribusi/assessments/skrd_formulir.html", {"wajib": wajib})
    today = timezone.localdate()
    tariffs = list(TariffItem.objects.on_sale(on=today).filter(point=point, amount__gt=0))
    form = SkrdForm(tariffs, request.POST or None, today=today)
    context: dict[str, Any] = {
        "wajib": wajib, "point": point, "points": points, "form": form, "replaces": _replaced(request, wajib),
        "fields": [(item, form[f"t{item.pk}"]) for item in tariffs],
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            ready = issuing.judged(
                form_key=form.cleaned_data["form_key"], point=point, wajib=wajib,
                quantities=form.quantities(), period=form.period, replaces=context["replaces"],
                at=timezone.now(),
            )  # fmt: skip
            if "terbitkan" in request.POST:
                row = issuing.issue(assessment=ready, by=actor(request), at=timezone.now())
                messages.success(request, f"SKRD {row.document.number_text} terbit. Cetak, lalu serahkan.")
                return redirect("assessments:skrd_detail", pk=row.pk)
            context["ready"] = ready
        except AssessmentError as error:
            pressed = Skrd.objects.filter(form_key=form.cleaned_data["form_key"]).first()
            if pressed:
                return redirect("assessments:skrd_detail", pk=pressed.pk)
            show_refusal(form, error)
    return render(request, "retribusi/assessments/skrd_formulir.html", context)


def _replaced(request: HttpRequest, wajib: WajibRetribusi) -> Skrd | None:
    """The voided SKRD of this wajib retribusi that the address names."""
    try:
        named = UUID(request.GET.get("ganti", ""))
    except ValueError:
        return None
    rows = wajib.skrd.filter(document__voided_at__isnull=False, replaced_by=None).select_related("document")
    found: Skrd | None = rows.filter(pk=named).first()
    return found


@needs("assessments.decide")
@second_factor("membatalkan SKRD")
@require_POST
def skrd_void(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ReasonForm(request.POST)

    def deed() -> None:
        deciding.void(skrd_id=pk, reason=form.cleaned_data["reason"], by=actor(request), at=timezone.now())

    return _decided(request, pk, "void_form", form, deed, "SKRD dibatalkan; nomornya tetap di register.")


@needs("assessments.decide")
@second_factor("memberi keringanan atas SKRD")
@require_POST
def skrd_reduce(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ReductionForm(request.POST)

    def deed() -> None:
        deciding.grant_reduction(
            skrd_id=pk, amount=form.cleaned_data["amount"], grounds=form.grounds, by=actor(request),
            at=timezone.now(),
        )  # fmt: skip

    return _decided(request, pk, "reduction_form", form, deed, "Keringanan dicatat.")


@needs("assessments.decide")
@second_factor("memberi angsuran atas SKRD")
@require_POST
def skrd_instalments(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = InstalmentsForm(request.POST)

    def deed() -> None:
        deciding.grant_instalments(
            skrd_id=pk, number=form.cleaned_data["times"], first_due=form.cleaned_data["first_due"],
            grounds=form.grounds, by=actor(request), at=timezone.now(),
        )  # fmt: skip

    return _decided(request, pk, "instalments_form", form, deed, "Angsuran dicatat.")


def _decided(
    request: HttpRequest, pk: UUID, name: str, form: forms.Form, deed: Callable[[], None], done: str
) -> HttpResponse:
    row = _find(request, pk)
    if form.is_valid():
        try:
            deed()
        except (AssessmentError, DocumentError) as error:
            show_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect("assessments:skrd_detail", pk=pk)
    return _detail(request, row, **{name: form})
