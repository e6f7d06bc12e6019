"""The treasurer's monthly report (LPJ/SPJ) on its way from draft to approved."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ReportKind(models.TextChoices):
    SPENDING = "spending", "LPJ bendahara pengeluaran"
    RECEIPTS = "receipts", "LPJ bendahara penerimaan"


class ReportState(models.TextChoices):
    DRAFT = "draft", "Draf"
    SUBMITTED = "submitted", "Menunggu verifikasi PPK"
    VERIFIED = "verified", "Menunggu pengesahan PA"
    APPROVED = "approved", "Disahkan"


class Report(models.Model):
    """One month's report of one treasurer. ``facts`` is what was submitted: pages and PDF print it alone."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun")
    month = models.PositiveSmallIntegerField("bulan")
    kind = models.CharField("jenis", max_length=8, choices=ReportKind)
    state = models.CharField("keadaan", max_length=9, choices=ReportState, default=ReportState.DRAFT)
    facts = models.JSONField("isi", default=dict, blank=True)
    due_date = models.DateField("tenggat")
    created_at = models.DateTimeField("dibuat")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="disampaikan oleh"
    )
    submitted_at = models.DateTimeField("disampaikan", null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="diverifikasi oleh",
    )
    verified_at = models.DateTimeField("diverifikasi", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="disahkan oleh"
    )
    approved_at = models.DateTimeField("disahkan", null=True, blank=True)
    return_reason = models.CharField("alasan dikembalikan", max_length=300, blank=True)
    job = models.ForeignKey(
        "office.Job", models.SET_NULL, null=True, related_name="+", verbose_name="pembuatan PDF"
    )
    pdf = models.ForeignKey(
        "office.Evidence", models.PROTECT, null=True, related_name="+", verbose_name="PDF"
    )

    class Meta:
        ordering = ["-year", "-month", "kind"]
        verbose_name = "LPJ"
        verbose_name_plural = "LPJ"
        constraints = [
            models.UniqueConstraint(fields=["opd", "year", "month", "kind"], name="report_once_a_month"),
            models.CheckConstraint(name="report_month", condition=Q(month__gte=1, month__lte=12)),
            models.CheckConstraint(
                name="report_state_has_its_people",
                condition=Q(state="draft")
                | Q(state="submitted", submitted_by__isnull=False)
                | Q(state="verified", verified_by__isnull=False, submitted_by__isnull=False)
                | Q(state="approved", approved_by__isnull=False, verified_by__isnull=False),
            ),
            models.CheckConstraint(
                name="report_not_checked_by_its_maker",
                condition=(Q(verified_by=None) | ~Q(verified_by=F("submitted_by")))
                & (Q(approved_by=None) | ~Q(approved_by=F("submitted_by"))),
                violation_error_message="Yang menyusun LPJ tidak memeriksanya sendiri.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.month:02}/{self.year}"
