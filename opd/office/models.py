"""Tables of the office: dated rules, gapless numbers, evidence, jobs, holidays."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.dated import in_force
from opd.models import Opd
from opd.office.ids import uuid7


class DatedRuleQuerySet(models.QuerySet["DatedRule"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(in_force(on))


class DatedRule(models.Model):
    """A value the law may change, with the days it holds (inclusive, WIB) and its legal basis."""

    key = models.CharField("aturan", max_length=80)
    value = models.JSONField("nilai")
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)
    legal_basis = models.CharField("dasar hukum", max_length=300)
    confirmed = models.BooleanField("sudah dikonfirmasi", default=False)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        ordering = ["key", "-valid_from"]
        verbose_name = "aturan bertanggal"
        verbose_name_plural = "aturan bertanggal"
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="rule_once_per_start"),
            models.CheckConstraint(
                name="rule_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Tanggal akhir tidak boleh mendahului tanggal mulai.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} sejak {self.valid_from}"


class Counter(models.Model):
    """The last number of one kind, agency and year; gapless, since it is taken in the using transaction."""

    kind = models.CharField("jenis", max_length=20)
    opd = models.ForeignKey(Opd, models.PROTECT, verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun")
    last = models.PositiveIntegerField("nomor terakhir")

    class Meta:
        verbose_name = "penghitung nomor"
        verbose_name_plural = "penghitung nomor"
        constraints = [models.UniqueConstraint(fields=["kind", "opd", "year"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.opd.code}/{self.year}: {self.last}"


class Evidence(models.Model):
    """An original as received, found by the SHA-256 of its bytes; the file itself lies in the storage."""

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField("nama berkas", max_length=200)
    media_type = models.CharField("jenis isi", max_length=100)
    size = models.PositiveBigIntegerField("ukuran", help_text="byte")
    stored_at = models.DateTimeField("disimpan pada")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="oleh"
    )

    class Meta:
        verbose_name = "bukti"
        verbose_name_plural = "bukti"

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return f"{self.sha256[:2]}/{self.sha256}"


class JobState(models.TextChoices):
    QUEUED = "queued", "Menunggu giliran"
    RUNNING = "running", "Berjalan"
    DONE = "done", "Selesai"
    FAILED = "failed", "Gagal"


class Job(models.Model):
    """Long work that a person watches: its state and how far it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("pekerjaan", max_length=60)
    subject = models.CharField("objek", max_length=80, blank=True)
    state = models.CharField("keadaan", max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveBigIntegerField("sudah", default=0)
    total = models.PositiveBigIntegerField("seluruhnya", default=0)
    message = models.CharField("pesan", max_length=300, blank=True)
    created_at = models.DateTimeField("dibuat")
    touched_at = models.DateTimeField("kabar terakhir")
    finished_at = models.DateTimeField("selesai pada", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="oleh"
    )

    class Meta:
        verbose_name = "pekerjaan"
        verbose_name_plural = "pekerjaan"
        indexes = [models.Index(fields=["state", "touched_at"], name="job_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def percent(self) -> int:
        """0 to 100; 0 while the total is not known."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED}


class Holiday(models.Model):
    """A day on which banks do not settle (SKB tiga menteri, cuti bersama)."""

    day = models.DateField("tanggal", unique=True)
    name = models.CharField("nama", max_length=120)
    legal_basis = models.CharField("dasar hukum", max_length=200)

    class Meta:
        ordering = ["day"]
        verbose_name = "hari libur"
        verbose_name_plural = "hari libur"

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
