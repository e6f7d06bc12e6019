"""The register of wajib retribusi."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import show_refusal
from opd.models import Opd
from opd.office.exports import csv_response
from retribusi.assessments import identities, queries
from retribusi.assessments.errors import AssessmentError
from retribusi.assessments.forms import AmendForm, WajibForm, WajibListFilter
from retribusi.assessments.models import WajibRetribusi
from retribusi.assessments.queries import SkrdFilter
from retribusi.assessments.services import register

HEADER = ("nama", "nik_npwp", "alamat", "kontak", "opd", "skrd", "didaftarkan")


def offices(request: HttpRequest) -> QuerySet[Opd]:
    """Agencies for which a person issues today."""
    reach = scope(request.user, "assessments.issue")
    return reach.filter(Opd.objects.valid(on=timezone.localdate()), "pk").order_by("name")


@needs("assessments.view")
@require_GET
@reads_replica
def wajib_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "assessments.view")
    form = WajibListFilter(request.GET, reach)
    rows = queries.wajib_rows(reach, text=form.word("q"), opd_id=form.opd_id)
    if request.GET.get("unduh") == "csv":
        lines = (
            [row.name, row.identity_mask, row.address, row.contact_mask, row.opd.name, row.n,
             row.registered_at] for row in rows.iterator(chunk_size=500)
        )  # fmt: skip
        return csv_response("wajib-retribusi.csv", HEADER, lines)
    context = {
        "form": form, "page": Paginator(rows, 50).get_page(request.GET.get("halaman")),
        "is_filtered": bool(request.GET), "may_issue": allowed(request.user, "assessments.issue"),
    }  # fmt: skip
    return render(request, "retribusi/assessments/wajib_daftar.html", context)


@needs("assessments.issue")
@require_http_methods(["GET", "POST"])
def wajib_new(request: HttpRequest) -> HttpResponse:
    form = WajibForm(offices(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            facts = register.checked(
                name=data["name"], kind=data["kind"], identity=data["identity"], address=data["address"],
                contact=data["contact"],
            )  # fmt: skip
            row = register.register(facts=facts, opd=data["opd"], by=actor(request), at=timezone.now())
        except AssessmentError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{row.name} terdaftar. Terbitkan SKRD-nya dari halaman ini.")
            return redirect("assessments:wajib_detail", pk=row.pk)
    return render(request, "retribusi/assessments/wajib_formulir.html", {"form": form})


@needs("assessments.view")
@require_GET
def wajib_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _find(request, pk)
    return _page(request, row, AmendForm(initial={"name": row.name, "address": row.address}))


@needs("assessments.issue")
@require_POST
def wajib_amend(request: HttpRequest, pk: UUID) -> HttpResponse:
    row, form = _find(request, pk), AmendForm(request.POST)
    if form.is_valid():
        try:
            register.amend(wajib_id=pk, by=actor(request), at=timezone.now(), **form.cleaned_data)
        except AssessmentError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Data disimpan. SKRD yang sudah terbit tidak berubah.")
            return redirect("assessments:wajib_detail", pk=pk)
    return _page(request, row, form)


@needs("assessments.issue")
@never_cache
@require_POST
def wajib_identity(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The NIK or NPWP in the clear, this once; the trail keeps who read it."""
    row = _find(request, pk)
    number = identities.read(wajib=row, by=actor(request), at=timezone.now())
    return _page(request, row, AmendForm(initial={"name": row.name, "address": row.address}), number)


def _find(request: HttpRequest, pk: UUID) -> WajibRetribusi:
    rows = WajibRetribusi.objects.select_related("opd", "registered_by")
    return get_object_or_404(scope(request.user, "assessments.view").filter(rows), pk=pk)


def _page(request: HttpRequest, row: WajibRetribusi, form: AmendForm, number: str = "") -> HttpResponse:
    reach, today = scope(request.user, "assessments.view"), timezone.localdate()
    found = queries.skrd_rows(reach, SkrdFilter(wajib=row.pk), on=today)
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context: dict[str, Any] = {
        "wajib": row, "form": form, "number": number, "page": page,
        "rows": [(skrd, queries.TONES[skrd.state]) for skrd in page],
        "may_issue": allowed(request.user, "assessments.issue", opd=row.opd_id),
    }  # fmt: skip
    return render(request, "retribusi/assessments/wajib_rinci.html", context)
