"""What a holder paid with the card: lines of a DPR (Daftar Pengeluaran Riil), each of them one spend."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opd.office.ids import uuid7
from payments.kkpd.models.cards import Card


class Via(models.TextChoices):
    EDC = "edc", "Mesin EDC"
    QRIS = "qris", "QRIS"


class Dpr(models.Model):
    """A holder's DPR: numbered and frozen as a document when the PPTK signs it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    card = models.ForeignKey(Card, models.PROTECT, related_name="dprs", verbose_name="kartu")
    made_at = models.DateTimeField("disusun")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="disusun oleh"
    )
    document = models.OneToOneField(
        "office.Document", models.PROTECT, null=True, related_name="+", verbose_name="dokumen"
    )
    signed_at = models.DateTimeField("ditandatangani", null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="PPTK"
    )
    voided_at = models.DateTimeField("dibatalkan", null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = "DPR KKPD"
        verbose_name_plural = "DPR KKPD"
        constraints = [
            models.CheckConstraint(
                name="kkpd_dpr_signed_has_document",
                condition=Q(signed_at=None, document=None)
                | Q(signed_at__isnull=False, document__isnull=False, signed_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"DPR {self.document.number}" if self.document else "DPR belum ditandatangani"


class DprLine(models.Model):
    """A card purchase. Its amount, budget line and state are its spend's; it takes of the card's limit until
    the issuer has its money, or it is withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    spend = models.OneToOneField(
        "spending.Spend", models.PROTECT, related_name="kkpd_line", verbose_name="belanja"
    )
    card = models.ForeignKey(Card, models.PROTECT, related_name="lines", verbose_name="kartu")
    dpr = models.ForeignKey(Dpr, models.PROTECT, null=True, related_name="lines", verbose_name="DPR")
    via = models.CharField("melalui", max_length=4, choices=Via)
    rrn = models.CharField("RRN", max_length=12, blank=True)
    transaction_date = models.DateField("tanggal transaksi")
    reported_at = models.DateTimeField("dilaporkan")
    withdrawn_at = models.DateTimeField("ditarik", null=True, blank=True)
    freed_at = models.DateTimeField("limit kembali", null=True, blank=True)

    class Meta:
        ordering = ["transaction_date", "reported_at"]
        verbose_name = "baris DPR"
        verbose_name_plural = "baris DPR"
        indexes = [models.Index(fields=["card", "transaction_date"], name="kkpd_line_by_card")]
        constraints = [
            models.UniqueConstraint(
                fields=["rrn"], condition=~Q(rrn="") & Q(withdrawn_at=None), name="kkpd_line_rrn_once"
            ),
            models.CheckConstraint(
                name="kkpd_line_rrn_digits", condition=Q(rrn="") | Q(rrn__regex=r"^\d{12}$")
            ),
            models.CheckConstraint(
                name="kkpd_line_withdrawn_is_free",
                condition=Q(withdrawn_at=None) | Q(freed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transaction_date} {self.spend_id}"
