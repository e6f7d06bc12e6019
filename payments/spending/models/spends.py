"""A spend: what an NPD asks for, from its draft to the day when SP2D passes it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.office.ids import uuid7
from payments.spending.models.accounts import Payee


class Source(models.TextChoices):
    """Where the money comes from (Permendagri 77/2020; 79/2022 for KKPD). UP and GU are one purse."""

    UP = "up", "UP"
    GU = "gu", "GU"
    TU = "tu", "TU"
    LS = "ls", "LS"
    KKPD = "kkpd", "KKPD"


class Channel(models.TextChoices):
    CMS = "cms", "m-banking / CMS"
    QRIS = "qris", "QRIS"
    CARD = "card", "Kartu Kredit Indonesia"
    EMONEY = "emoney", "Uang elektronik"
    CASH = "cash", "Tunai"


class SpendType(models.TextChoices):
    GOODS = "goods", "Barang dan jasa"
    CAPITAL = "capital", "Modal"
    TRAVEL = "travel", "Perjalanan dinas"


class Method(models.TextChoices):
    CATALOG = "catalog", "E-katalog"
    SHOP = "shop", "Toko daring"
    TENDER = "tender", "LPSE"
    OTHER = "other", "Lain-lain"


class SpendState(models.TextChoices):
    DRAFT = "draft", "Draf"
    SUBMITTED = "submitted", "Menunggu persetujuan"
    APPROVED = "approved", "Disetujui"
    TESTED = "tested", "Siap dibayar"
    PAYING = "paying", "Menunggu bank"
    PAID = "paid", "Dibayar"
    VERIFIED = "verified", "Diverifikasi"
    PASSED = "passed", "Disahkan SP2D"
    REJECTED = "rejected", "Ditolak"
    CANCELLED = "cancelled", "Dibatalkan"


HOLDING = (SpendState.SUBMITTED, SpendState.APPROVED, SpendState.TESTED, SpendState.PAYING)
"""States in which the budget is held for a spend."""
SPENT = (SpendState.PAID, SpendState.VERIFIED, SpendState.PASSED)
"""States in which its money is gone and its budget realised."""


class Spend(models.Model):
    """One NPD on one budget line. ``amount`` is gross rupiah; taxes are withheld from it (``TaxLine``).

    ``surcharge`` is what a vendor added for the card or QRIS: shown, never charged to the APBD.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun anggaran")
    line = models.ForeignKey(
        "planning.BudgetLine", models.PROTECT, related_name="+", verbose_name="baris anggaran"
    )
    source = models.CharField("sumber", max_length=4, choices=Source)
    channel = models.CharField("kanal", max_length=6, choices=Channel)
    payee = models.ForeignKey(
        Payee, models.PROTECT, null=True, blank=True, related_name="spends", verbose_name="penerima"
    )
    merchant_name = models.CharField("merchant", max_length=120, blank=True)
    nmid = models.CharField("NMID", max_length=20, blank=True)
    qris_content = models.CharField("isi QRIS", max_length=512, blank=True)
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    surcharge = models.DecimalField("biaya tambahan vendor", max_digits=18, decimal_places=2, default=0)
    description = models.CharField("uraian", max_length=1000)
    spend_date = models.DateField("tanggal")
    type = models.CharField("jenis belanja", max_length=8, choices=SpendType, default=SpendType.GOODS)
    method = models.CharField("cara pengadaan", max_length=8, choices=Method, default=Method.OTHER)
    is_domestic = models.BooleanField("produk dalam negeri", default=False)
    is_umkm = models.BooleanField("usaha mikro, kecil, menengah", default=False)
    state = models.CharField("keadaan", max_length=10, choices=SpendState, default=SpendState.DRAFT)
    version = models.PositiveIntegerField("versi", default=1)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diajukan oleh"
    )
    raised_at = models.DateTimeField("dibuat")
    submitted_at = models.DateTimeField("diajukan", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="disetujui oleh"
    )
    approved_at = models.DateTimeField("disetujui", null=True, blank=True)
    tested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diuji oleh"
    )
    tested_at = models.DateTimeField("diuji", null=True, blank=True)
    checks = models.JSONField("hasil uji", default=dict, blank=True)
    paid_at = models.DateTimeField("dibayar pada", null=True, blank=True)
    paid_date = models.DateField("tanggal bayar", null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="diverifikasi oleh",
    )
    verified_at = models.DateTimeField("diverifikasi", null=True, blank=True)
    passed_date = models.DateField("tanggal disahkan", null=True, blank=True)
    closed_at = models.DateTimeField("ditutup", null=True, blank=True)
    close_reason = models.CharField("alasan", max_length=300, blank=True)
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies", verbose_name="salinan dari"
    )

    class Meta:
        ordering = ["-raised_at", "-pk"]
        verbose_name = "belanja"
        verbose_name_plural = "belanja"
        indexes = [
            models.Index(fields=["opd", "year", "state"], name="spend_by_state"),
            models.Index(fields=["opd", "paid_date"], name="spend_by_paid_date"),
            models.Index(fields=["line"], name="spend_by_line"),
        ]
        constraints = [
            models.CheckConstraint(
                name="spend_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Jumlah harus lebih dari nol.",
            ),
            models.CheckConstraint(name="spend_surcharge_not_negative", condition=Q(surcharge__gte=0)),
            models.CheckConstraint(
                name="spend_channel_fits_source",
                condition=(
                    Q(source="kkpd", channel__in=["card", "qris"])
                    | Q(source="ls", channel="cms")
                    | (Q(source__in=["up", "gu", "tu"]) & ~Q(channel="card"))
                ),
                violation_error_message="Kanal ini tidak dipakai dengan sumber uang tersebut.",
            ),
            models.CheckConstraint(
                name="spend_not_approved_by_its_maker",
                condition=Q(approved_by=None) | ~Q(approved_by=F("raised_by")),
                violation_error_message="Yang mengajukan tidak boleh menyetujui.",
            ),
            models.CheckConstraint(
                name="spend_paid_has_its_day",
                condition=Q(
                    state__in=["paid", "verified", "passed"], paid_at__isnull=False, paid_date__isnull=False
                )
                | (~Q(state__in=["paid", "verified", "passed"]) & Q(paid_at=None, paid_date=None)),
            ),
            models.CheckConstraint(
                name="spend_closed_has_reason",
                condition=~Q(state__in=["rejected", "cancelled"]) | ~Q(close_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.description[:80]

    @property
    def hold_key(self) -> str:
        """The key of the budget hold; also the stem of journal keys."""
        return f"spend:{self.pk}"


class TaxKind(models.TextChoices):
    PPH21 = "pph21", "PPh Pasal 21"
    PPH22 = "pph22", "PPh Pasal 22"
    PPH23 = "pph23", "PPh Pasal 23"
    PPH4_2 = "pph4_2", "PPh Pasal 4 ayat (2)"
    PPN = "ppn", "PPN"


class TaxLine(models.Model):
    """A tax withheld from a spend, its billing code, and the NTPN once it is paid to the state."""

    spend = models.ForeignKey(Spend, models.PROTECT, related_name="taxes", verbose_name="belanja")
    kind = models.CharField("jenis pajak", max_length=6, choices=TaxKind)
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    billing_code = models.CharField("kode billing", max_length=15, blank=True)
    ntpn = models.CharField("NTPN", max_length=16, blank=True)
    deposited_date = models.DateField("tanggal setor", null=True, blank=True)
    deposited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="disetor oleh"
    )

    class Meta:
        ordering = ["spend", "kind"]
        verbose_name = "pajak"
        verbose_name_plural = "pajak"
        constraints = [
            models.UniqueConstraint(fields=["spend", "kind"], name="tax_kind_once_per_spend"),
            models.UniqueConstraint(fields=["ntpn"], condition=~Q(ntpn=""), name="ntpn_once"),
            models.CheckConstraint(
                name="tax_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Jumlah pajak harus lebih dari nol.",
            ),
            models.CheckConstraint(
                name="tax_billing_code_digits",
                condition=Q(billing_code="") | Q(billing_code__regex=r"^\d{15}$"),
                violation_error_message="Kode billing terdiri dari 15 angka.",
            ),
            models.CheckConstraint(
                name="tax_ntpn_form",
                condition=Q(ntpn="") | Q(ntpn__regex=r"^[0-9A-Z]{16}$"),
                violation_error_message="NTPN terdiri dari 16 huruf besar atau angka.",
            ),
            models.CheckConstraint(
                name="tax_deposited_has_ntpn",
                condition=Q(deposited_date=None, ntpn="") | (Q(deposited_date__isnull=False) & ~Q(ntpn="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"
