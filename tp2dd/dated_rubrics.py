"""What every rubric is kept as: a dated version with its basis, never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class DatedRubric(models.Model):
    """Weights as data, in force from a day until the next version. Append-only; ``content`` is its room's."""

    code = models.CharField("kode", max_length=20, unique=True)
    name = models.CharField("nama", max_length=120)
    valid_from = models.DateField("berlaku sejak", unique=True)
    legal_basis = models.CharField("dasar", max_length=400)
    content = models.JSONField("isi")
    made_at = models.DateTimeField("dicatat", null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dicatat oleh"
    )

    class Meta:
        abstract = True
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_rubric_has_basis",
                condition=~Q(legal_basis=""),
                violation_error_message="Tulis dasar rubrik.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"
