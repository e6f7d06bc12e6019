"""Who is paid, and from which account."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.dated import in_force


class Payee(models.Model):
    """A payee of one agency. Account and tax number are personal data: lists show them masked."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    name = models.CharField("nama", max_length=120)
    npwp = models.CharField("NPWP", max_length=16, blank=True, help_text="15 atau 16 angka")
    bank_code = models.CharField("kode bank", max_length=11, blank=True)
    bank_name = models.CharField("nama bank", max_length=80, blank=True)
    account_no = models.CharField("nomor rekening", max_length=34, blank=True)
    account_name = models.CharField("nama pemilik rekening", max_length=120, blank=True)
    checked_name = models.CharField("nama menurut bank", max_length=120, blank=True)
    checked_at = models.DateTimeField("diperiksa ke bank", null=True, blank=True)
    is_umkm = models.BooleanField("UMKM", default=False)
    blocked_at = models.DateTimeField("diblokir pada", null=True, blank=True)
    block_reason = models.CharField("alasan blokir", max_length=300, blank=True)
    created_at = models.DateTimeField("dicatat")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "penerima"
        verbose_name_plural = "penerima"
        constraints = [
            models.UniqueConstraint(
                fields=["opd", "bank_code", "account_no"],
                condition=~Q(account_no=""),
                name="payee_account_once",
                violation_error_message="Rekening ini sudah ada di buku penerima.",
            ),
            models.CheckConstraint(
                name="payee_npwp_digits",
                condition=Q(npwp="") | Q(npwp__regex=r"^\d{15,16}$"),
                violation_error_message="NPWP terdiri dari 15 atau 16 angka.",
            ),
            models.CheckConstraint(
                name="payee_account_digits",
                condition=Q(account_no="") | Q(account_no__regex=r"^\d{5,34}$"),
                violation_error_message="Nomor rekening hanya berisi angka (5 sampai 34).",
            ),
            models.CheckConstraint(
                name="payee_block_has_reason",
                condition=Q(blocked_at=None) | ~Q(block_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TreasuryAccountQuerySet(models.QuerySet["TreasuryAccount"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(in_force(on))


class TreasuryAccount(models.Model):
    """A treasurer's bank account by decree; ``partner`` is the bank that serves it over SNAP, if any."""

    class Kind(models.TextChoices):
        BP = "bp", "Bendahara pengeluaran"
        BPP = "bpp", "Bendahara pengeluaran pembantu"

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    kind = models.CharField("pemegang", max_length=3, choices=Kind, default=Kind.BP)
    bank_code = models.CharField("kode bank", max_length=11)
    bank_name = models.CharField("nama bank", max_length=80)
    account_no = models.CharField("nomor rekening", max_length=34)
    account_name = models.CharField("nama rekening", max_length=120)
    partner = models.ForeignKey(
        "snap.Partner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="mitra bank"
    )
    decree_number = models.CharField("nomor SK", max_length=120)
    decree_date = models.DateField("tanggal SK")
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)

    objects = TreasuryAccountQuerySet.as_manager()

    class Meta:
        ordering = ["opd", "kind", "-valid_from"]
        verbose_name = "rekening bendahara"
        verbose_name_plural = "rekening bendahara"
        constraints = [
            models.UniqueConstraint(
                fields=["bank_code", "account_no", "valid_from"], name="treasury_account_once_per_start"
            ),
            models.CheckConstraint(
                name="treasury_account_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Tanggal akhir tidak boleh mendahului tanggal mulai.",
            ),
            models.CheckConstraint(
                name="treasury_account_digits",
                condition=Q(account_no__regex=r"^\d{5,34}$"),
                violation_error_message="Nomor rekening hanya berisi angka (5 sampai 34).",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.account_no}"
