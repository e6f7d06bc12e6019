"""Meetings of the team: agenda, invitation, attendance, minutes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Meeting(models.Model):
    """A meeting from its agenda to its minutes; the printed invitation and minutes are numbered documents."""

    class State(models.TextChoices):
        PLANNED = "planned", "Direncanakan"
        INVITED = "invited", "Undangan terbit"
        HELD = "held", "Notulen terbit"
        CANCELLED = "cancelled", "Dibatalkan"

    title = models.CharField("rapat", max_length=200)
    agenda = models.CharField("agenda", max_length=2000)
    starts_at = models.DateTimeField("waktu")
    place = models.CharField("tempat", max_length=200)
    chair = models.CharField("pemimpin rapat", max_length=120)
    state = models.CharField("keadaan", max_length=9, choices=State, default=State.PLANNED)
    invitation = models.OneToOneField(
        "office.Document", models.PROTECT, null=True, related_name="+", verbose_name="undangan"
    )
    discussion = models.CharField("pembahasan", max_length=6000, blank=True)
    decisions = models.CharField("keputusan rapat", max_length=3000, blank=True)
    minutes = models.OneToOneField(
        "office.Document", models.PROTECT, null=True, related_name="+", verbose_name="notulen"
    )
    cancel_reason = models.CharField("alasan pembatalan", max_length=300, blank=True)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = "rapat TP2DD"
        verbose_name_plural = "rapat TP2DD"
        constraints = [
            models.CheckConstraint(
                name="secretariat_meeting_whole",
                condition=Q(state="planned", invitation=None, minutes=None, cancel_reason="")
                | Q(state="invited", invitation__isnull=False, minutes=None, cancel_reason="")
                | Q(state="held", invitation__isnull=False, minutes__isnull=False, cancel_reason="")
                & ~Q(discussion="")
                | Q(state="cancelled", minutes=None) & ~Q(cancel_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        return {"planned": "wait", "invited": "wait", "held": "ok"}.get(self.state, "quiet")


class Attendance(models.Model):
    """Somebody who was invited or came; ``present`` is None until attendance was taken."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances", verbose_name="rapat")
    name = models.CharField("nama", max_length=120)
    office = models.CharField("jabatan", max_length=200)
    invited = models.BooleanField("diundang", default=True)
    present = models.BooleanField("hadir", null=True)

    class Meta:
        ordering = ["meeting", "pk"]
        verbose_name = "daftar hadir"
        verbose_name_plural = "daftar hadir"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "name", "office"], name="secretariat_attendance_once")
        ]

    def __str__(self) -> str:
        return self.name
