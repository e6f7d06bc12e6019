"""Virtual accounts that customers of this bank asked about and paid: what we said, what the app answered."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q


class VaOrder(models.Model):
    """One number typed on the phone: the app's answer to the inquiry, then at most one payment."""

    class State(models.TextChoices):
        REFUSED = "refused", "Tidak dapat dibayar"
        ASKED = "asked", "Menunggu dibayar"
        SENDING = "sending", "Sedang dikirim"
        UNSURE = "unsure", "Belum ada jawaban, diulang"
        TAKEN = "taken", "Uang diambil"
        RETURNED = "returned", "Uang dikembalikan"

    request_id = models.CharField(max_length=40, unique=True)
    number = models.CharField(max_length=28)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State)
    name = models.CharField(max_length=255, blank=True)
    bill = models.CharField(max_length=60, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))
    reason = models.CharField(max_length=200, blank=True)
    way = models.CharField(max_length=10, blank=True)
    paid_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    paid_at = models.DateTimeField(null=True)
    reference_no = models.CharField(max_length=20, blank=True)
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    business_date = models.DateField(null=True)
    settled_on = models.DateField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["sending", "unsure"]), name="va_to_advise")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reference_no"], condition=~Q(reference_no=""), name="va_reference_once"
            ),
            models.CheckConstraint(
                name="va_taken_has_amount",
                condition=~Q(state="taken")
                | Q(paid_amount__gt=0, paid_at__isnull=False, business_date__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class VaMessage(models.Model):
    """One call to the app about an order, and what came back."""

    order = models.ForeignKey(VaOrder, models.PROTECT, related_name="messages")
    label = models.CharField(max_length=60)
    at = models.DateTimeField()
    external_id = models.CharField(max_length=36)
    http_status = models.PositiveSmallIntegerField(null=True)
    response_code = models.CharField(max_length=7, blank=True)
    message = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.label} {self.response_code}"
