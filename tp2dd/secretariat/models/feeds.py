"""A person's calendar by a secret address: what a calendar program reads without signing in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class CalendarFeed(models.Model):
    """Only the SHA-256 of the secret is kept. One stands per person; a new one ends the one before."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="pemilik"
    )
    digest = models.CharField("sidik rahasia", max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField("dibuat")
    revoked_at = models.DateTimeField("dicabut", null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = "alamat kalender"
        verbose_name_plural = "alamat kalender"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at=None), name="secretariat_feed_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"Kalender {self.user_id}"
