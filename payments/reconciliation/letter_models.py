"""Letters to a bank that claim what it kept or owes, and the batches that each claims."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ClaimKind(models.TextChoices):
    FEE = "fee", "MDR lebih dari yang disepakati"
    SHORT = "short", "Kekurangan setoran"


class ClaimLetter(models.Model):
    """A numbered letter to one bank; what it says is frozen in its document. A correction is a new one that
    ``replaces`` it."""

    document = models.OneToOneField(
        "office.Document", models.PROTECT, null=True, related_name="+", verbose_name="dokumen"
    )
    partner = models.ForeignKey("snap.Partner", models.PROTECT, related_name="+", verbose_name="bank")
    first = models.DateField("settlement sejak")
    last = models.DateField("settlement sampai")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="menggantikan"
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = "surat klaim bank"
        verbose_name_plural = "surat klaim bank"
        constraints = [
            models.CheckConstraint(name="claim_days_in_order", condition=Q(last__gte=models.F("first")))
        ]

    def __str__(self) -> str:
        return self.document.number if self.document else "surat klaim"


class ClaimLine(models.Model):
    """What a letter claims of a batch (rupiah); letters that stand claim it once for each kind."""

    letter = models.ForeignKey(ClaimLetter, models.PROTECT, related_name="lines", verbose_name="surat")
    batch = models.ForeignKey(
        "reconciliation.SettlementBatch", models.PROTECT, related_name="+", verbose_name="batch"
    )
    kind = models.CharField("jenis", max_length=5, choices=ClaimKind)
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    stands = models.BooleanField("berlaku", default=True)

    class Meta:
        ordering = ["kind", "batch__settlement_date", "batch_id"]
        verbose_name = "baris klaim"
        verbose_name_plural = "baris klaim"
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "kind"], condition=Q(stands=True), name="batch_claimed_once"
            ),
            models.CheckConstraint(name="claim_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"
