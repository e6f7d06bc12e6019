"""Titipan that pays another bill of its payer; guarded by ``migrations/0014_compensation_laws.py``."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.office.ids import uuid7


class CompensationQuerySet(models.QuerySet["Compensation"]):
    def holding(self) -> Self:
        """Proposed or done: this part of the titipan is spoken for."""
        return self.filter(state__in=["requested", "done"])

    def done(self) -> Self:
        return self.filter(state="done")


class Compensation(models.Model):
    """So much of one payment's titipan (rupiah) for one thing of the same payer, on the payer's written word.

    Proposed by one person, decided by another; ``shares`` as of a request. A done one is undone at most once,
    by a reversing journal; then the money is titipan again.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", "Diusulkan"
        DONE = "done", "Dibukukan"
        REFUSED = "refused", "Ditolak"
        UNDONE = "undone", "Dibatalkan"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(
        "incoming.Payment", models.PROTECT, related_name="compensations", verbose_name="pembayaran"
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    payable_kind = models.CharField("jenis tagihan", max_length=40)
    payable_key = models.CharField("kunci tagihan", max_length=64)
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    kode_lra = models.CharField("kode rekening LRA", max_length=30)
    kode_lo = models.CharField("kode rekening LO", max_length=30)
    shares = models.JSONField("bagian per kode rekening", default=list, blank=True)
    description = models.CharField("uraian", max_length=200)
    letter_number = models.CharField("nomor surat pembayar", max_length=100)
    letter_date = models.DateField("tanggal surat")
    letter = models.ForeignKey(
        "office.Evidence", models.PROTECT, related_name="+", verbose_name="surat pembayar"
    )
    state = models.CharField("keadaan", max_length=9, choices=State, default=State.REQUESTED)
    proposed_at = models.DateTimeField("diusulkan")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="pengusul"
    )
    decided_at = models.DateTimeField("diputus", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="pemutus"
    )
    message = models.CharField("keterangan", max_length=300, blank=True)
    journal_id = models.BigIntegerField("jurnal", null=True, unique=True)
    undone_at = models.DateTimeField("dibatalkan", null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dibatalkan oleh"
    )
    undo_journal_id = models.BigIntegerField("jurnal pembatalan", null=True, unique=True)
    undo_reason = models.CharField("alasan pembatalan", max_length=300, blank=True)

    objects = CompensationQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = "kompensasi titipan"
        verbose_name_plural = "kompensasi titipan"
        constraints = [
            models.UniqueConstraint(
                fields=["payable_kind", "payable_key"],
                name="compensation_one_per_thing",
                condition=Q(state__in=["requested", "done", "undone"]),
            ),
            models.CheckConstraint(name="compensation_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="compensation_has_letter", condition=~Q(letter_number="")),
            models.CheckConstraint(
                name="compensation_two_people",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")) | Q(state="refused"),
            ),
            models.CheckConstraint(
                name="compensation_booked_whole",
                condition=Q(state__in=["requested", "refused"], journal_id=None)
                | Q(state__in=["done", "undone"], journal_id__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="compensation_undone_whole",
                condition=(Q(undone_at=None, undone_by=None, undo_journal_id=None, undo_reason="")
                & ~Q(state="undone"))
                | (
                    Q(state="undone", undone_at__isnull=False, undone_by__isnull=False)
                    & Q(undo_journal_id__isnull=False) & ~Q(undo_reason="")
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.amount} {self.description}"
