"""How the money of a spend leaves: one live way at a time, so that nothing is paid twice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opd.office.ids import uuid7
from payments.spending.models.accounts import TreasuryAccount
from payments.spending.models.spends import Spend


class Way(models.TextChoices):
    CMS_MANUAL = "cms_manual", "Sudah dibayar di CMS"
    CMS_BULK = "cms_bulk", "Berkas CMS"
    INTRABANK = "intrabank", "Transfer sesama bank (SNAP)"
    INTERBANK = "interbank", "Transfer antarbank (SNAP)"
    QRIS_SNAP = "qris_snap", "QRIS melalui bank (SNAP)"
    QRIS_APP = "qris_app", "QRIS sudah dibayar di aplikasi bank"
    CASH = "cash", "Tunai"
    EMONEY = "emoney", "Uang elektronik"
    CARD = "card", "Kartu Kredit Indonesia"
    SP2D = "sp2d", "SP2D-LS dari RKUD"


class DisbursementState(models.TextChoices):
    INTENDED = "intended", "Disiapkan"
    PENDING = "pending", "Menunggu kabar bank"
    SUCCEEDED = "succeeded", "Berhasil"
    FAILED = "failed", "Gagal"


class BulkState(models.TextChoices):
    MADE = "made", "Menunggu hasil bank"
    ANSWERED = "answered", "Hasil terbaca"
    WITHDRAWN = "withdrawn", "Ditarik"


class BulkFile(models.Model):
    """A CMS bulk file that a treasurer takes to her bank, and the bank's result file."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    account = models.ForeignKey(
        TreasuryAccount, models.PROTECT, related_name="+", verbose_name="rekening sumber"
    )
    name = models.CharField("nama berkas", max_length=80, unique=True)
    kind = models.CharField("jenis", max_length=3, help_text="OB: sesama bank; SKN: antarbank")
    day = models.DateField("tanggal")
    number = models.PositiveIntegerField("nomor")
    lines = models.PositiveIntegerField("jumlah baris")
    total = models.DecimalField("jumlah uang", max_digits=18, decimal_places=2)
    evidence = models.ForeignKey(
        "office.Evidence", models.PROTECT, related_name="+", verbose_name="berkas asli"
    )
    result = models.ForeignKey(
        "office.Evidence", models.PROTECT, null=True, related_name="+", verbose_name="berkas hasil"
    )
    state = models.CharField("keadaan", max_length=10, choices=BulkState, default=BulkState.MADE)
    made_at = models.DateTimeField("dibuat")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="dibuat oleh"
    )
    answered_at = models.DateTimeField("hasil dibaca", null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = "berkas CMS"
        verbose_name_plural = "berkas CMS"
        constraints = [
            models.UniqueConstraint(fields=["opd", "kind", "day", "number"], name="bulk_file_number_once")
        ]

    def __str__(self) -> str:
        return self.name


class Disbursement(models.Model):
    """One try to pay a spend. ``amount`` is what leaves (gross less withheld taxes), rupiah.

    Committed as ``intended`` before a bank is called; ``pending`` until the bank is certain. At most one
    per spend is not failed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    spend = models.ForeignKey(Spend, models.PROTECT, related_name="disbursements", verbose_name="belanja")
    way = models.CharField("cara", max_length=10, choices=Way)
    state = models.CharField(
        "keadaan", max_length=9, choices=DisbursementState, default=DisbursementState.INTENDED
    )
    account = models.ForeignKey(
        TreasuryAccount, models.PROTECT, null=True, related_name="+", verbose_name="rekening sumber"
    )
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    partner_reference_no = models.CharField("rujukan kita", max_length=64, unique=True)
    reference_no = models.CharField("rujukan bank", max_length=64, blank=True)
    rrn = models.CharField("RRN", max_length=40, blank=True)
    external_id = models.CharField("X-EXTERNAL-ID", max_length=36, blank=True)
    bulk_file = models.ForeignKey(
        BulkFile, models.PROTECT, null=True, related_name="disbursements", verbose_name="berkas CMS"
    )
    bulk_line = models.PositiveIntegerField("baris berkas", null=True)
    paid_date = models.DateField("tanggal bayar", null=True)
    proven_at = models.DateTimeField("terbukti di rekening koran", null=True)
    made_at = models.DateTimeField("dibuat")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    claimed_until = models.DateTimeField("dipegang sampai", null=True)
    next_ask_at = models.DateTimeField("tanya lagi pada", null=True, db_index=True)
    unanswered = models.PositiveIntegerField("kali tak dijawab", default=0)
    finished_at = models.DateTimeField("selesai", null=True)
    message = models.CharField("keterangan", max_length=300, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = "pembayaran belanja"
        verbose_name_plural = "pembayaran belanja"
        constraints = [
            models.UniqueConstraint(
                fields=["spend"], condition=~Q(state="failed"), name="one_live_disbursement_per_spend"
            ),
            models.UniqueConstraint(
                fields=["rrn"], condition=~Q(rrn="") & ~Q(state="failed"), name="spend_rrn_once"
            ),
            models.UniqueConstraint(fields=["bulk_file", "bulk_line"], name="bulk_line_once"),
            models.CheckConstraint(name="disbursement_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="disbursement_finished",
                condition=Q(state__in=["succeeded", "failed"], finished_at__isnull=False)
                | Q(state__in=["intended", "pending"], finished_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.partner_reference_no
