"""Budget lines, each with the counters that decide whether money may still be promised."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

ZERO = Decimal("0.00")


class BudgetLine(models.Model):
    """One line of an agency's DPA in a year, in rupiah.

    ``released`` sums the SPD, ``held`` the active holds, ``realised`` what was spent. The counters change by
    conditional UPDATE alone (``opd.planning.counters``).
    """

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun anggaran")
    kode_sub_kegiatan = models.CharField("kode sub kegiatan", max_length=30)
    nama_sub_kegiatan = models.CharField("sub kegiatan", max_length=300)
    kode_rekening = models.CharField("kode rekening", max_length=30)
    nama_rekening = models.CharField("nama rekening", max_length=300)
    sumber_dana = models.CharField("sumber dana", max_length=100, blank=True)
    pagu = models.DecimalField("pagu", max_digits=18, decimal_places=2)
    released = models.DecimalField("SPD", max_digits=18, decimal_places=2, default=ZERO)
    held = models.DecimalField("ditahan", max_digits=18, decimal_places=2, default=ZERO)
    realised = models.DecimalField("realisasi", max_digits=18, decimal_places=2, default=ZERO)

    class Meta:
        ordering = ["kode_sub_kegiatan", "kode_rekening", "sumber_dana"]
        verbose_name = "baris anggaran"
        verbose_name_plural = "baris anggaran"
        constraints = [
            models.UniqueConstraint(
                fields=["opd", "year", "kode_sub_kegiatan", "kode_rekening", "sumber_dana"],
                name="planning_line_once",
            ),
            models.CheckConstraint(
                name="planning_line_counters_not_negative",
                condition=Q(pagu__gte=0, released__gte=0, held__gte=0, realised__gte=0),
            ),
            models.CheckConstraint(
                name="planning_line_within_pagu", condition=Q(pagu__gte=F("held") + F("realised"))
            ),
            models.CheckConstraint(
                name="planning_line_within_released", condition=Q(released__gte=F("held") + F("realised"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kode_rekening} {self.nama_rekening}"

    @property
    def used(self) -> Decimal:
        return self.held + self.realised

    @property
    def free(self) -> Decimal:
        """What may still be promised: never more than pagu and SPD allow."""
        return min(self.pagu, self.released) - self.used


class CashPlan(models.Model):
    """Anggaran kas: how much of a line is planned for a month (not cumulative)."""

    line = models.ForeignKey(
        BudgetLine, models.CASCADE, related_name="cash_plan", verbose_name="baris anggaran"
    )
    month = models.PositiveSmallIntegerField("bulan")
    amount = models.DecimalField("rencana", max_digits=18, decimal_places=2)

    class Meta:
        ordering = ["line", "month"]
        verbose_name = "anggaran kas"
        verbose_name_plural = "anggaran kas"
        constraints = [
            models.UniqueConstraint(fields=["line", "month"], name="planning_cash_plan_once"),
            models.CheckConstraint(
                name="planning_cash_plan_month", condition=Q(month__gte=1, month__lte=12, amount__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} bulan {self.month}: {self.amount}"
