"""What the Sekda decided to show the public, from which day, and how old its figures must be."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

LONGEST_LAG = 366


class Section(models.TextChoices):
    REVENUE = "revenue", "Porsi nontunai penerimaan retribusi"
    SPENDING = "spending", "Porsi nontunai belanja"
    POINTS = "points", "Titik pemungutan yang menerima pembayaran nontunai"
    SEAL = "seal", "Segel buku besar"
    PROOF = "proof", "Keadaan pembuktian mandiri"


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def in_force(self, on: date) -> Disclosure | None:
        """The decision that counts on a WIB day: the latest start, of equal starts the last recorded."""
        return self.filter(valid_from__lte=on).order_by("-valid_from", "-pk").first()


class Disclosure(models.Model):
    """A decision of the Sekretaris Daerah. Never changed: the next one takes its place.

    ``sections`` are codes of Section; none closes the page. Figures reach to ``lag_days`` before today.
    """

    number = models.CharField("nomor keputusan", max_length=100, unique=True)
    decision_date = models.DateField("tanggal keputusan")
    valid_from = models.DateField("berlaku sejak")
    sections = models.JSONField("yang dibuka", default=list)
    lag_days = models.PositiveSmallIntegerField("jeda (hari)")
    note = models.CharField("alasan", max_length=300)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name = "keputusan keterbukaan"
        verbose_name_plural = "keputusan keterbukaan"
        constraints = [
            models.CheckConstraint(
                name="disclosure_sections_known", condition=Q(sections__contained_by=Section.values)
            ),
            models.CheckConstraint(name="disclosure_lag_bounded", condition=Q(lag_days__lte=LONGEST_LAG)),
            models.CheckConstraint(
                name="disclosure_decided_first", condition=Q(decision_date__lte=models.F("valid_from"))
            ),
            models.CheckConstraint(name="disclosure_says_why", condition=~Q(note="") & ~Q(number="")),
        ]

    def __str__(self) -> str:
        return f"Keputusan {self.number}"

    @property
    def section_labels(self) -> list[str]:
        return [str(section.label) for section in Section if section in self.sections]

    def opens(self, section: Section) -> bool:
        return str(section) in self.sections
