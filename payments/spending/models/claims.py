"""Claims on the regional treasury (SPP → SPM → SP2D): for UP, GU, GU Nihil, TU, LS and GU-KKPD."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opd.office.ids import uuid7
from payments.spending.models.spends import Spend


class ClaimKind(models.TextChoices):
    UP = "up", "UP"
    GU = "gu", "GU"
    GU_NIHIL = "gu_nihil", "GU Nihil"
    TU = "tu", "TU"
    LS = "ls", "LS"
    GU_KKPD = "gu_kkpd", "GU-KKPD"


class ClaimState(models.TextChoices):
    RAISED = "raised", "SPP menunggu verifikasi"
    VERIFIED = "verified", "Menunggu SPM"
    ORDERED = "ordered", "Menunggu SP2D"
    PAID = "paid", "SP2D terbit"
    REJECTED = "rejected", "Ditolak"


class Claim(models.Model):
    """One SPP with its SPM and SP2D: drafts of ours until SIPD's official numbers come in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("jenis", max_length=8, choices=ClaimKind)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun anggaran")
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    purpose = models.CharField("keperluan", max_length=300)
    state = models.CharField("keadaan", max_length=8, choices=ClaimState, default=ClaimState.RAISED)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diajukan oleh"
    )
    raised_at = models.DateTimeField("diajukan")
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="diverifikasi oleh",
    )
    verified_at = models.DateTimeField("diverifikasi", null=True, blank=True)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="SPM oleh"
    )
    ordered_at = models.DateTimeField("SPM terbit", null=True, blank=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="SP2D oleh"
    )
    paid_at = models.DateTimeField("SP2D dicatat", null=True, blank=True)
    sp2d_date = models.DateField("tanggal SP2D", null=True, blank=True)
    closed_at = models.DateTimeField("ditolak pada", null=True, blank=True)
    close_reason = models.CharField("alasan", max_length=300, blank=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        verbose_name = "pengajuan SPP"
        verbose_name_plural = "pengajuan SPP"
        indexes = [models.Index(fields=["opd", "year", "state"], name="claim_by_state")]
        constraints = [
            models.CheckConstraint(
                name="claim_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Jumlah harus lebih dari nol.",
            ),
            models.CheckConstraint(
                name="claim_paid_has_its_day",
                condition=Q(state="paid", paid_at__isnull=False, sp2d_date__isnull=False)
                | (~Q(state="paid") & Q(paid_at=None, sp2d_date=None)),
            ),
            models.CheckConstraint(
                name="claim_rejected_has_reason", condition=~Q(state="rejected") | ~Q(close_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"SPP-{self.get_kind_display()} {self.purpose[:60]}"


class ClaimLine(models.Model):
    """A spend inside a claim; not ``live`` once the claim is rejected, so that it may be claimed again."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines", verbose_name="pengajuan SPP")
    spend = models.ForeignKey(Spend, models.PROTECT, related_name="claim_lines", verbose_name="belanja")
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    live = models.BooleanField("berlaku", default=True)

    class Meta:
        ordering = ["claim", "pk"]
        verbose_name = "baris SPP"
        verbose_name_plural = "baris SPP"
        constraints = [
            models.UniqueConstraint(fields=["spend"], condition=Q(live=True), name="spend_in_one_live_claim"),
            models.CheckConstraint(name="claim_line_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.amount}"
