"""E-money cards, what went onto them, what came back, and the issuer's history of each card."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.dated import in_force
from opd.office.calendar import day_of
from opd.office.ids import uuid7
from payments.spending.models import Spend, TreasuryAccount


class CardQuerySet(models.QuerySet["Card"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(in_force(on))


class Card(models.Model):
    """A chip or server card that an employee holds by decree. Only the first 6 and last 4 digits are kept."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    issuer = models.CharField("penerbit", max_length=80)
    first6 = models.CharField("6 angka pertama", max_length=6)
    last4 = models.CharField("4 angka terakhir", max_length=4)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="pemegang"
    )
    is_registered = models.BooleanField("terdaftar atas nama", default=False)
    decree_number = models.CharField("nomor SK", max_length=120)
    decree_date = models.DateField("tanggal SK")
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)
    blocked_at = models.DateTimeField("diblokir pada", null=True, blank=True)
    block_reason = models.CharField("alasan blokir", max_length=300, blank=True)
    created_at = models.DateTimeField("dicatat")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["opd", "first6", "last4"]
        verbose_name = "kartu uang elektronik"
        verbose_name_plural = "kartu uang elektronik"
        constraints = [
            models.UniqueConstraint(
                fields=["first6", "last4"],
                name="emoney_card_once",
                violation_error_message="Kartu dengan angka awal dan akhir ini sudah terdaftar.",
            ),
            models.CheckConstraint(
                name="emoney_card_digits",
                condition=Q(first6__regex=r"^\d{6}$", last4__regex=r"^\d{4}$"),
                violation_error_message="Nomor kartu hanya disimpan enam angka awal dan empat angka akhir.",
            ),
            models.CheckConstraint(
                name="emoney_card_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Tanggal akhir tidak boleh mendahului tanggal mulai.",
            ),
            models.CheckConstraint(
                name="emoney_card_block_has_reason",
                condition=Q(blocked_at=None, block_reason="")
                | (Q(blocked_at__isnull=False) & ~Q(block_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        return f"{self.first6[:4]} {self.first6[4:]}•• •••• {self.last4}"

    def state(self, on: date) -> str:
        """blocked, future, ended or active on a day in WIB."""
        if self.valid_to is not None and self.valid_to < on:
            return "ended"
        if self.blocked_at is not None:
            return "blocked"
        return "active" if self.valid_from <= on else "future"


class _Moved(models.Model):
    """Rupiah that moved between the treasurer's account and a card."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    reference_no = models.CharField("rujukan bank", max_length=64)
    made_at = models.DateTimeField("dicatat")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh"
    )

    class Meta:
        abstract = True
        ordering = ["paid_date", "made_at"]


class TopUp(_Moved):
    """Rupiah moved from the treasurer's account onto a card: an advance, not yet a spending. Append-only."""

    card = models.ForeignKey(Card, models.PROTECT, related_name="top_ups", verbose_name="kartu")
    account = models.ForeignKey(
        TreasuryAccount, models.PROTECT, related_name="+", verbose_name="rekening sumber"
    )
    paid_date = models.DateField("tanggal isi ulang")

    class Meta(_Moved.Meta):
        verbose_name = "isi ulang uang elektronik"
        verbose_name_plural = "isi ulang uang elektronik"
        constraints = [
            models.UniqueConstraint(fields=["account", "reference_no"], name="emoney_top_up_reference_once"),
            models.CheckConstraint(
                name="emoney_top_up_positive",
                condition=Q(amount__gt=0) & ~Q(reference_no=""),
                violation_error_message="Jumlah harus lebih dari nol.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card} {self.amount}"

    @property
    def key(self) -> str:
        """The stem of the journal's and the purse's key."""
        return f"emoney_topup:{self.pk}"


class ReturnKind(models.TextChoices):
    BALANCE = "balance", "Sisa saldo kartu"
    REPAYMENT = "repayment", "Ganti transaksi pribadi"


class Return(_Moved):
    """Rupiah that came back to the treasurer's account: a card's balance, or a tap that its holder repays."""

    card = models.ForeignKey(Card, models.PROTECT, related_name="returns", verbose_name="kartu")
    kind = models.CharField("jenis", max_length=9, choices=ReturnKind)
    account = models.ForeignKey(
        TreasuryAccount, models.PROTECT, related_name="+", verbose_name="rekening tujuan"
    )
    paid_date = models.DateField("tanggal kembali")

    class Meta(_Moved.Meta):
        verbose_name = "pengembalian uang elektronik"
        verbose_name_plural = "pengembalian uang elektronik"
        constraints = [
            models.UniqueConstraint(fields=["account", "reference_no"], name="emoney_return_reference_once"),
            models.CheckConstraint(
                name="emoney_return_positive",
                condition=Q(amount__gt=0) & ~Q(reference_no=""),
                violation_error_message="Jumlah harus lebih dari nol.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card} {self.amount}"

    @property
    def key(self) -> str:
        return f"emoney_return:{self.pk}"


class HistoryState(models.TextChoices):
    DRAFT = "draft", "Menunggu Anda simpan"
    SAVED = "saved", "Tersimpan"
    DROPPED = "dropped", "Dibuang"


class HistoryFile(models.Model):
    """The issuer's history of one card, looked at first, then saved whole or not at all."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    card = models.ForeignKey(Card, models.PROTECT, related_name="files", verbose_name="kartu")
    evidence = models.ForeignKey(
        "office.Evidence", models.PROTECT, related_name="+", verbose_name="berkas asli"
    )
    name = models.CharField("nama berkas", max_length=200)
    state = models.CharField("keadaan", max_length=8, choices=HistoryState, default=HistoryState.DRAFT)
    rows = models.PositiveIntegerField("baris")
    new_rows = models.PositiveIntegerField("baris baru", default=0)
    first_at = models.DateTimeField("transaksi pertama")
    last_at = models.DateTimeField("transaksi terakhir")
    closing_balance = models.DecimalField("saldo akhir", max_digits=18, decimal_places=2)
    uploaded_at = models.DateTimeField("diunggah")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    closed_at = models.DateTimeField("disimpan atau dibuang", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="ditutup oleh"
    )

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = "berkas riwayat kartu"
        verbose_name_plural = "berkas riwayat kartu"
        constraints = [
            models.UniqueConstraint(
                fields=["evidence"], condition=Q(state="saved"), name="emoney_history_saved_once"
            ),
            models.CheckConstraint(
                name="emoney_history_closed_has_time",
                condition=Q(state="draft", closed_at=None) | (~Q(state="draft") & Q(closed_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MovementKind(models.TextChoices):
    TOPUP = "topup", "Isi ulang"
    BUY = "buy", "Belanja"
    WITHDRAW = "withdraw", "Tarik saldo"


class Movement(models.Model):
    """One line of a card's history; ``position`` orders the lines of a card, ``balance`` is after the line.

    Each line is used once: a top-up by our own, a purchase by its spend or its repayment, a withdrawal by its
    return. ``explanation`` is for a line that is none of ours.
    """

    file = models.ForeignKey(HistoryFile, models.PROTECT, related_name="movements", verbose_name="berkas")
    line_no = models.PositiveIntegerField("baris")
    card = models.ForeignKey(Card, models.PROTECT, related_name="movements", verbose_name="kartu")
    position = models.IntegerField("urutan")
    at = models.DateTimeField("waktu")
    kind = models.CharField("jenis", max_length=8, choices=MovementKind)
    merchant = models.CharField("merchant", max_length=120, blank=True)
    terminal = models.CharField("terminal", max_length=60, blank=True)
    amount = models.DecimalField("nilai", max_digits=18, decimal_places=2)
    balance = models.DecimalField("saldo", max_digits=18, decimal_places=2)
    reference_no = models.CharField("rujukan", max_length=64, blank=True)
    top_up = models.OneToOneField(
        TopUp, models.PROTECT, null=True, related_name="movement", verbose_name="isi ulang"
    )
    spend = models.OneToOneField(Spend, models.PROTECT, null=True, related_name="+", verbose_name="belanja")
    given_back = models.OneToOneField(
        Return, models.PROTECT, null=True, related_name="movement", verbose_name="pengembalian"
    )
    explanation = models.CharField("penjelasan", max_length=300, blank=True)
    explained_at = models.DateTimeField("dijelaskan", null=True, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dijelaskan oleh"
    )

    class Meta:
        ordering = ["card", "position"]
        verbose_name = "transaksi uang elektronik"
        verbose_name_plural = "transaksi uang elektronik"
        indexes = [models.Index(fields=["card", "kind", "at"], name="emoney_movement_by_card")]
        constraints = [
            models.UniqueConstraint(fields=["card", "position"], name="emoney_movement_position_once"),
            models.CheckConstraint(name="emoney_movement_amounts", condition=Q(amount__gt=0, balance__gte=0)),
            models.CheckConstraint(
                name="emoney_movement_used_as_it_is",
                condition=Q(kind="topup", spend=None, given_back=None)
                | (Q(kind="buy", top_up=None) & (Q(spend=None) | Q(given_back=None)))
                | Q(kind="withdraw", top_up=None, spend=None),
            ),
            models.CheckConstraint(
                name="emoney_movement_explained",
                condition=Q(explanation="", explained_at=None)
                | (~Q(explanation="") & Q(explained_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.merchant} {self.amount}"

    @property
    def day(self) -> date:
        return day_of(self.at)

    @property
    def kind_label(self) -> str:
        return str(self.get_kind_display())

    @property
    def signed(self) -> Decimal:
        """What the line does to the card's balance."""
        return self.amount if self.kind == MovementKind.TOPUP else -self.amount
