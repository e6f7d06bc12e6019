"""Tables of the gate: enrolled phones, every ticket that was shown to one, and what was said of conflicts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from opd.office.ids import uuid7
from retribusi.gate.rules import OUTCOMES, Outcome


class Device(models.Model):
    """An officer's phone at one point. It proves itself by a secret that never leaves it but in the header of
    its requests; ``key_hash`` is the secret's SHA-256 in hex. Revoked once, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField("nama", max_length=40)
    point = models.ForeignKey(
        "retribusi.CollectionPoint", models.PROTECT, related_name="+", verbose_name="titik"
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="petugas"
    )
    key_hash = models.CharField("sidik kunci", max_length=64, unique=True)
    enrolled_at = models.DateTimeField("didaftarkan")
    seen_at = models.DateTimeField("sinkron terakhir", null=True)
    revoked_at = models.DateTimeField("dicabut", null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dicabut oleh"
    )
    revoked_reason = models.CharField("alasan dicabut", max_length=200, blank=True)

    class Meta:
        ordering = ["revoked_at", "-enrolled_at"]
        verbose_name = "perangkat gerbang"
        verbose_name_plural = "perangkat gerbang"
        constraints = [
            models.UniqueConstraint(
                fields=["point", "name"],
                condition=Q(revoked_at=None),
                name="gate_device_name_once",
                violation_error_message="Nama ini sudah dipakai perangkat lain di titik ini.",
            ),
            models.CheckConstraint(name="gate_device_key", condition=Q(key_hash__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="gate_device_revoked_whole",
                condition=Q(revoked_at=None, revoked_by=None, revoked_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EntryQuerySet(models.QuerySet["Entry"]):
    def conflicts(self) -> EntryQuerySet:
        """Let in, though the ticket did not hold."""
        return self.filter(let_in=True).exclude(outcome=Outcome.ACCEPTED)


class Entry(models.Model):
    """One ticket shown at a gate. The device names it (``id``), so that sending it again adds nothing.

    ``entered_at`` is by the device's clock, put right by ``skew_seconds``: how far it was behind ours when
    the entry was sent.
    ``let_in`` is what happened to the person: only ever set from no to yes afterwards, where an answer of
    ours got lost and the officer had already opened.
    """

    class Way(models.TextChoices):
        QR = "qr", "QR tiket"
        CODE = "code", "Kode lisan"
        REST = "rest", "Sisa rombongan"

    id = models.UUIDField(primary_key=True, editable=False)
    device = models.ForeignKey(Device, models.PROTECT, related_name="entries", verbose_name="perangkat")
    point = models.ForeignKey(
        "retribusi.CollectionPoint", models.PROTECT, related_name="+", verbose_name="titik"
    )
    ticket = models.ForeignKey(
        "retribusi.Ticket", models.PROTECT, null=True, related_name="entries", verbose_name="tiket"
    )
    shown = models.CharField("yang ditunjukkan", max_length=200, db_column="shown_token")
    way = models.CharField("cara", max_length=4, choices=Way)
    entered_at: models.DateTimeField[datetime, datetime] = models.DateTimeField("masuk")
    skew_seconds = models.IntegerField("selisih jam perangkat (detik)", default=0)
    synced_at = models.DateTimeField("diterima server")
    offline = models.BooleanField("tanpa jaringan")
    outcome = models.CharField("jawaban", max_length=12, choices=OUTCOMES)
    let_in = models.BooleanField("diizinkan masuk")

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-entered_at", "-pk"]
        verbose_name = "tiket di gerbang"
        verbose_name_plural = "tiket di gerbang"
        indexes = [models.Index(fields=["point", "entered_at"], name="gate_entry_of_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(outcome="accepted"), name="gate_ticket_enters_once"
            ),
            models.CheckConstraint(
                name="gate_accepted_has_ticket",
                condition=~Q(outcome="accepted") | Q(ticket__isnull=False, let_in=True),
            ),
            models.CheckConstraint(
                name="gate_outcome_known", condition=Q(outcome__in=[code for code, _ in OUTCOMES])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.entered_at:%H:%M}"

    @property
    def device_clock(self) -> datetime:
        """What the phone's clock showed."""
        return self.entered_at - timedelta(seconds=self.skew_seconds)

    @property
    def is_conflict(self) -> bool:
        return self.let_in and self.outcome != Outcome.ACCEPTED


class Explanation(models.Model):
    """What the treasurer found out about a conflict. Said once."""

    class Cause(models.TextChoices):
        SHARED = "shared", "Tiket disalin atau dibagikan"
        SAME_PERSON = "same_person", "Orang yang sama keluar dan masuk lagi"
        OFFICER = "officer", "Kekeliruan petugas"
        CLOCK = "clock", "Jam atau titik perangkat keliru"
        OTHER = "other", "Lainnya"

    entry = models.OneToOneField(
        Entry, models.PROTECT, related_name="explanation", verbose_name="tiket di gerbang"
    )
    cause = models.CharField("sebab", max_length=12, choices=Cause)
    note = models.CharField("keterangan", max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh"
    )
    made_at = models.DateTimeField("dicatat")

    class Meta:
        verbose_name = "penjelasan benturan"
        verbose_name_plural = "penjelasan benturan"
        constraints = [models.CheckConstraint(name="gate_explanation_says_why", condition=~Q(note=""))]

    def __str__(self) -> str:
        return self.get_cause_display()
