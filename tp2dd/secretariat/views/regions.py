"""The board of the kabupaten and kota: stage and index per semester, typed or from a table."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from config.replica import reads_replica
from opd.access import actor, allowed, needs
from opd.dated import in_force
from opd.office.exports import csv_response
from tp2dd.secretariat import figure_queries, papers
from tp2dd.secretariat.forms import ScoreFileForm, ScoreForm
from tp2dd.secretariat.models import Region
from tp2dd.secretariat.services import regions
from tp2dd.secretariat.views.common import form_page


@needs("secretariat.view")
@require_GET
@reads_replica
def region_board(request: HttpRequest) -> HttpResponseBase:
    today = timezone.localdate()
    board = figure_queries.board(list(Region.objects.filter(in_force(today))))
    if request.GET.get("unduh") == "csv":
        header = (
            "kode",
            "kabupaten_kota",
            "tahun",
            "semester",
            "tahap",
            "indeks",
            "sumber",
            "tanggal_sumber",
        )
        lines = (
            (row.region.code, row.region.name, *half)
            + ((one.get_stage_display(), one.index, one.source, one.source_date) if one else ("",) * 4)
            for row in board.rows
            for half, one in zip(board.halves, row.scores, strict=True)
        )
        return csv_response("kabupaten-kota.csv", header, lines)
    context = {"board": board, "today": today, "office": papers.OFFICE, "wide": True}
    if request.GET.get("cetak"):
        return render(request, "secretariat/print/regions.html", context)
    context["may_manage"] = allowed(actor(request), "secretariat.manage")
    return render(request, "secretariat/regions.html", context)


@needs("secretariat.view")
@require_GET
@reads_replica
def region_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that was ever told of one region, with its sources."""
    region = get_object_or_404(Region, pk=pk)
    rows = region.scores.select_related("by")
    return render(request, "secretariat/region_detail.html", {"region": region, "rows": rows})


@needs("secretariat.manage")
@require_http_methods(["GET", "POST"])
def score_new(request: HttpRequest) -> HttpResponse:
    form = ScoreForm(request.POST or None, initial={"year": timezone.localdate().year})
    return form_page(
        request, form, regions.record_score, title="Catat capaian kabupaten/kota", verb="Catat capaian",
        back=reverse("secretariat:regions"), done="Capaian dicatat.",
        then=lambda made: reverse("secretariat:regions"),
        lead="Angka sebelumnya untuk semester yang sama tetap ada dalam riwayat.",
    )  # fmt: skip


@needs("secretariat.manage")
@require_http_methods(["GET", "POST"])
def score_import(request: HttpRequest) -> HttpResponse:
    def bring(**given: Any) -> tuple[int, int]:
        new, known = regions.import_scores(**given)
        messages.info(request, f"{new} capaian baru, {known} sudah sama.")
        return new, known

    form = ScoreFileForm(request.POST or None, request.FILES or None)
    return form_page(
        request, form, bring, title="Impor capaian kabupaten/kota", verb="Impor berkas",
        back=reverse("secretariat:regions"), done="Berkas diimpor seluruhnya.",
        then=lambda made: reverse("secretariat:regions"), multipart=True,
        lead=f"Judul kolom: {', '.join(regions.COLUMNS)}. Satu kesalahan, dan tidak ada yang disimpan.",
    )  # fmt: skip
