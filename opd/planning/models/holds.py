"""Holds: a promise of budget that becomes a realisation or is given back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.office.ids import uuid7
from opd.planning.models.lines import BudgetLine
from opd.planning.models.purses import Purse


class HoldState(models.TextChoices):
    ACTIVE = "active", "Ditahan"
    RELEASED = "released", "Dilepas"
    REALISED = "realised", "Terealisasi"


class Hold(models.Model):
    """``amount`` of a line promised to one spend since ``on_date`` (WIB).

    ``realised_amount`` is what was really spent (never more than ``amount``), less what came back later.
    ``document_number`` is the number SIPD's realisation report shows for it (TBP, or SP2D of an LS).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField("kunci", max_length=120, unique=True)
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="holds", verbose_name="baris anggaran")
    purse = models.ForeignKey(
        Purse, models.PROTECT, null=True, related_name="holds", verbose_name="uang persediaan"
    )
    amount = models.DecimalField("ditahan", max_digits=18, decimal_places=2)
    on_date = models.DateField("tanggal")
    state = models.CharField("keadaan", max_length=10, choices=HoldState, default=HoldState.ACTIVE)
    realised_amount = models.DecimalField("realisasi", max_digits=18, decimal_places=2, null=True)
    realised_date = models.DateField("tanggal realisasi", null=True)
    document_number = models.CharField("nomor dokumen SIPD", max_length=120, blank=True)
    made_at = models.DateTimeField("dibuat")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    closed_at = models.DateTimeField("ditutup", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="ditutup oleh"
    )
    reason = models.CharField("alasan", max_length=300, blank=True)

    class Meta:
        ordering = ["on_date", "made_at"]
        verbose_name = "penahanan anggaran"
        verbose_name_plural = "penahanan anggaran"
        indexes = [
            models.Index(fields=["line", "state"], name="planning_hold_by_line"),
            models.Index(
                fields=["document_number"], name="planning_hold_by_document", condition=~Q(document_number="")
            ),
        ]
        constraints = [
            models.CheckConstraint(name="planning_hold_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="planning_hold_realised_within",
                condition=Q(
                    state="realised",
                    realised_amount__gte=0,
                    realised_amount__lte=F("amount"),
                    realised_date__isnull=False,
                )
                | (~Q(state="realised") & Q(realised_amount=None, realised_date=None)),
            ),
            models.CheckConstraint(
                name="planning_hold_closed_has_time",
                condition=Q(state="active", closed_at=None)
                | (~Q(state="active") & Q(closed_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_number or self.key}: {self.amount}"


class Correction(models.Model):
    """Money of a realised hold that the payee gave back: its realisation falls by ``amount``."""

    hold = models.ForeignKey(
        Hold, models.PROTECT, related_name="corrections", verbose_name="penahanan anggaran"
    )
    key = models.CharField("kunci", max_length=120, unique=True)
    amount = models.DecimalField("dikembalikan", max_digits=18, decimal_places=2)
    to_purse = models.BooleanField("kembali ke uang persediaan")
    correction_date = models.DateField("tanggal")
    reason = models.CharField("alasan", max_length=300)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["hold", "pk"]
        verbose_name = "koreksi realisasi"
        verbose_name_plural = "koreksi realisasi"
        constraints = [models.CheckConstraint(name="planning_correction_positive", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"{self.reason}: {self.amount}"
