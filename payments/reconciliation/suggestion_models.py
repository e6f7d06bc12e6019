"""Pairs that data alone cannot prove: offered to people, who confirm or reject them."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from payments.reconciliation.texts import OFFERED, Offered


class SuggestionState(models.TextChoices):
    OPEN = "open", "Menunggu keputusan"
    CONFIRMED = "confirmed", "Ditegaskan"
    REJECTED = "rejected", "Ditolak"
    STALE = "stale", "Tidak berlaku lagi"


class Suggestion(models.Model):
    """What may be the same money, and ``why`` in words; nothing is matched until somebody confirms it.

    ``key`` names the pair or the group, so that every run finds the same open row again. ``amount`` is what
    came from the bank, rupiah; ``difference`` what it is short of ours (below zero: over). ``score`` is out
    of 100; ``rivals`` counts other open candidates for a part of it.
    """

    kind = models.CharField("jenis", max_length=8, choices=[(str(k), label) for k, label in OFFERED.items()])
    key = models.CharField("kunci", max_length=300, editable=False)
    state = models.CharField("keadaan", max_length=9, choices=SuggestionState, default=SuggestionState.OPEN)
    score = models.PositiveSmallIntegerField("nilai keyakinan")
    rivals = models.PositiveSmallIntegerField("calon lain")
    why = models.CharField("mengapa", max_length=300)
    day = models.DateField("tanggal")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD")
    partner = models.ForeignKey(
        "snap.Partner", models.PROTECT, null=True, related_name="+", verbose_name="bank"
    )
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    difference = models.DecimalField("kurangnya", max_digits=18, decimal_places=2, default=Decimal(0))
    payment = models.ForeignKey("incoming.Payment", models.PROTECT, null=True, related_name="+")
    settlement_line = models.ForeignKey(
        "reconciliation.SettlementLine", models.PROTECT, null=True, related_name="+"
    )
    batches = ArrayField(models.BigIntegerField(), default=list, verbose_name="batch")
    credits = ArrayField(models.BigIntegerField(), default=list, verbose_name="dana masuk")
    found_at = models.DateTimeField("ditemukan")
    decided_at = models.DateTimeField("diputus", null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diputus oleh"
    )
    reason = models.CharField("alasan", max_length=300, blank=True)

    class Meta:
        ordering = ["-score", "day", "pk"]
        verbose_name = "usulan pencocokan"
        verbose_name_plural = "usulan pencocokan"
        indexes = [
            models.Index(fields=["state", "-score", "day"], name="suggestion_by_score"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="suggestion_open_once", condition=Q(state="open")),
            models.CheckConstraint(
                name="suggestion_names_parts",
                condition=Q(
                    kind="payment",
                    payment__isnull=False,
                    settlement_line__isnull=False,
                    batches=[],
                    credits=[],
                )
                | (
                    Q(kind__in=["credit", "group"], payment=None, settlement_line=None)
                    & ~Q(batches=[])
                    & ~Q(credits=[])
                ),
            ),
            models.CheckConstraint(
                name="suggestion_decided_by_person",
                condition=~Q(state__in=["confirmed", "rejected"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="suggestion_rejected_has_reason", condition=~Q(state="rejected") | ~Q(reason="")
            ),
            models.CheckConstraint(name="suggestion_score", condition=Q(score__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.amount}"

    @property
    def label(self) -> str:
        return OFFERED[Offered(self.kind)]
