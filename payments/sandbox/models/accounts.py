"""Accounts and their movements. A balance is the opening balance plus the movements, and never below zero."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q


class Account(models.Model):
    """An account at this bank (``bank_code`` 999) or at one of the invented neighbours."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Aktif"
        DORMANT = "dormant", "Tidak aktif"
        CLOSED = "closed", "Tutup"

    class Kind(models.TextChoices):
        TREASURER = "treasurer", "Bendahara"
        VENDOR = "vendor", "Penerima"
        ISSUER = "issuer", "Penerbit kartu"
        CLEARING = "clearing", "Perantara bank"

    number = models.CharField(max_length=19, unique=True)
    name = models.CharField(max_length=100)
    bank_code = models.CharField(max_length=3)
    kind = models.CharField(max_length=9, choices=Kind)
    status = models.CharField(max_length=7, choices=Status, default=Status.ACTIVE)
    opening_balance = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))
    balance = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))

    class Meta:
        ordering = ["bank_code", "number"]
        constraints = [models.CheckConstraint(name="balance_never_below_zero", condition=Q(balance__gte=0))]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Movement(models.Model):
    """One line of an account's statement; exactly one side is above zero."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="movements")
    at = models.DateTimeField()
    debit = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))
    credit = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))
    description = models.CharField(max_length=200)
    reference_no = models.CharField(max_length=64)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["account", "at"], name="movements_of_account")]
        constraints = [
            models.CheckConstraint(
                name="one_side_of_movement", condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0)
            ),
            models.UniqueConstraint(
                fields=["account", "reference_no"], name="one_movement_per_account_and_reference"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.reference_no}"
