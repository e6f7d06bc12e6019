"""Monthly figures: uploaded, looked at, saved as the month's newest version; shown by channel and account."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs
from opd.forms import carry_out
from opd.office import evidence
from opd.office.exports import csv_response
from tp2dd.secretariat import figure_queries
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.forms import FIGURE_WORDS, FigureForm, FigureSentence
from tp2dd.secretariat.models import FigureFile
from tp2dd.secretariat.reading import LRA_COLUMNS, TAX_COLUMNS
from tp2dd.secretariat.services import figures
from tp2dd.secretariat.views.common import form_page

State, Kind = FigureFile.State, FigureFile.Kind
SHOWN = 200
CONTROL = {
    Kind.TAX: "Jumlah kontrol adalah jumlah rupiah semua baris.",
    Kind.LRA: "Realisasi dihitung dari 1 Januari sampai akhir bulan. Jumlah kontrol adalah jumlah realisasi"
    " baris rincian, yaitu baris tanpa baris lain di bawahnya.",
}


def _rows() -> Any:
    return FigureFile.objects.select_related("evidence", "by", "closed_by")


@needs("secretariat.view")
@require_GET
@reads_replica
def figure_list(request: HttpRequest) -> HttpResponseBase:
    years = figure_queries.years()
    form = FigureSentence(request.GET, years)
    year = form.number("tahun") or (years[0] if years else timezone.localdate().year)
    months = figure_queries.tax_months(year)
    if request.GET.get("unduh") == "csv":
        header = ("tahun", "bulan", "versi", "tunai", "semi_digital", "digital", "jumlah", "sumber")
        lines = (
            (
                *(year, row.file.month, row.file.serial, row.cash, row.semi, row.digital, row.total),
                row.file.source,
            )
            for row in months
        )
        return csv_response(f"pajak-menurut-kanal-{year}.csv", header, lines)
    files = _rows().exclude(state=State.DROPPED).filter(year=year)
    context = {
        "form": form, "year": year, "months": months, "lra": figure_queries.standing(Kind.LRA, year),
        "page": Paginator(files, 50).get_page(request.GET.get("halaman")), "wide": True,
        "totals": _totals(months), "may_manage": allowed(actor(request), "secretariat.manage"),
    }  # fmt: skip
    return render(request, "secretariat/figures.html", context)


def _totals(months: list[figure_queries.MonthRow]) -> dict[str, Decimal | None]:
    cash, semi, digital = (
        sum((getattr(row, name) for row in months), Decimal(0)) for name in ("cash", "semi", "digital")
    )
    total = cash + semi + digital
    share = digital / total if total else None
    return {"cash": cash, "semi": semi, "digital": digital, "total": total, "share": share}


@needs("secretariat.manage")
@require_http_methods(["GET", "POST"])
def figure_upload(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in FIGURE_WORDS:
        raise Http404(kind)
    chosen, today = FIGURE_WORDS[kind], timezone.localdate()
    form = FigureForm(
        request.POST or None, request.FILES or None, initial={"year": today.year, "month": today.month}
    )
    columns = ", ".join(TAX_COLUMNS if chosen == Kind.TAX else LRA_COLUMNS)
    return form_page(
        request, form, figures.prepare, title=f"Impor: {chosen.label}", verb="Periksa berkas",
        back=reverse("secretariat:figure_list"), done="Berkas diterima; periksa isinya, lalu simpan.",
        then=lambda made: reverse("secretariat:figure_detail", args=[made.pk]), multipart=True, kind=chosen,
        lead=f"Judul kolom: {columns}. {CONTROL[chosen]} Anda melihat hasilnya dahulu.",
    )  # fmt: skip


@needs("secretariat.manage")
@require_GET
def figure_example(request: HttpRequest, kind: str) -> HttpResponseBase:
    """A file with the right columns to fill in."""
    if kind == "pajak":
        today = timezone.localdate()
        lines = [("PKB", channel.name, 0, 0) for channel in figures.channels(today)]
        return csv_response("contoh-pajak.csv", TAX_COLUMNS, lines)
    if kind == "lra":
        example = [("4", "Pendapatan Daerah", 0, 0), ("4.1", "Pendapatan Asli Daerah", 0, 0)]
        return csv_response("contoh-lra.csv", LRA_COLUMNS, example)
    raise Http404(kind)


@needs("secretariat.view")
@require_GET
def figure_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = get_object_or_404(_rows(), pk=pk)
    if request.GET.get("unduh") == "csv":
        header = ("kode", "uraian", "kanal", "kelas", "rupiah", "transaksi", "anggaran")
        found = row.figures.values_list(
            "code", "name", "channel", "channel_class", "amount", "count", "budget"
        )
        return csv_response(f"angka-{row.kind}-{row.year}-{row.month:02d}.csv", header, found)
    is_draft = row.state == State.DRAFT
    preview = figures.preview(row) if is_draft else None
    lines: list[Any] = preview.rows if preview else list(row.figures.all())
    manages = allowed(actor(request), "secretariat.manage")
    context = {
        "file": row, "preview": preview, "lines": lines[:SHOWN], "hidden": max(len(lines) - SHOWN, 0),
        "problems": preview.problems.sentences() if preview else [],
        "may_save": manages and preview is not None and not preview.problems,
        "may_drop": manages and is_draft, "is_tax": row.kind == Kind.TAX, "wide": True,
        "channels": figure_queries.by_channel(row) if row.kind == Kind.TAX and not is_draft else [],
        "is_old": row.state == State.SAVED and row.serial != figure_queries.newest_serial(row),
        "month": figure_queries.MONTHS[row.month - 1], "events": _events(row),
    }  # fmt: skip
    return render(request, "secretariat/figure_detail.html", context)


def _events(row: FigureFile) -> list[dict[str, object]]:
    told: list[dict[str, object]] = [{"at": row.at, "text": "Diunggah", "by": row.by}]
    if row.closed_at:
        told.append({"at": row.closed_at, "text": row.get_state_display(), "by": row.closed_by})
    return told


@needs("secretariat.manage")
@require_POST
def figure_save(request: HttpRequest, pk: int) -> HttpResponse:
    done = "Tersimpan sebagai angka bulan itu; versi sebelumnya, bila ada, tetap tersimpan."
    return _do(request, pk, figures.save, done)


@needs("secretariat.manage")
@require_POST
def figure_drop(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, figures.drop, "Berkas dibuang; tidak ada yang berubah.")


def _do(request: HttpRequest, pk: int, deed: Any, done: str) -> HttpResponse:
    get_object_or_404(FigureFile, pk=pk)
    carry_out(request, forms.Form(request.POST), deed, done, refused=DeskError, file_id=pk)
    return redirect("secretariat:figure_detail", pk=pk)


@needs("secretariat.view")
@require_GET
def figure_original(request: HttpRequest, pk: int) -> HttpResponseBase:
    return evidence.attachment(get_object_or_404(_rows(), pk=pk).evidence)
