"""The issuer's bill (e-billing, Daftar Tagihan Sementara), line by line, and the DPT of what passed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opd.office.ids import uuid7
from payments.kkpd.models.cards import Card
from payments.kkpd.models.reports import DprLine, Via


class Bill(models.Model):
    """A bill of one agency's cards. APBD pays what the DPT lists; the rest is its holders' own burden."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun anggaran")
    number = models.CharField("nomor tagihan", max_length=30)
    bank_code = models.CharField("kode bank penerbit", max_length=11)
    due_date = models.DateField("jatuh tempo")
    total = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    count = models.PositiveIntegerField("jumlah baris")
    evidence = models.OneToOneField(
        "office.Evidence", models.PROTECT, related_name="+", verbose_name="berkas asli"
    )
    imported_at = models.DateTimeField("diimpor")
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diimpor oleh"
    )
    claim = models.OneToOneField(
        "spending.Claim", models.PROTECT, null=True, related_name="kkpd_bill", verbose_name="SPP-GU KKPD"
    )
    settled_at = models.DateTimeField("dilunasi", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dilunasi oleh"
    )
    paid_date = models.DateField("tanggal bayar", null=True, blank=True)
    account = models.ForeignKey(
        "spending.TreasuryAccount",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="rekening sumber",
    )
    reference_no = models.CharField("rujukan bank", max_length=64, blank=True)

    class Meta:
        ordering = ["-imported_at", "-pk"]
        verbose_name = "tagihan KKPD"
        verbose_name_plural = "tagihan KKPD"
        constraints = [
            models.UniqueConstraint(fields=["bank_code", "number"], name="kkpd_bill_once"),
            models.CheckConstraint(name="kkpd_bill_positive", condition=Q(total__gt=0, count__gt=0)),
            models.CheckConstraint(
                name="kkpd_bill_settled_has_facts",
                condition=Q(settled_at=None, paid_date=None, reference_no="")
                | (
                    Q(settled_at__isnull=False, paid_date__isnull=False, claim__isnull=False)
                    & ~Q(reference_no="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Dpt(models.Model):
    """Daftar Pembayaran Tagihan: lines of a bill that passed, of one card or (``card`` None) of several."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="dpts", verbose_name="tagihan")
    card = models.ForeignKey(Card, models.PROTECT, null=True, related_name="+", verbose_name="kartu")
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    issued_at = models.DateTimeField("diterbitkan")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diterbitkan oleh"
    )

    class Meta:
        ordering = ["issued_at", "pk"]
        verbose_name = "DPT KKPD"
        verbose_name_plural = "DPT KKPD"
        constraints = [models.CheckConstraint(name="kkpd_dpt_positive", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"DPT {self.amount}"


class LineState(models.TextChoices):
    OPEN = "open", "Belum diuji"
    APPROVED = "approved", "Lolos uji"
    REJECTED = "rejected", "Ditolak"


class BillLine(models.Model):
    """A line of the bill as the issuer wrote it, the report it belongs to, and what PA or KPA decided."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="lines", verbose_name="tagihan")
    line_no = models.PositiveIntegerField("baris berkas")
    identity = models.CharField("sidik baris", max_length=64, unique=True, editable=False)
    card = models.ForeignKey(Card, models.PROTECT, related_name="bill_lines", verbose_name="kartu")
    transaction_date = models.DateField("tanggal transaksi")
    posting_date = models.DateField("tanggal posting")
    merchant = models.CharField("merchant", max_length=120)
    mcc = models.CharField("MCC", max_length=4, blank=True)
    via = models.CharField("melalui", max_length=4, choices=Via)
    rrn = models.CharField("RRN", max_length=12, blank=True)
    authorization_code = models.CharField("kode otorisasi", max_length=12, blank=True)
    amount = models.DecimalField("nilai", max_digits=18, decimal_places=2)
    report = models.OneToOneField(
        DprLine, models.PROTECT, null=True, related_name="bill_line", verbose_name="baris DPR"
    )
    matched_by = models.CharField("dicocokkan dengan", max_length=8, blank=True)
    state = models.CharField("keadaan", max_length=8, choices=LineState, default=LineState.OPEN)
    checks = models.JSONField("hasil uji", default=dict, blank=True)
    reason = models.CharField("alasan", max_length=300, blank=True)
    tested_at = models.DateTimeField("diuji", null=True, blank=True)
    tested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diuji oleh"
    )
    dpt = models.ForeignKey(Dpt, models.PROTECT, null=True, related_name="lines", verbose_name="DPT")
    holder_paid_at = models.DateTimeField("dibayar pemegang, dicatat", null=True, blank=True)
    holder_paid_date = models.DateField("dibayar pemegang", null=True, blank=True)
    holder_reference = models.CharField("bukti bayar pemegang", max_length=120, blank=True)

    class Meta:
        ordering = ["bill", "line_no"]
        verbose_name = "baris tagihan"
        verbose_name_plural = "baris tagihan"
        constraints = [
            models.UniqueConstraint(fields=["bill", "line_no"], name="kkpd_bill_line_number_once"),
            models.CheckConstraint(name="kkpd_bill_line_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="kkpd_bill_line_approved_is_reported",
                condition=~Q(state="approved") | Q(report__isnull=False, tested_by__isnull=False),
            ),
            models.CheckConstraint(
                name="kkpd_bill_line_rejected_has_reason",
                condition=~Q(state="rejected") | (~Q(reason="") & Q(tested_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="kkpd_bill_line_dpt_holds_what_passed",
                condition=Q(dpt=None) | Q(state="approved"),
            ),
            models.CheckConstraint(
                name="kkpd_bill_line_holder_pays_rejected",
                condition=Q(holder_paid_at=None, holder_paid_date=None, holder_reference="")
                | (
                    Q(state="rejected", holder_paid_at__isnull=False, holder_paid_date__isnull=False)
                    & ~Q(holder_reference="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant} {self.amount}"
