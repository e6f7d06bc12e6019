"""What was done about a difference, by whom and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class ExceptionEvent(models.Model):
    """One step of a difference's story; append-only. ``by`` is None where matching itself did it."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", "Ditugaskan"
        COMMENTED = "commented", "Catatan"
        EXPLAINED = "explained", "Dijelaskan"
        REOPENED = "reopened", "Dibuka lagi"
        RESOLVED = "resolved", "Ternyata cocok, selesai sendiri"
        RETURNED = "returned", "Tidak cocok lagi"

    exception = models.ForeignKey(
        "reconciliation.ReconciliationException",
        models.PROTECT,
        related_name="events",
        verbose_name="selisih",
    )
    kind = models.CharField("jenis", max_length=10, choices=Kind)
    text = models.CharField("isi", max_length=500, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="petugas"
    )
    due_on = models.DateField("tenggat", null=True)
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = "riwayat selisih"
        verbose_name_plural = "riwayat selisih"
        constraints = [
            models.CheckConstraint(
                name="exception_event_of_person",
                condition=Q(kind__in=["resolved", "returned"]) | Q(by__isnull=False),
            ),
            models.CheckConstraint(
                name="exception_event_assigns",
                condition=(Q(kind="assigned") & Q(assignee__isnull=False, due_on__isnull=False))
                | (~Q(kind="assigned") & Q(assignee=None, due_on=None)),
            ),
            models.CheckConstraint(
                name="exception_event_says_something",
                condition=~Q(kind__in=["commented", "explained", "reopened"]) | ~Q(text=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
