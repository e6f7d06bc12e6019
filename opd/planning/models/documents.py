"""What the documents said: every stage of the DPA, every SPD, every decree on UP. They only grow."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from opd.planning.models.lines import BudgetLine


class Stage(models.TextChoices):
    MURNI = "murni", "Murni"
    PERGESERAN = "pergeseran", "Pergeseran"
    PERUBAHAN = "perubahan", "Perubahan"


class _Document(models.Model):
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun anggaran")
    number = models.CharField("nomor", max_length=120)
    file = models.ForeignKey("planning.PlanFile", models.PROTECT, related_name="+", verbose_name="berkas")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    at = models.DateTimeField("dicatat")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


class Dpa(_Document):
    """A DPA of one stage; ``stage_no`` orders them within the year (0 is murni)."""

    stage = models.CharField("tahapan", max_length=12, choices=Stage)
    stage_no = models.PositiveSmallIntegerField("urutan tahapan")
    dpa_date = models.DateField("tanggal DPA")

    class Meta:
        ordering = ["opd", "year", "stage_no"]
        verbose_name = "DPA"
        verbose_name_plural = "DPA"
        constraints = [
            models.UniqueConstraint(fields=["opd", "year", "stage_no"], name="planning_dpa_stage_once")
        ]


class LineVersion(models.Model):
    """The pagu of a line in one DPA: murni and perubahan both remain."""

    dpa = models.ForeignKey(Dpa, models.PROTECT, related_name="versions", verbose_name="DPA")
    line = models.ForeignKey(
        BudgetLine, models.PROTECT, related_name="versions", verbose_name="baris anggaran"
    )
    pagu = models.DecimalField("pagu", max_digits=18, decimal_places=2)

    class Meta:
        ordering = ["line", "dpa__stage_no"]
        verbose_name = "pagu menurut DPA"
        verbose_name_plural = "pagu menurut DPA"
        constraints = [
            models.UniqueConstraint(fields=["dpa", "line"], name="planning_version_once"),
            models.CheckConstraint(name="planning_version_not_negative", condition=Q(pagu__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.dpa}: {self.pagu}"


class Spd(_Document):
    """Surat Penyediaan Dana for the months ``period_from_month`` to ``period_to_month``."""

    spd_date = models.DateField("tanggal SPD")
    period_from_month = models.PositiveSmallIntegerField("sejak bulan")
    period_to_month = models.PositiveSmallIntegerField("sampai bulan")

    class Meta:
        ordering = ["opd", "year", "spd_date", "pk"]
        verbose_name = "SPD"
        verbose_name_plural = "SPD"
        constraints = [
            models.UniqueConstraint(fields=["opd", "year", "number"], name="planning_spd_number_once"),
            models.CheckConstraint(
                name="planning_spd_period",
                condition=Q(
                    period_from_month__gte=1,
                    period_to_month__lte=12,
                    period_to_month__gte=models.F("period_from_month"),
                ),
            ),
        ]


class SpdLine(models.Model):
    """What an SPD releases for a line; negative where a later SPD takes back."""

    spd = models.ForeignKey(Spd, models.PROTECT, related_name="lines", verbose_name="SPD")
    line = models.ForeignKey(
        BudgetLine, models.PROTECT, related_name="spd_lines", verbose_name="baris anggaran"
    )
    amount = models.DecimalField("nilai", max_digits=18, decimal_places=2)

    class Meta:
        ordering = ["spd", "line"]
        verbose_name = "baris SPD"
        verbose_name_plural = "baris SPD"
        constraints = [models.UniqueConstraint(fields=["spd", "line"], name="planning_spd_line_once")]

    def __str__(self) -> str:
        return f"{self.spd}: {self.amount}"


class UpGrant(models.Model):
    """The decree that gives an agency its UP, split into cash and KKPD by percent (0 to 100)."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun anggaran")
    total = models.DecimalField("besaran UP", max_digits=18, decimal_places=2)
    kkpd_percent = models.PositiveSmallIntegerField("bagian KKPD (persen)")
    valid_from = models.DateField("berlaku sejak")
    decree_number = models.CharField("nomor SK", max_length=120)
    decree_date = models.DateField("tanggal SK")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    at = models.DateTimeField("dicatat")

    class Meta:
        ordering = ["opd", "year", "valid_from"]
        verbose_name = "penetapan UP"
        verbose_name_plural = "penetapan UP"
        constraints = [
            models.UniqueConstraint(fields=["opd", "year", "valid_from"], name="planning_up_once_per_start"),
            models.CheckConstraint(
                name="planning_up_sane",
                condition=Q(total__gt=0, kkpd_percent__gte=0, kkpd_percent__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decree_number}: {self.total}"

    @property
    def kkpd(self) -> Decimal:
        """The share of the card; cash is the rest, so that the two always sum to the total."""
        return (self.total * self.kkpd_percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def cash(self) -> Decimal:
        return self.total - self.kkpd
