"""The kabupaten and kota of the province, and where each stands on the official index per semester."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Region(models.Model):
    """A kabupaten or kota under its Kemendagri code; dated, since regions split."""

    code = models.CharField("kode", max_length=5)
    name = models.CharField("nama", max_length=80)
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True)
    legal_basis = models.CharField("dasar hukum", max_length=200)

    class Meta:
        ordering = ["code"]
        verbose_name = "kabupaten/kota"
        verbose_name_plural = "kabupaten/kota"
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="secretariat_region_once")]

    def __str__(self) -> str:
        return self.name


class RegionScore(models.Model):
    """Stage and index (per cent) of one region and semester as a source told them; the highest ``serial``
    stands. Only grows."""

    class Stage(models.TextChoices):
        INITIAL = "inisiasi", "Inisiasi"
        GROWING = "berkembang", "Berkembang"
        ADVANCED = "maju", "Maju"
        DIGITAL = "digital", "Digital"

    region = models.ForeignKey(Region, models.PROTECT, related_name="scores", verbose_name="kabupaten/kota")
    year = models.PositiveSmallIntegerField("tahun")
    half = models.PositiveSmallIntegerField("semester")
    serial = models.PositiveSmallIntegerField("urutan")
    stage = models.CharField("tahap", max_length=10, choices=Stage)
    index = models.DecimalField("indeks (%)", max_digits=5, decimal_places=2, null=True)
    source = models.CharField("sumber", max_length=200)
    source_date = models.DateField("tanggal sumber")
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["region", "-year", "-half", "-serial"]
        verbose_name = "capaian kabupaten/kota"
        verbose_name_plural = "capaian kabupaten/kota"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "half", "serial"], name="secretariat_score_serial_once"
            ),
            models.CheckConstraint(name="secretariat_score_half", condition=Q(half__in=[1, 2])),
            models.CheckConstraint(
                name="secretariat_score_percent",
                condition=Q(index=None) | Q(index__gte=0, index__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.year}/{self.half}: {self.stage}"
