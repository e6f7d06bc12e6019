"""Purses: money a treasurer has at hand for a year (UP in cash, UP on the card, TU), and how it moved."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

ZERO = Decimal("0.00")


class PurseKind(models.TextChoices):
    UP_CASH = "up_cash", "UP tunai"
    UP_KKPD = "up_kkpd", "UP KKPD"
    TU = "tu", "TU"


class Purse(models.Model):
    """``used`` of ``limit`` is promised or spent and not yet restored; ``used`` sums the movements."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun anggaran")
    kind = models.CharField("jenis", max_length=10, choices=PurseKind)
    limit = models.DecimalField("batas", max_digits=18, decimal_places=2, default=ZERO)
    used = models.DecimalField("terpakai", max_digits=18, decimal_places=2, default=ZERO)

    class Meta:
        ordering = ["opd", "year", "kind"]
        verbose_name = "uang persediaan"
        verbose_name_plural = "uang persediaan"
        constraints = [
            models.UniqueConstraint(fields=["opd", "year", "kind"], name="planning_purse_once"),
            models.CheckConstraint(
                name="planning_purse_within_limit", condition=Q(used__gte=0, used__lte=F("limit"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"

    @property
    def free(self) -> Decimal:
        return self.limit - self.used


class PurseMovement(models.Model):
    """One change of a purse, append-only: of what is used, or of the limit. ``key`` makes it happen once."""

    class Of(models.TextChoices):
        USED = "used", "Terpakai"
        LIMIT = "limit", "Batas"

    purse = models.ForeignKey(Purse, models.PROTECT, related_name="movements", verbose_name="uang persediaan")
    key = models.CharField("kunci", max_length=120, unique=True)
    of = models.CharField("mengubah", max_length=5, choices=Of, default=Of.USED)
    amount = models.DecimalField("perubahan", max_digits=18, decimal_places=2)
    reason = models.CharField("alasan", max_length=300)
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["purse", "pk"]
        verbose_name = "gerak uang persediaan"
        verbose_name_plural = "gerak uang persediaan"
        constraints = [models.CheckConstraint(name="planning_movement_moves", condition=~Q(amount=0))]

    def __str__(self) -> str:
        return f"{self.reason}: {self.amount}"
