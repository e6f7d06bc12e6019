"""Collection: letters that wait and were sent, receivables by age, the register of voids."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.models import Opd
from opd.office import rules
from opd.office.exports import csv_response
from retribusi.assessments import queries, terms
from retribusi.assessments.forms import LetterFilter, OfficeFilter
from retribusi.assessments.models import Letter
from retribusi.assessments.services import collecting
from retribusi.assessments.views.wajib import offices

LETTERS = (
    "jenis",
    "nomor",
    "tanggal",
    "opd",
    "skrd",
    "wajib_retribusi",
    "jatuh_tempo",
    "bulan",
    "pokok",
    "bunga",
)
RECEIVABLES = (
    *("skrd", "opd", "titik", "wajib_retribusi", "nik_npwp", "angsuran", "jatuh_tempo", "hari_terlambat"),
    *("kualitas", "pokok", "bunga_sampai_hari_ini", "persen_penyisihan", "penyisihan"),
)
VOIDS = ("nomor", "tanggal", "opd", "wajib_retribusi", "jumlah", "dibatalkan", "oleh", "alasan", "diganti")


@needs("assessments.view")
@require_GET
@reads_replica
def collection(request: HttpRequest) -> HttpResponseBase:
    """Letters that are due today for each agency, and those that were sent."""
    reach, today = scope(request.user, "assessments.view"), timezone.localdate()
    form = LetterFilter(request.GET, reach)
    rows = queries.letter_rows(reach)
    if form.word("jenis"):
        rows = rows.filter(kind=form.word("jenis"))
    if form.opd_id:
        rows = rows.filter(debt__skrd__opd=form.opd_id)
    if request.GET.get("unduh") == "csv":
        return csv_response("surat-penagihan.csv", LETTERS, map(_letter, rows.iterator(chunk_size=500)))
    mine = list(offices(request)) if allowed(request.user, "assessments.issue") else []
    context: dict[str, Any] = {
        "form": form, "page": Paginator(rows, 50).get_page(request.GET.get("halaman")),
        "waiting": collecting.waiting(reach, on=today), "offices": mine, "is_filtered": bool(request.GET),
        "rule": rules.in_force(terms.CALENDAR, today), "interest": rules.in_force(terms.INTEREST, today),
        "wide": True,
    }  # fmt: skip
    return render(request, "retribusi/assessments/penagihan.html", context)


def _letter(row: Any) -> tuple[object, ...]:
    skrd = row.debt.skrd
    return (
        row.get_kind_display(), row.document.number_text, row.issued_on, skrd.opd.name, str(skrd),
        skrd.wajib_retribusi.name, row.debt.due_on, row.months, row.debt.amount, row.interest,
    )  # fmt: skip


@needs("assessments.issue")
@require_POST
def letters_issue(request: HttpRequest, kind: str, opd_id: int) -> HttpResponse:
    """Issue all letters of one kind that are due today for one agency."""
    opd = get_object_or_404(
        scope(request.user, "assessments.issue").filter(Opd.objects.all(), "pk"), pk=opd_id
    )
    if kind not in set(Letter.Kind):
        raise Http404
    made = collecting.issue_letters(kind=Letter.Kind(kind), opd=opd, by=actor(request), at=timezone.now())
    if made:
        messages.success(request, f"{len(made)} surat terbit; cetak dari daftar di bawah.")
    else:
        messages.info(request, "Tidak ada surat jenis ini yang waktunya tiba. Tidak ada yang terbit.")
    return redirect("assessments:collection")


@needs("assessments.view")
@require_GET
@reads_replica
def receivables(request: HttpRequest) -> HttpResponseBase:
    """What is owed by age, with the allowance of the dated percentages."""
    reach, today = scope(request.user, "assessments.view"), timezone.localdate()
    form = OfficeFilter(request.GET, reach)
    if request.GET.get("unduh") == "csv":
        lines = queries.receivable_lines(reach, on=today, opd_id=form.opd_id)
        return csv_response("umur-piutang.csv", RECEIVABLES, lines)
    context = {
        "form": form, "found": queries.receivables(reach, on=today, opd_id=form.opd_id), "today": today,
        "rule": rules.in_force(terms.ALLOWANCE, today),
    }  # fmt: skip
    return render(request, "retribusi/assessments/piutang.html", context)


@needs("assessments.view")
@require_GET
@reads_replica
def void_register(request: HttpRequest) -> HttpResponseBase:
    """Every void of a year with its reason and what replaced it; the numbers stay taken."""
    this_year = timezone.localdate().year
    asked = request.GET.get("tahun", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else this_year
    rows = queries.voids(scope(request.user, "assessments.view"), year=year)
    if request.GET.get("unduh") == "csv":
        return csv_response("skrd-batal.csv", VOIDS, map(_void, rows.iterator(chunk_size=500)))
    context = {
        "page": Paginator(rows, 50).get_page(request.GET.get("halaman")), "year": year,
        "years": range(this_year, this_year - 4, -1),
    }  # fmt: skip
    return render(request, "retribusi/assessments/batal.html", context)


def _void(row: Any) -> tuple[object, ...]:
    paper = row.document
    return (
        paper.number_text, row.issued_on, row.opd.name, row.wajib_retribusi.name, row.principal,
        paper.voided_at, paper.voided_by, paper.void_reason, row.new_number,
    )  # fmt: skip
