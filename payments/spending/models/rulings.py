"""What people say of a payment that its bank never made certain, and what the bank says against it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from payments.spending.models.paying import Disbursement


class Verdict(models.TextChoices):
    """How a payment ended, as the bank's letter, statement or answer has it."""

    PAID = "paid", "Bank memastikan berhasil"
    FAILED = "failed", "Bank memastikan gagal"


class RulingState(models.TextChoices):
    PROPOSED = "proposed", "Menunggu orang kedua"
    CONFIRMED = "confirmed", "Dipastikan"
    DECLINED = "declined", "Ditolak"
    LAPSED = "lapsed", "Gugur: bank menjawab sendiri"


class Ruling(models.Model):
    """The outcome of a payment by the bank's letter or statement: proposed by one, confirmed by another.

    ``reference_no`` and ``day`` are the bank's reference and day of payment, or the number and day of its
    letter where it failed.
    """

    disbursement = models.ForeignKey(
        Disbursement, models.PROTECT, related_name="rulings", verbose_name="pembayaran belanja"
    )
    verdict = models.CharField("hasil", max_length=6, choices=Verdict)
    reference_no = models.CharField("rujukan bank atau nomor surat", max_length=64)
    rrn = models.CharField("RRN", max_length=40, blank=True)
    day = models.DateField("tanggal bayar atau tanggal surat")
    evidence = models.ForeignKey(
        "office.Evidence", models.PROTECT, related_name="+", verbose_name="surat bank atau rekening koran"
    )
    state = models.CharField("keadaan", max_length=9, choices=RulingState, default=RulingState.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diusulkan oleh"
    )
    proposed_at = models.DateTimeField("diusulkan")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diputus oleh"
    )
    decided_at = models.DateTimeField("diputus", null=True)
    reason = models.CharField("alasan", max_length=300, blank=True)

    class Meta:
        ordering = ["proposed_at", "pk"]
        verbose_name = "kepastian hasil bayar"
        verbose_name_plural = "kepastian hasil bayar"
        constraints = [
            models.UniqueConstraint(
                fields=["disbursement"], condition=Q(state="proposed"), name="one_open_ruling_per_payment"
            ),
            models.UniqueConstraint(
                fields=["disbursement"], condition=Q(state="confirmed"), name="one_ruling_per_payment"
            ),
            models.CheckConstraint(name="ruling_has_reference", condition=~Q(reference_no="")),
            models.CheckConstraint(
                name="ruling_decided",
                condition=Q(state="proposed", decided_at=None, decided_by=None)
                | Q(state__in=["confirmed", "declined"], decided_at__isnull=False, decided_by__isnull=False)
                | Q(state="lapsed", decided_at__isnull=False, decided_by=None),
            ),
            models.CheckConstraint(
                name="ruling_not_confirmed_by_its_maker",
                condition=~Q(state="confirmed", decided_by=F("proposed_by")),
                violation_error_message="Yang mengusulkan tidak boleh memastikan.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.reference_no}"


class ContradictionQuerySet(models.QuerySet["Contradiction"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)


class Contradiction(models.Model):
    """The bank said the opposite of how a payment ended here. Nothing is booked by it: a person looks."""

    disbursement = models.ForeignKey(
        Disbursement, models.PROTECT, related_name="contradictions", verbose_name="pembayaran belanja"
    )
    told = models.CharField("kata bank", max_length=6, choices=Verdict)
    reference_no = models.CharField("rujukan bank", max_length=64, blank=True)
    rrn = models.CharField("RRN", max_length=40, blank=True)
    day = models.DateField("tanggal menurut bank", null=True)
    message = models.CharField("keterangan", max_length=300, blank=True)
    at = models.DateTimeField("diketahui")
    closed_at = models.DateTimeField("diselesaikan", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    reason = models.CharField("penyelesaian", max_length=300, blank=True)

    objects = ContradictionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "kabar bank yang berlawanan"
        verbose_name_plural = "kabar bank yang berlawanan"
        constraints = [
            models.UniqueConstraint(
                fields=["disbursement", "told"], condition=Q(closed_at=None), name="contradiction_open_once"
            ),
            models.CheckConstraint(
                name="contradiction_closed",
                condition=Q(closed_at=None, closed_by=None, reason="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_told_display()}: {self.disbursement_id}"
