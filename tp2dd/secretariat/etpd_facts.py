"""What the imported monthly figures answer of the ETPD's form: whole semesters alone, never a part of one."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse

from tp2dd.etpd.facts import Asked, Fact, Source
from tp2dd.etpd.sources.budget import whole
from tp2dd.secretariat import figure_queries
from tp2dd.secretariat.models import Figure, FigureFile
from tp2dd.secretariat.services.figures import channels

WORDS = ("qris", "non_digital", "atm", "edc", "internet", "agen_bank", "uereader", "ecommerce")
TAX = "total_pajak_daerah_dari_{}"
LRA = {
    "total_target_pendapatan_asli_daerah": ("4.1", "budget"),
    "total_realisasi_pendapatan_asli_daerah": ("4.1", "amount"),
    "total_target_pajak_daerah": ("4.1.01", "budget"),
    "total_realisasi_pajak_daerah": ("4.1.01", "amount"),
    "total_target_retribusi_daerah": ("4.1.02", "budget"),
}
"""Fields, and the account and column of the LRA that answer them."""


def _tax(asked: Asked) -> dict[str, Fact]:
    """Tax by channel, where every month of the semester was imported."""
    months = range(asked.semester.first.month, asked.semester.last.month + 1)
    files = [one for one in figure_queries.standing(FigureFile.Kind.TAX, asked.year) if one.month in months]
    if len(files) != len(months):
        return {}
    words = {one.name: one.etpd for one in channels(asked.semester.last) if one.etpd}
    rows = Figure.objects.filter(file__in=files, channel__in=words).order_by().values_list("channel")
    sums: dict[str, Decimal] = {}
    for channel, amount in rows.annotate(amount=Sum("amount")):
        sums[words[channel]] = sums.get(words[channel], Decimal(0)) + amount
    told = f"{len(files)} berkas bulanan pajak menurut kanal: {_sources(files)}"
    url = f"{reverse('secretariat:figure_list')}?tahun={asked.year}"
    return {TAX.format(word): Fact(whole(amount), told, url) for word, amount in sums.items() if amount >= 0}


def _lra(asked: Asked) -> dict[str, Fact]:
    """Targets and realisation of revenue, from the LRA of the semester's last month."""
    files = figure_queries.standing(FigureFile.Kind.LRA, asked.year)
    file = next((one for one in files if one.month == asked.semester.last.month), None)
    if file is None:
        return {}
    rows = {row.code: row for row in file.figures.filter(code__in=[code for code, _ in LRA.values()])}
    url = reverse("secretariat:figure_detail", args=[file.pk])
    found: dict[str, Fact] = {}
    for name, (code, column) in LRA.items():
        amount = getattr(rows.get(code), column, None)
        if amount is not None and amount >= 0:
            words = f"LRA bulan {file.month:02d}/{file.year}, akun {code}: {file.source}"
            found[name] = Fact(whole(amount), words, url)
    return found


def _sources(files: Iterable[FigureFile]) -> str:
    return "; ".join(sorted({one.source for one in files}))


SOURCES = (
    Source("secretariat.tax", "Pajak menurut kanal", [TAX.format(word) for word in WORDS], _tax),
    Source("secretariat.lra", "Laporan Realisasi Anggaran", list(LRA), _lra),
)
