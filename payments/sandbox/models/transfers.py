"""Orders to move money: SNAP transfers and QRIS payments, and lines of the CMS."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from payments.sandbox.models.accounts import Account
from payments.sandbox.models.acquiring import Partner
from payments.snap.codes import Service


class Transfer(models.Model):
    """One order, once per partner and number. Money moved where the state is ``success``, and only there."""

    class State(models.TextChoices):
        SUCCESS = "success", "Berhasil"
        PENDING = "pending", "Sedang diproses"
        FAILED = "failed", "Gagal"

    class Channel(models.TextChoices):
        INTRABANK = Service.TRANSFER_INTRABANK.code, "Transfer di bank ini"
        INTERBANK = Service.TRANSFER_INTERBANK.code, "Transfer ke bank lain"
        QRIS = Service.QR_PAYMENT.code, "Bayar QRIS"
        CMS = "cms", "CMS"

    partner = models.CharField(max_length=5)
    partner_reference_no = models.CharField(max_length=64)
    reference_no = models.CharField(max_length=25, unique=True)
    external_id = models.CharField(max_length=36, blank=True)
    channel = models.CharField(max_length=3, choices=Channel)
    source = models.ForeignKey(Account, models.PROTECT, null=True, related_name="orders_out")
    target = models.ForeignKey(Account, models.PROTECT, null=True, related_name="orders_in")
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    customer_reference = models.CharField(max_length=64, blank=True, db_index=True)
    remark = models.CharField(max_length=100, blank=True)
    params = models.JSONField(default=dict)
    qr_content = models.CharField(max_length=512, blank=True)
    merchant_name = models.CharField(max_length=25, blank=True)
    card = models.ForeignKey("sandbox.Card", models.PROTECT, null=True, related_name="orders")
    rrn = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=7, choices=State)
    will_fail = models.BooleanField(default=False)
    failure = models.CharField(max_length=5, blank=True)
    created_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="pending"), name="transfers_pending")]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "partner_reference_no"], name="one_transfer_per_reference"
            ),
            models.UniqueConstraint(fields=["rrn"], condition=~Q(rrn=""), name="one_transfer_per_rrn"),
            models.CheckConstraint(name="transfer_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="transfer_from_account_or_card",
                condition=Q(source=None, card__isnull=False) | Q(source__isnull=False, card=None),
            ),
            models.CheckConstraint(
                name="transfer_done_unless_pending",
                condition=Q(state="pending", done_at=None) | (~Q(state="pending") & Q(done_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="transfer_rrn_twelve_digits", condition=Q(rrn="") | Q(rrn__regex=r"^[0-9]{12}$")
            ),
        ]

    def __str__(self) -> str:
        return self.reference_no

    @property
    def code(self) -> str:
        """The response code that this order ended with, as the status service repeats it."""
        if self.state == self.State.FAILED:
            return f"{self.failure[:3]}{self.channel}{self.failure[3:]}"
        return f"{'202' if self.state == self.State.PENDING else '200'}{self.channel}00"


class Decode(models.Model):
    """A merchant's QRIS that a partner had read out."""

    partner = models.CharField(max_length=5, choices=Partner)
    reference_no = models.CharField(max_length=25, unique=True)
    partner_reference_no = models.CharField(max_length=64, blank=True)
    qr_content = models.CharField(max_length=512)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference_no


class CmsFile(models.Model):
    """A bulk file that the bank executed, and the result it gave back; neither twice."""

    name = models.CharField(max_length=120, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    uploaded_at = models.DateTimeField()
    lines = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    result = models.TextField()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def done(self) -> int:
        return self.lines - self.failed
