"""Government credit cards by decree. The full number is never kept: first six and last four digits alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

ZERO = Decimal("0.00")


class CardKind(models.TextChoices):
    """What a card may pay (Permendagri 79/2022 Pasal 18)."""

    GOODS = "barjas", "Barang, jasa, dan modal"
    TRAVEL = "perjadin", "Perjalanan dinas"


class Card(models.Model):
    """A card of one holder. ``used`` of ``limit`` (rupiah) is reported and not yet paid to the issuer; it
    changes by conditional UPDATE alone."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="kkpd_cards", verbose_name="pemegang"
    )
    first6 = models.CharField("enam angka pertama", max_length=6)
    last4 = models.CharField("empat angka terakhir", max_length=4)
    kind = models.CharField("jenis", max_length=8, choices=CardKind)
    bank_code = models.CharField("kode bank penerbit", max_length=11)
    bank_name = models.CharField("bank penerbit", max_length=80)
    bill_account_no = models.CharField("rekening pembayaran tagihan", max_length=34)
    bill_account_name = models.CharField("nama rekening tagihan", max_length=120)
    limit = models.DecimalField("limit", max_digits=18, decimal_places=2)
    used = models.DecimalField("terpakai", max_digits=18, decimal_places=2, default=ZERO)
    decree_number = models.CharField("nomor SK", max_length=120)
    decree_date = models.DateField("tanggal SK")
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai")
    blocked_at = models.DateTimeField("diblokir pada", null=True, blank=True)
    block_reason = models.CharField("alasan blokir", max_length=300, blank=True)
    registered_at = models.DateTimeField("didaftar pada")
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="didaftar oleh"
    )

    class Meta:
        ordering = ["opd", "kind", "last4"]
        verbose_name = "kartu KKPD"
        verbose_name_plural = "kartu KKPD"
        constraints = [
            models.UniqueConstraint(fields=["bank_code", "first6", "last4"], name="kkpd_card_once"),
            models.CheckConstraint(
                name="kkpd_card_digits", condition=Q(first6__regex=r"^\d{6}$", last4__regex=r"^\d{4}$")
            ),
            models.CheckConstraint(
                name="kkpd_card_within_limit", condition=Q(limit__gt=0, used__gte=0, used__lte=F("limit"))
            ),
            models.CheckConstraint(
                name="kkpd_card_dates_in_order",
                condition=Q(valid_to__gte=F("valid_from")),
                violation_error_message="Tanggal akhir tidak boleh mendahului tanggal mulai.",
            ),
            models.CheckConstraint(
                name="kkpd_card_block_has_reason",
                condition=Q(blocked_at=None, block_reason="")
                | (Q(blocked_at__isnull=False) & ~Q(block_reason="")),
            ),
            models.CheckConstraint(
                name="kkpd_card_bill_account_digits", condition=Q(bill_account_no__regex=r"^\d{5,34}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.masked} ({self.get_kind_display()})"

    @property
    def masked(self) -> str:
        """As screens show it: 5264 22•• •••• 1234."""
        return f"{self.first6[:4]} {self.first6[4:]}•• •••• {self.last4}"

    @property
    def free(self) -> Decimal:
        return self.limit - self.used

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on <= self.valid_to
