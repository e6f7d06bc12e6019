"""Monthly figures that others send: tax by channel, and the budget realisation report (LRA)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class ChannelClass(models.TextChoices):
    """Classes of Kemendagri's roadmap."""

    CASH = "tunai", "Tunai"
    SEMI = "semi-digital", "Nontunai semi digital"
    DIGITAL = "digital", "Nontunai digital"


class FigureFile(models.Model):
    """One month as a file told it. Of the saved ones of a month the highest ``serial`` stands; what it
    replaced stays. ``total`` and ``control_total`` are rupiah; an LRA tells of 1 January to the month's end.
    """

    class Kind(models.TextChoices):
        TAX = "tax", "Pajak daerah menurut kanal"
        LRA = "lra", "Laporan Realisasi Anggaran"

    class State(models.TextChoices):
        DRAFT = "draft", "Diperiksa"
        SAVED = "saved", "Tersimpan"
        DROPPED = "dropped", "Dibuang"

    kind = models.CharField("jenis", max_length=3, choices=Kind)
    year = models.PositiveSmallIntegerField("tahun")
    month = models.PositiveSmallIntegerField("bulan")
    serial = models.PositiveSmallIntegerField("versi", null=True)
    state = models.CharField("keadaan", max_length=7, choices=State, default=State.DRAFT)
    source = models.CharField("sumber", max_length=200)
    evidence = models.ForeignKey(
        "office.Evidence", models.PROTECT, related_name="+", verbose_name="berkas asli"
    )
    name = models.CharField("nama berkas", max_length=200)
    control_total = models.DecimalField("jumlah kontrol", max_digits=18, decimal_places=2)
    rows = models.PositiveIntegerField("baris", default=0)
    total = models.DecimalField("jumlah", max_digits=18, decimal_places=2, null=True)
    at = models.DateTimeField("diunggah")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    closed_at = models.DateTimeField("ditutup", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="ditutup oleh"
    )

    class Meta:
        ordering = ["-year", "-month", "kind", "-pk"]
        verbose_name = "berkas angka bulanan"
        verbose_name_plural = "berkas angka bulanan"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year", "month", "serial"], name="secretariat_figures_serial_once"
            ),
            models.CheckConstraint(
                name="secretariat_figures_month", condition=Q(month__gte=1, month__lte=12)
            ),
            models.CheckConstraint(
                name="secretariat_figures_whole",
                condition=Q(state="draft", serial=None, closed_at=None)
                | Q(state="dropped", serial=None, closed_at__isnull=False)
                | Q(state="saved", serial__isnull=False, closed_at__isnull=False)
                & Q(total=models.F("control_total")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.month:02d}/{self.year}"


class Figure(models.Model):
    """One row of a saved file, rupiah. Tax: type, channel and its class, ``count`` payments. LRA: account,
    ``budget`` and realised. Only grows."""

    file = models.ForeignKey(FigureFile, models.PROTECT, related_name="figures", verbose_name="berkas")
    line_no = models.PositiveIntegerField("baris")
    code = models.CharField("kode rekening", max_length=30, blank=True)
    name = models.CharField("uraian", max_length=200)
    channel_class = models.CharField("kelas kanal", max_length=12, choices=ChannelClass, blank=True)
    channel = models.CharField("kanal", max_length=40, blank=True)
    amount = models.DecimalField("realisasi", max_digits=18, decimal_places=2)
    count = models.PositiveBigIntegerField("jumlah transaksi", null=True)
    budget = models.DecimalField("anggaran", max_digits=18, decimal_places=2, null=True)

    class Meta:
        ordering = ["file", "line_no"]
        verbose_name = "angka bulanan"
        verbose_name_plural = "angka bulanan"
        constraints = [
            models.UniqueConstraint(fields=["file", "line_no"], name="secretariat_figure_line_once"),
            models.UniqueConstraint(
                fields=["file", "code", "name", "channel"], name="secretariat_figure_row_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.channel}: {self.amount}"
