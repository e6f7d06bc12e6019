"""Registers: what the team did for each task of the law, and its agreements."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Task(models.TextChoices):
    """Tasks of Pasal 5 Permendagri 56/2021, by their letters."""

    ROADMAP = "a", "Peta jalan dan rencana aksi"
    OUTREACH = "b", "Sosialisasi dan edukasi"
    DELIVERY = "c", "Pelaksanaan"
    MONITORING = "d", "Pemantauan"
    EVALUATION = "e", "Evaluasi"
    REPORT = "f", "Pelaporan"


class Activity(models.Model):
    """Something the team did for one task, with who came and what came of it. Voided, never lost."""

    task = models.CharField("tugas", max_length=1, choices=Task)
    title = models.CharField("kegiatan", max_length=200)
    first_day = models.DateField("tanggal mulai")
    last_day = models.DateField("tanggal selesai")
    place = models.CharField("tempat", max_length=200)
    participants = models.PositiveIntegerField("jumlah peserta")
    summary = models.CharField("ringkasan", max_length=2000)
    opds = models.ManyToManyField("opd.Opd", related_name="+", blank=True, verbose_name="OPD terkait")
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    voided_at = models.DateTimeField("dibatalkan", null=True)
    void_reason = models.CharField("alasan pembatalan", max_length=300, blank=True)

    class Meta:
        ordering = ["-first_day", "-pk"]
        verbose_name = "kegiatan TP2DD"
        verbose_name_plural = "kegiatan TP2DD"
        indexes = [models.Index(fields=["-first_day"], name="secretariat_activity_by_day")]
        constraints = [
            models.CheckConstraint(name="secretariat_activity_task", condition=Q(task__in=Task.values)),
            models.CheckConstraint(
                name="secretariat_activity_days", condition=Q(last_day__gte=F("first_day"))
            ),
            models.CheckConstraint(
                name="secretariat_activity_void_whole",
                condition=Q(voided_at=None, void_reason="") | Q(voided_at__isnull=False) & ~Q(void_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Agreement(models.Model):
    """An agreement (perjanjian kerja sama) with a bank or PJP; days inclusive, in WIB."""

    class Party(models.TextChoices):
        BANK_RKUD = "bank_rkud", "Bank RKUD"
        BANK = "bank", "Bank lain"
        PJP = "pjp", "Penyedia jasa pembayaran"
        OTHER = "other", "Pihak lain"

    number = models.CharField("nomor", max_length=120)
    party_kind = models.CharField("jenis pihak", max_length=10, choices=Party)
    party = models.CharField("pihak", max_length=200)
    title = models.CharField("tentang", max_length=300)
    signed_on = models.DateField("ditandatangani")
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berakhir")
    ended_on = models.DateField("diakhiri", null=True)
    end_reason = models.CharField("alasan diakhiri", max_length=300, blank=True)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["valid_to", "pk"]
        verbose_name = "perjanjian kerja sama"
        verbose_name_plural = "perjanjian kerja sama"
        constraints = [
            models.UniqueConstraint(fields=["number", "party"], name="secretariat_agreement_once"),
            models.CheckConstraint(
                name="secretariat_agreement_dates", condition=Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="secretariat_agreement_end_whole",
                condition=Q(ended_on=None, end_reason="") | Q(ended_on__isnull=False) & ~Q(end_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"PKS {self.number}"

    def standing(self, on: date, warn_days: int) -> tuple[str, str]:
        """Tone and words of its state on a day; it warns ``warn_days`` before its end."""
        if self.ended_on:
            return "quiet", f"Diakhiri {self.ended_on:%d/%m/%Y}"
        if self.valid_to < on:
            return "bad", "Sudah berakhir"
        if self.valid_to <= on + timedelta(days=warn_days):
            return "wait", f"Berakhir {(self.valid_to - on).days} hari lagi"
        return ("ok", "Berlaku") if self.valid_from <= on else ("quiet", "Belum berlaku")
