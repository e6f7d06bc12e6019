"""Tables of virtual accounts. None holds the amount: it is what the payable quotes when a bank asks."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from opd.office.ids import uuid7


class VirtualAccountQuerySet(models.QuerySet["VirtualAccount"]):
    def standing(self) -> Self:
        """Not closed; one whose time is over stands until it is closed, and can be prolonged."""
        return self.filter(closed_at=None)


class VirtualAccount(models.Model):
    """A number under which one thing can be paid at one bank. At most one of a thing stands at any time.

    ``name`` is masked before it comes here. Number, thing and account never change; ``expires_at`` may be
    moved later while it stands; closed is final. See ``migrations/0006_va_guards.py``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey("snap.Partner", models.PROTECT, related_name="+", verbose_name="mitra bank")
    number = models.CharField("nomor VA", max_length=28)
    payable_kind = models.CharField("jenis tagihan", max_length=40)
    payable_key = models.CharField("kunci tagihan", max_length=64)
    receiving_account = models.ForeignKey(
        "incoming.ReceivingAccount", models.PROTECT, related_name="+", verbose_name="rekening penerimaan"
    )
    name = models.CharField("nama (disamarkan)", max_length=60)
    expires_at = models.DateTimeField("batas waktu")
    made_at = models.DateTimeField("dibuat")
    closed_at = models.DateTimeField("ditutup", null=True, blank=True)
    closed_reason = models.CharField("alasan ditutup", max_length=200, blank=True)

    objects = VirtualAccountQuerySet.as_manager()

    class Meta:
        verbose_name = "virtual account"
        verbose_name_plural = "virtual account"
        constraints = [
            models.UniqueConstraint(fields=["partner", "number"], name="va_number_once_per_partner"),
            models.UniqueConstraint(
                fields=["payable_kind", "payable_key"],
                condition=Q(closed_at=None),
                name="va_one_standing_per_thing",
            ),
            models.CheckConstraint(name="va_number_is_digits", condition=Q(number__regex=r"^\d{12,28}$")),
            models.CheckConstraint(
                name="va_closed_says_why",
                condition=Q(closed_at=None, closed_reason="")
                | (Q(closed_at__isnull=False) & ~Q(closed_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_over(self, at: datetime) -> bool:
        """Closed, or past its time."""
        return self.closed_at is not None or at > self.expires_at
