"""QRIS that the bank gave out as an acquirer: who paid, which notices went out, which days were closed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q


class Partner(models.TextChoices):
    OURS = "ours", "Nontunai"
    GUEST = "guest", "Tamu"


class QrState(models.TextChoices):
    OPEN = "open", "Menunggu dibayar"
    PAID = "paid", "Sudah dibayar"
    EXPIRED = "expired", "Kedaluwarsa"
    CANCELLED = "cancelled", "Dibatalkan"


class BankDay(models.Model):
    """A business day of the bank. It may run ahead of the calendar, never behind it."""

    date = models.DateField(primary_key=True)
    opening_balance = models.DecimalField(max_digits=18, decimal_places=2)
    closing_balance = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    troubles = models.JSONField(default=list)

    class Meta:
        ordering = ["-date"]
        constraints = [
            models.UniqueConstraint(
                fields=["closed_at"],
                condition=Q(closed_at=None),
                nulls_distinct=False,
                name="one_open_bank_day",
            ),
            models.CheckConstraint(
                name="closed_day_has_balance",
                condition=Q(closed_at=None, closing_balance=None)
                | Q(closed_at__isnull=False, closing_balance__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.date.isoformat()


class BankFile(models.Model):
    """A file made when a day closed, kept as it was given out."""

    class Kind(models.TextChoices):
        SETTLEMENT = "settlement", "penyelesaian QRIS"
        STATEMENT = "statement", "rekening koran"

    day = models.ForeignKey(BankDay, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=80, unique=True)
    content = models.TextField()

    class Meta:
        ordering = ["day", "kind"]
        constraints = [models.UniqueConstraint(fields=["day", "kind"], name="one_file_per_day_and_kind")]

    def __str__(self) -> str:
        return self.name


class MerchantRate(models.Model):
    """The merchant discount rate in percent; 0 for payments to government, unless changed on the page."""

    merchant_id = models.CharField(max_length=64, primary_key=True)
    percent = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(0))

    class Meta:
        constraints = [
            models.CheckConstraint(name="rate_in_range", condition=Q(percent__gte=0, percent__lte=10))
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.percent} %"


class QrQuerySet(models.QuerySet["Qr"]):
    def newest(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def payable(self, *, at: datetime) -> Self:
        """Asked for by a partner, neither paid nor cancelled, expired ones of the last day included (they can
        be paid late)."""
        asked = self.filter(printed=False, paid_at=None, cancelled_at=None)
        return asked.filter(valid_until__gt=at - timedelta(days=1))


class Qr(models.Model):
    """A dynamic QRIS that the bank gave out; or, ``printed``, one payment of a merchant's printed one, whose
    amount the payer typed."""

    reference_no = models.CharField(max_length=25, unique=True)
    partner = models.CharField(max_length=5, choices=Partner)
    partner_reference_no = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=36, blank=True)
    merchant_id = models.CharField(max_length=64)
    merchant_name = models.CharField(max_length=25)
    merchant_pan = models.CharField(max_length=19)
    nmid = models.CharField(max_length=15)
    terminal_id = models.CharField(max_length=16)
    bill_no = models.CharField(max_length=25, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    params = models.JSONField(default=dict)
    qr_content = models.CharField(max_length=512)
    printed = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_index=True)
    valid_until = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=256, blank=True)

    objects = QrQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "partner_reference_no"],
                condition=Q(printed=False),
                name="one_qr_per_reference",
            ),
            models.UniqueConstraint(
                fields=["qr_content"], condition=Q(printed=False), name="one_qr_per_content"
            ),
            models.CheckConstraint(
                name="printed_qr_has_no_reference", condition=Q(printed=False) | Q(partner_reference_no="")
            ),
            models.CheckConstraint(name="qr_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="qr_paid_or_cancelled", condition=Q(paid_at=None) | Q(cancelled_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.reference_no

    def state(self, *, at: datetime) -> QrState:
        if self.cancelled_at:
            return QrState.CANCELLED
        if self.paid_at:
            return QrState.PAID
        return QrState.OPEN if at < self.valid_until else QrState.EXPIRED


class Tap(models.Model):
    """One press of "Bayar" on the phone page; its id, made with the form, makes a second press harmless."""

    id = models.UUIDField(primary_key=True)
    qr = models.ForeignKey(Qr, models.PROTECT, related_name="taps")
    outcome = models.CharField(max_length=20)
    delay_seconds = models.PositiveIntegerField(default=0)
    pressed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pressed_at"]
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at=None), name="taps_to_do")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.qr_id}"


class Payment(models.Model):
    """Money that the bank took from a payer, in the business day that was open then."""

    qr = models.ForeignKey(Qr, models.PROTECT, related_name="payments")
    tap = models.ForeignKey(Tap, models.PROTECT, null=True, related_name="payments")
    rrn = models.CharField(max_length=12, unique=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    paid_at = models.DateTimeField()
    business_date = models.DateField(db_index=True)
    issuer_code = models.CharField(max_length=8)
    customer_number = models.CharField(max_length=20)
    settled_on = models.DateField(null=True)

    class Meta:
        ordering = ["paid_at", "pk"]
        constraints = [
            models.CheckConstraint(name="payment_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="rrn_twelve_digits", condition=Q(rrn__regex=r"^[0-9]{12}$")),
            models.CheckConstraint(
                name="settled_not_before_business_day",
                condition=Q(settled_on=None) | Q(settled_on__gte=F("business_date")),
            ),
        ]

    def __str__(self) -> str:
        return self.rrn


class Refund(models.Model):
    """Money of one payment that went back to its payer, whole (before settlement) or in part."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    partner = models.CharField(max_length=5, choices=Partner)
    partner_refund_no = models.CharField(max_length=64)
    reference_no = models.CharField(max_length=25, unique=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "partner_refund_no"], name="one_bank_refund_per_number"
            ),
            models.CheckConstraint(name="bank_refund_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return self.reference_no


class LatePayout(models.Model):
    """A settled batch that reaches RKUD with the next close, less what was refunded until then."""

    settled_on = models.DateField()
    nmid = models.CharField(max_length=15)
    batch_no = models.CharField(max_length=40)
    net = models.DecimalField(max_digits=18, decimal_places=2)
    paid_on = models.DateField(null=True)

    class Meta:
        ordering = ["settled_on", "nmid"]
        constraints = [
            models.UniqueConstraint(fields=["settled_on", "nmid"], name="one_late_payout_per_batch")
        ]

    def __str__(self) -> str:
        return self.batch_no


class Notice(models.Model):
    """A ``qr-mpm-notify`` to send, now or later; the postman's outbox."""

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu dikirim"
        DELIVERED = "delivered", "Diterima aplikasi"
        REFUSED = "refused", "Ditolak aplikasi"
        GIVEN_UP = "given_up", "Tidak tersampaikan"
        LOST = "lost", "Sengaja tidak dikirim"

    tap = models.ForeignKey(Tap, models.PROTECT, related_name="notices")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="notices")
    label = models.CharField(max_length=60)
    external_id = models.CharField(max_length=36)
    body = models.JSONField()
    forged = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notices_to_send")]

    def __str__(self) -> str:
        return f"{self.label} {self.external_id}"

    @property
    def pretty(self) -> str:
        return json.dumps(self.body, indent=2)
