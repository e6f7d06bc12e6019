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


class OpdChannel(models.Model):
    """One agency and one channel. No row means that nothing has begun.

    ``exception_reason`` says why a pilot began before its checklist was complete; ``verdict`` is what TP2DD
    thinks of the pilot.
    """

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    channel = models.CharField("kanal", max_length=6, choices=Channel)
    stage = models.CharField("tahap", max_length=9, choices=Stage, default=Stage.NONE)
    pilot_since = models.DateField("uji coba sejak", null=True, blank=True)
    pilot_basis = models.CharField("dasar uji coba", max_length=160, blank=True)
    exception_reason = models.CharField("alasan mulai sebelum lengkap", max_length=300, blank=True)
    mandatory_since = models.DateField("wajib sejak", null=True, blank=True)
    mandatory_basis = models.CharField("dasar kewajiban", max_length=160, blank=True)
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
