"""The matrix, the findings of a pair, one finding, and the chain of one node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import carry_out
from opd.models import Opd
from opd.office.exports import csv_response
from tp2dd.consistency import queries, services
from tp2dd.consistency.chain import chain as chain_of
from tp2dd.consistency.forms import AssignForm, DecisionForm, ExplainForm, FindingSentence, MatrixSentence
from tp2dd.consistency.models import Finding, State
from tp2dd.consistency.pairs import label, rule_day
from tp2dd.consistency.services import ConsistencyError

_COLUMNS = (
    *("kode_opd", "opd", "antara", "jenis", "tingkat", "kode", "uraian", "indikator", "menurut_atas"),
    *("menurut_bawah", "pagu_atas", "pagu_bawah", "selisih", "keadaan", "penjelasan", "alasan_diterima"),
    *("penanggung_jawab", "batas_waktu"),
)


def _year(request: HttpRequest, years: list[int]) -> int:
    """The year in the address where there is something of it; else this year, or the newest."""
    asked, today = request.GET.get("tahun", ""), timezone.localdate().year
    by_word = {str(year): year for year in years}
    return by_word.get(asked) or by_word.get(str(today)) or (years[0] if years else today)


def _with(request: HttpRequest, **values: object) -> QueryDict:
    """What was asked, with what was not asked filled in."""
    asked = request.GET.copy()
    for name, value in values.items():
        asked.setdefault(name, str(value))
    return asked


@needs("consistency.view")
@require_GET
@reads_replica
def matrix(request: HttpRequest) -> HttpResponseBase:
    years = queries.years()
    year = _year(request, years)
    form = MatrixSentence(_with(request, tahun=year), years=years)
    found = queries.matrix(
        scope(request.user, "consistency.view"), year=year, text=form.word("cari"),
        on=rule_day(year, timezone.localdate()),
    )  # fmt: skip
    if request.GET.get("unduh") == "csv":
        return csv_response(f"konsistensi-{year}.csv", *_matrix_lines(found))
    context = {
        "form": form, "year": year, "matrix": found, "last": queries.last_run(year),
        "may_run": allowed(actor(request), "consistency.run"), "wide": True,
        "may_import": allowed(actor(request), "plans.import"), "is_filtered": bool(form.word("cari")),
    }  # fmt: skip
    if request.GET.get("cetak"):
        return render(request, "consistency/matrix_print.html", context)
    context["page"] = Paginator(found.rows, 60).get_page(request.GET.get("halaman"))
    return render(request, "consistency/matrix.html", context)


def _matrix_lines(found: queries.Matrix) -> tuple[list[str], list[list[object]]]:
    header = ["kode", "opd", *(column.label for column in found.columns), "temuan terbuka"]
    lines: list[list[object]] = [
        [row.opd.code, row.opd.name, *(cell.percent for cell in row.cells), row.open] for row in found.rows
    ]
    return header, lines


@needs("consistency.run")
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    year = {str(one): one for one in queries.years()}.get(request.POST.get("tahun", ""))
    if year is None:
        messages.error(request, "Belum ada dokumen tahun itu. Impor dokumennya dahulu.")
        return redirect("consistency:matrix")
    made = services.run(year=year, by=actor(request), at=timezone.now())
    messages.success(
        request,
        f"Rantai {made.year} dihitung ulang: {made.found} temuan baru, {made.returned} kembali, "
        f"{made.changed} berubah, {made.mended} sudah cocok.",
    )
    return redirect(f"{reverse('consistency:matrix')}?tahun={made.year}")


@needs("consistency.view")
@require_GET
@reads_replica
def finding_list(request: HttpRequest) -> HttpResponseBase:
    reach, years = scope(request.user, "consistency.view"), queries.years()
    year = _year(request, years)
    form = FindingSentence(
        _with(request, tahun=year, keadaan="belum"), years=years,
        offices=list(reach.filter(Opd.objects.valid(on=timezone.localdate()), "pk").order_by("name")),
        columns=queries.columns(rule_day(year, timezone.localdate())),
    )  # fmt: skip
    where = form.where(year)
    found = queries.findings(reach, where)
    if request.GET.get("unduh") == "csv":
        return csv_response(f"temuan-konsistensi-{year}.csv", _COLUMNS, map(_cells, found.iterator()))
    context = {
        "form": form, "year": year, "wide": True, "where": where,
        "page": Paginator(found, 50).get_page(request.GET.get("halaman")),
        "levels": queries.by_level(reach, where), "versions": queries.versions(reach, where),
        "is_filtered": bool(request.GET), "last": queries.last_run(year),
    }  # fmt: skip
    return render(request, "consistency/finding_list.html", context)


def _cells(finding: Finding) -> tuple[object, ...]:
    return (
        *(finding.opd.code, finding.opd.name, label(finding.upper, finding.lower)),
        *(finding.get_check_kind_display(), finding.get_level_display(), finding.code, finding.name),
        *(finding.indicator, finding.upper_value, finding.lower_value),
        *(finding.upper_amount, finding.lower_amount, finding.gap),
        *(finding.get_state_display(), finding.explanation, finding.decision),
        *(finding.owner.name if finding.owner else "", finding.due_date),
    )


@needs("consistency.view")
@require_GET
def finding_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Finding.objects.select_related("opd", "owner")
    finding = get_object_or_404(scope(request.user, "consistency.view").filter(rows), pk=pk)
    person = actor(request)
    decides = allowed(person, "consistency.decide", opd=finding.opd_id)
    context = {
        "finding": finding,
        "events": queries.story(finding),
        "may_explain": allowed(person, "consistency.explain", opd=finding.opd_id) and finding.is_open,
        "may_decide": decides and finding.is_open,
        "may_send_back": decides and finding.state in {State.EXPLAINED, State.ACCEPTED},
        "explain_form": ExplainForm(initial={"text": finding.explanation}),
        "accept_form": DecisionForm(auto_id="terima-%s"),
        "back_form": DecisionForm(auto_id="kembali-%s"),
        "assign_form": AssignForm(people=queries.owners(finding.opd_id, timezone.localdate())),
    }
    return render(request, "consistency/finding_detail.html", context)


@needs("consistency.explain")
@require_POST
def finding_explain(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, ExplainForm(request.POST), services.explain, "Penjelasan disimpan.")


@needs("consistency.decide")
@require_POST
def finding_assign(request: HttpRequest, pk: int) -> HttpResponse:
    finding = get_object_or_404(scope(request.user, "consistency.view").filter(Finding.objects.all()), pk=pk)
    form = AssignForm(request.POST, people=queries.owners(finding.opd_id, timezone.localdate()))
    return _do(request, pk, form, services.assign, "Temuan ditugaskan.")


@needs("consistency.decide")
@require_POST
def finding_accept(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, DecisionForm(request.POST), services.accept, "Temuan diterima.")


@needs("consistency.decide")
@require_POST
def finding_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, DecisionForm(request.POST), services.send_back, "Penjelasan dikembalikan.")


def _do(
    request: HttpRequest, pk: int, form: forms.Form, deed: Callable[..., object], done: str, **more: Any
) -> HttpResponse:
    get_object_or_404(scope(request.user, "consistency.view").filter(Finding.objects.all()), pk=pk)
    carry_out(request, form, deed, done, refused=ConsistencyError, finding_id=pk, **more)
    return redirect("consistency:finding_detail", pk=pk)


@needs("consistency.view")
@require_GET
@reads_replica
def chain(request: HttpRequest) -> HttpResponse:
    years = queries.years()
    year, code = _year(request, years), request.GET.get("kode", "").strip()
    asked = request.GET.get("opd", "")
    agencies = scope(request.user, "consistency.view").filter(Opd.objects.all(), "pk")
    opd = agencies.filter(pk=int(asked)).first() if asked.isdigit() and len(asked) < 10 else None
    context = {"year": year, "code": code, "opd": opd, "chain": chain_of(opd, year, code) if opd else None,
               "wide": True}  # fmt: skip
    return render(request, "consistency/chain.html", context)
