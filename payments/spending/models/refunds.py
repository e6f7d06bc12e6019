"""Money that a payee gave back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from payments.spending.models.spends import Spend


class Refund(models.Model):
    """``amount`` rupiah of a paid spend that came back; ``to_rkud`` where SP2D had passed the spend."""

    spend = models.ForeignKey(Spend, models.PROTECT, related_name="refunds", verbose_name="belanja")
    number = models.PositiveSmallIntegerField("ke")
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    paid_date = models.DateField("tanggal kembali")
    reference_no = models.CharField("rujukan", max_length=64)
    to_rkud = models.BooleanField("masuk RKUD", default=False)
    reason = models.CharField("alasan", max_length=300)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["spend", "number"]
        verbose_name = "pengembalian belanja"
        verbose_name_plural = "pengembalian belanja"
        constraints = [
            models.UniqueConstraint(fields=["spend", "number"], name="refund_number_once"),
            models.UniqueConstraint(fields=["spend", "reference_no"], name="refund_reference_once"),
            models.CheckConstraint(name="refund_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.spend_id} ke-{self.number}: {self.amount}"

    @property
    def key(self) -> str:
        """The key of its journal and of its correction in the budget."""
        return f"spend:{self.spend_id}:refund:{self.number}"
