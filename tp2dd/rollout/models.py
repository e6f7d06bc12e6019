"""Where each agency stands with each channel, and what it has ready."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Channel(models.TextChoices):
    CMS = "cms", "m-banking / CMS"
    QRIS = "qris", "QRIS"
    KKPD = "kkpd", "Kartu Kredit Indonesia"
    EMONEY = "emoney", "Uang elektronik"


class Stage(models.TextChoices):
    NONE = "none", "Belum"
    READY = "ready", "Siap"
    PILOT = "pilot", "Uji coba"
    MANDATORY = "mandatory", "Wajib"


class Outcome(models.TextChoices):
    PASSED = "passed", "Lulus"
    NOT_YET = "not_yet", "Belum lulus"


class OpdChannel(models.Model):
    """One agency and one channel. No row means that nothing has begun.

    ``exception_reason`` says why a pilot began before its checklist was complete; ``outcome`` and
    ``verdict`` are what TP2DD decided about the pilot and why; every decision stays a ``PilotVerdict``.
    """

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    channel = models.CharField("kanal", max_length=6, choices=Channel)
    stage = models.CharField("tahap", max_length=9, choices=Stage, default=Stage.NONE)
    pilot_since = models.DateField("uji coba sejak", null=True, blank=True)
    pilot_basis = models.CharField("dasar uji coba", max_length=160, blank=True)
    exception_reason = models.CharField("alasan mulai sebelum lengkap", max_length=300, blank=True)
    mandatory_since = models.DateField("wajib sejak", null=True, blank=True)
    mandatory_basis = models.CharField("dasar kewajiban", max_length=160, blank=True)
    outcome = models.CharField("putusan uji coba", max_length=8, choices=Outcome, blank=True)
    verdict = models.CharField("penilaian uji coba", max_length=1000, blank=True)
    verdict_at = models.DateTimeField("dinilai pada", null=True, blank=True)
    verdict_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dinilai oleh"
    )
    changed_at = models.DateTimeField("berubah pada")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diubah oleh"
    )

    class Meta:
        ordering = ["opd", "channel"]
        verbose_name = "kanal OPD"
        verbose_name_plural = "kanal OPD"
        constraints = [
            models.UniqueConstraint(fields=["opd", "channel"], name="rollout_channel_once"),
            models.CheckConstraint(
                name="rollout_pilot_has_its_letter",
                condition=Q(
                    stage__in=["none", "ready"], pilot_since=None, pilot_basis="", exception_reason=""
                )
                | (Q(stage__in=["pilot", "mandatory"], pilot_since__isnull=False) & ~Q(pilot_basis="")),
                violation_error_message="Uji coba punya hari mulai dan dasar suratnya.",
            ),
            models.CheckConstraint(
                name="rollout_mandatory_has_its_letter",
                condition=(~Q(stage="mandatory") & Q(mandatory_since=None, mandatory_basis=""))
                | (
                    Q(stage="mandatory", mandatory_since__gte=F("pilot_since"))
                    & ~Q(mandatory_basis="")
                    & ~Q(verdict="")
                ),
                violation_error_message="Kewajiban punya hari mulai, dasar surat, dan penilaian uji coba.",
            ),
            models.CheckConstraint(
                name="rollout_verdict_has_time",
                condition=Q(verdict="", verdict_at=None) | (~Q(verdict="") & Q(verdict_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="rollout_outcome_says_why",
                condition=Q(outcome="") | ~Q(verdict=""),
                violation_error_message="Putusan uji coba punya alasan.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opd}: {self.get_channel_display()} {self.get_stage_display()}"


class ReadinessTick(models.Model):
    """One item of the checklist that is done; ``item`` is a code of the dated rule ``rollout.checklist``."""

    opd_channel = models.ForeignKey(
        OpdChannel, models.PROTECT, related_name="ticks", verbose_name="kanal OPD"
    )
    item = models.CharField("syarat", max_length=30)
    note = models.CharField("bukti", max_length=300)
    at = models.DateTimeField("dicentang pada")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dicentang oleh"
    )

    class Meta:
        ordering = ["opd_channel", "at"]
        verbose_name = "syarat kesiapan"
        verbose_name_plural = "syarat kesiapan"
        constraints = [
            models.UniqueConstraint(fields=["opd_channel", "item"], name="rollout_tick_once"),
            models.CheckConstraint(
                name="rollout_tick_says_what",
                condition=~Q(note=""),
                violation_error_message="Tulis buktinya.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.note}"


class PilotVerdict(models.Model):
    """TP2DD's decision about a pilot, with its reason. Append-only: a later one stands beside it."""

    opd_channel = models.ForeignKey(
        OpdChannel, models.PROTECT, related_name="verdicts", verbose_name="kanal OPD"
    )
    outcome = models.CharField("putusan", max_length=8, choices=Outcome)
    reason = models.CharField("alasan", max_length=1000)
    at = models.DateTimeField("dinilai pada")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dinilai oleh"
    )

    class Meta:
        ordering = ["opd_channel", "at", "pk"]
        verbose_name = "putusan uji coba"
        verbose_name_plural = "putusan uji coba"
        constraints = [
            models.CheckConstraint(
                name="rollout_verdict_says_why",
                condition=~Q(reason="") & Q(outcome__in=["passed", "not_yet"]),
                violation_error_message="Putusan uji coba punya alasan.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.opd_channel}: {self.get_outcome_display()}"
