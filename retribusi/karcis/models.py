"""Tables of printed tickets (karcis): what was received, and what became of each number."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.office.ids import uuid7
from retribusi.counter.models import Sale
from retribusi.models import TariffItem


class Batch(models.Model):
    """A run of printed, numbered tickets of one tariff. ``face`` is the amount printed on each, in rupiah.

    Both ends count. Within one OPD and series no number is received twice: the database refuses it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    tariff = models.ForeignKey(TariffItem, models.PROTECT, related_name="+", verbose_name="tarif")
    series = models.CharField("seri", max_length=12)
    first = models.PositiveIntegerField("nomor pertama")
    last = models.PositiveIntegerField("nomor terakhir")
    face = models.DecimalField("harga tercetak", max_digits=18, decimal_places=2)
    received_on = models.DateField("diterima")
    document = models.CharField("nomor berita acara", max_length=100)
    made_at = models.DateTimeField("dicatat")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dicatat oleh"
    )

    class Meta:
        ordering = ["series", "first"]
        verbose_name = "persediaan karcis"
        verbose_name_plural = "persediaan karcis"
        constraints = [
            models.CheckConstraint(
                name="karcis_batch_in_order", condition=Q(first__gte=1, last__gte=F("first"))
            ),
            models.CheckConstraint(name="karcis_face_positive", condition=Q(face__gt=0)),
            models.CheckConstraint(name="karcis_batch_has_series", condition=~Q(series="") & ~Q(document="")),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.first}–{self.last}"

    @property
    def sheets(self) -> int:
        return self.last - self.first + 1


class Use(models.Model):
    """Numbers of a batch that are no longer there: sold in a sale entered later, or spoiled. Append-only."""

    class Kind(models.TextChoices):
        SOLD = "sold", "Terjual"
        SPOILED = "spoiled", "Rusak atau batal"

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="uses", verbose_name="persediaan")
    first = models.PositiveIntegerField("nomor pertama")
    last = models.PositiveIntegerField("nomor terakhir")
    kind = models.CharField("menjadi", max_length=7, choices=Kind)
    sale = models.ForeignKey(Sale, models.PROTECT, null=True, related_name="karcis", verbose_name="penjualan")
    reason = models.CharField("alasan", max_length=200, blank=True)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["first"]
        verbose_name = "pemakaian karcis"
        verbose_name_plural = "pemakaian karcis"
        constraints = [
            models.CheckConstraint(name="karcis_use_in_order", condition=Q(last__gte=F("first"))),
            models.CheckConstraint(
                name="karcis_use_says_why",
                condition=Q(kind="sold", sale__isnull=False) | (Q(kind="spoiled", sale=None) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first}–{self.last} {self.get_kind_display()}"

    @property
    def sheets(self) -> int:
        return self.last - self.first + 1
