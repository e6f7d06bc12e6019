"""Cash that a treasurer draws, brings back and hands out, and how it was counted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opd.office.ids import uuid7


class CashKind(models.TextChoices):
    WITHDRAWN = "withdrawn", "Tunai diambil dari bank"
    DEPOSITED = "deposited", "Tunai disetor ke bank"
    ADVANCE = "advance", "Panjar diberikan"
    SPENT = "spent", "Panjar dipertanggungjawabkan"
    RETURNED = "returned", "Sisa panjar kembali"
    FUND_BACK = "fund_back", "Sisa UP atau TU disetor ke RKUD"


class CashMovement(models.Model):
    """One movement, with one journal. ``advance`` names the panjar that a settlement belongs to; ``in_bank``
    says whether a panjar left from, or its rest came back to, the bank account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request_key = models.CharField("kunci permintaan", max_length=80, unique=True)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    kind = models.CharField("jenis", max_length=10, choices=CashKind)
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    moved_date = models.DateField("tanggal")
    effective_date = models.DateField("tanggal buku")
    in_bank = models.BooleanField("melalui rekening", default=False)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="pemegang panjar"
    )
    advance = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="settlements", verbose_name="panjar"
    )
    purse = models.CharField("uang persediaan", max_length=10, blank=True)
    reference = models.CharField("rujukan", max_length=64)
    reason = models.CharField("keperluan", max_length=300)
    journal = models.BigIntegerField("jurnal")
    made_at = models.DateTimeField("dicatat")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["-moved_date", "-made_at", "-pk"]
        verbose_name = "gerak tunai"
        verbose_name_plural = "gerak tunai"
        indexes = [models.Index(fields=["opd", "moved_date"], name="cash_by_day")]
        constraints = [
            models.CheckConstraint(
                name="cash_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Jumlah harus lebih dari nol.",
            ),
            models.CheckConstraint(
                name="cash_settlement_names_advance",
                condition=Q(kind__in=["spent", "returned"], advance__isnull=False)
                | (~Q(kind__in=["spent", "returned"]) & Q(advance=None)),
            ),
            models.CheckConstraint(
                name="cash_advance_has_holder", condition=~Q(kind="advance") | Q(holder__isnull=False)
            ),
            models.CheckConstraint(
                name="cash_fund_names_purse",
                condition=Q(kind="fund_back") & ~Q(purse="") | ~Q(kind="fund_back") & Q(purse=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class CashInspection(models.Model):
    """Notes and coins counted against the book (berita acara pemeriksaan kas)."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    day = models.DateField("tanggal")
    counted = models.JSONField("lembar dan keping")
    counted_total = models.DecimalField("uang dihitung", max_digits=18, decimal_places=2)
    book_total = models.DecimalField("menurut buku", max_digits=18, decimal_places=2)
    bank_total = models.DecimalField("saldo bank menurut buku", max_digits=18, decimal_places=2)
    explanation = models.CharField("penjelasan selisih", max_length=400, blank=True)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = "pemeriksaan kas"
        verbose_name_plural = "pemeriksaan kas"
        constraints = [
            models.CheckConstraint(
                name="inspection_difference_explained",
                condition=Q(counted_total=models.F("book_total")) | ~Q(explanation=""),
                violation_error_message="Jelaskan selisih antara uang dan buku.",
            ),
            models.CheckConstraint(name="inspection_not_negative", condition=Q(counted_total__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.opd_id} {self.day}"
