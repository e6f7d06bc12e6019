"""Tables of the counter: shifts of officers, what they sold and why, and the STS that deposits their cash."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.office.ids import uuid7
from retribusi.models import Order, OrderLine


class Deposit(models.Model):
    """The cash of closed shifts, handed to the bank for RKUD (STS); ``due_at`` is by the dated rule.

    ``credited_*`` and ``revenue_journal`` are set once, when Kuasa BUD finds it in RKUD's statement.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request_key = models.CharField("kunci permintaan", max_length=64, unique=True)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    deposited_at = models.DateTimeField("disetor")
    due_at = models.DateTimeField("batas setor")
    reference = models.CharField("nomor bukti bank", max_length=64)
    journal = models.BigIntegerField("jurnal")
    made_at = models.DateTimeField("dicatat")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    credited_date = models.DateField("masuk RKUD", null=True)
    credited_reference = models.CharField("rujukan rekening koran", max_length=64, blank=True)
    credited_journal = models.BigIntegerField("jurnal masuk RKUD", null=True)
    revenue_journal = models.BigIntegerField("jurnal pendapatan", null=True)
    credited_at = models.DateTimeField("masuk RKUD dicatat", null=True)
    credited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dicatat oleh"
    )

    class Meta:
        ordering = ["-deposited_at", "-pk"]
        verbose_name = "setoran tunai"
        verbose_name_plural = "setoran tunai"
        constraints = [
            models.CheckConstraint(name="deposit_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="deposit_has_reference", condition=~Q(reference="")),
            models.CheckConstraint(
                name="deposit_credited_whole",
                condition=Q(
                    credited_date=None, credited_reference="", credited_journal=None,
                    revenue_journal=None, credited_at=None,
                )
                | (
                    Q(
                        credited_date__isnull=False, credited_journal__isnull=False,
                        revenue_journal__isnull=False, credited_at__isnull=False,
                    )
                    & ~Q(credited_reference="")
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"STS {self.amount}"

    @property
    def is_late(self) -> bool:
        return self.deposited_at > self.due_at


class ShiftQuerySet(models.QuerySet["Shift"]):
    def open(self) -> ShiftQuerySet:
        return self.filter(closed_at=None)

    def undeposited(self) -> ShiftQuerySet:
        """Closed, with cash that no STS has taken to the bank."""
        return self.filter(closed_at__isnull=False, cash_total__gt=0, deposit=None)


class Shift(models.Model):
    """One officer's time at one point. Closing counts the cash and freezes ``totals``: by channel,
    {"count", "amount"}. ``change_amount`` is the officer's change at the start: no levy, never booked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    point = models.ForeignKey(
        "retribusi.CollectionPoint", models.PROTECT, related_name="shifts", verbose_name="titik"
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="petugas"
    )
    opened_at = models.DateTimeField("dibuka")
    change_amount = models.DecimalField("uang kembalian awal", max_digits=18, decimal_places=2, default=0)
    closed_at = models.DateTimeField("ditutup", null=True)
    counted = models.JSONField("lembar dan keping", null=True)
    counted_total = models.DecimalField("uang dihitung", max_digits=18, decimal_places=2, null=True)
    cash_total = models.DecimalField("penjualan tunai", max_digits=18, decimal_places=2, null=True)
    totals = models.JSONField("jumlah menurut cara bayar", null=True)
    explanation = models.CharField("penjelasan selisih", max_length=400, blank=True)
    deposit = models.ForeignKey(
        Deposit, models.PROTECT, null=True, related_name="shifts", verbose_name="setoran"
    )

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = "shift loket"
        verbose_name_plural = "shift loket"
        constraints = [
            models.UniqueConstraint(
                fields=["officer"], condition=Q(closed_at=None), name="shift_one_open_per_officer"
            ),
            models.CheckConstraint(name="shift_change_not_negative", condition=Q(change_amount__gte=0)),
            models.CheckConstraint(
                name="shift_closed_whole",
                condition=Q(
                    closed_at=None, counted__isnull=True, counted_total=None, cash_total=None,
                    totals__isnull=True, deposit=None,
                )
                | Q(
                    closed_at__isnull=False, counted__isnull=False, counted_total__gte=0, cash_total__gte=0,
                    totals__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="shift_difference_explained",
                condition=Q(closed_at=None)
                | Q(counted_total=F("cash_total") + F("change_amount"))
                | ~Q(explanation=""),
                violation_error_message="Jelaskan selisih antara uang yang dihitung dan penjualan tunai.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.point} {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def difference(self) -> Decimal | None:
        """Counted − (cash sales + change) of a closed shift; below zero where money is missing."""
        if self.counted_total is None or self.cash_total is None:
            return None
        return self.counted_total - self.cash_total - self.change_amount


class Sale(models.Model):
    """An order that an officer made. Money taken here has its journal: cash with a reason, EDC and e-money
    with their reference. ``in_totals``: paid when its shift closed, so it counts in the shift's totals.
    ``happened_at``: when it was sold, where it was entered later (printed tickets, no network)."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="sale", verbose_name="pesanan")
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="sales", verbose_name="shift")
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField("dijual")
    happened_at = models.DateTimeField("terjadi", null=True)
    reference = models.CharField("nomor persetujuan atau RRN", max_length=32, blank=True)
    cash_reason = models.CharField("alasan tunai", max_length=160, blank=True)
    hours_reason = models.CharField("alasan di luar jam buka", max_length=160, blank=True)
    journal = models.BigIntegerField("jurnal", null=True)
    in_totals = models.BooleanField("dihitung saat tutup", default=False)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = "penjualan loket"
        verbose_name_plural = "penjualan loket"
        constraints = [
            models.CheckConstraint(
                name="sale_money_says_how",
                condition=Q(journal=None, reference="", cash_reason="")
                | (Q(journal__isnull=False, cash_reason="") & ~Q(reference=""))
                | (Q(journal__isnull=False, reference="") & ~Q(cash_reason="")),
            ),
            models.CheckConstraint(
                name="sale_late_is_cash",
                condition=Q(happened_at=None) | (Q(happened_at__lte=F("made_at")) & ~Q(cash_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.made_at:%H:%M}"


class Reduction(models.Model):
    """Why a line costs less than its tariff: the ground by decision, and what the officer noted of it."""

    line = models.OneToOneField(
        OrderLine, models.PROTECT, related_name="reduction", verbose_name="baris pesanan"
    )
    usual_amount = models.DecimalField("tarif", max_digits=18, decimal_places=2)
    ground = models.CharField("dasar", max_length=160)
    note = models.CharField("keterangan", max_length=160)

    class Meta:
        verbose_name = "keringanan"
        verbose_name_plural = "keringanan"
        constraints = [
            models.CheckConstraint(name="reduction_says_why", condition=~Q(ground="") & ~Q(note="")),
        ]

    def __str__(self) -> str:
        return self.ground
