"""Roll-ups that the dashboard reads instead of raw rows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tp2dd.board.models import Baseline, ChannelDay, DayChange, EffortMonth
from tp2dd.rollout.models import OpdChannel, PilotVerdict, ReadinessTick
from tp2dd.transparency.models import Disclosure

__all__ = [
    "Baseline",
    "ChannelDay",
    "DayChange",
    "Disclosure",
    "EffortMonth",
    "OpdChannel",
    "PilotVerdict",
    "ReadinessTick",
    "TakingsDay",
]


class TakingsDay(models.Model):
    """What one receiving account took on one WIB day, and how far that money has come (rupiah, gross).

    Each amount is a part of ``paid``: settled by the acquirer, credited to RKUD, booked to revenue.
    Rebuildable from payments, matches and journals at any time; ``verify`` compares.
    """

    day = models.DateField("hari")
    receiving_account = models.ForeignKey(
        "incoming.ReceivingAccount", models.PROTECT, related_name="+", verbose_name="rekening penerimaan"
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    payments = models.PositiveIntegerField("jumlah pembayaran")
    paid = models.DecimalField("dibayar", max_digits=18, decimal_places=2)
    settled = models.DecimalField("disetor bank", max_digits=18, decimal_places=2)
    credited = models.DecimalField("masuk RKUD", max_digits=18, decimal_places=2)
    booked = models.DecimalField("dibukukan", max_digits=18, decimal_places=2)
    refreshed_at = models.DateTimeField("dihitung pada")

    class Meta:
        verbose_name = "penerimaan per hari"
        verbose_name_plural = "penerimaan per hari"
        constraints = [
            models.UniqueConstraint(fields=["day", "receiving_account"], name="takings_once_a_day"),
            models.CheckConstraint(
                name="takings_parts_within_paid",
                condition=Q(settled__lte=F("paid"), credited__lte=F("paid"), booked__lte=F("paid")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.receiving_account_id}: {self.paid}"
