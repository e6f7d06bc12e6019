"""Bills of banks that write them in their own way: the files, and the layouts that persons taught on them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opd.office.ids import uuid7
from payments.kkpd.models.bills import Bill


class BillFile(models.Model):
    """A bill as its bank wrote it. It waits until somebody says what its columns are, or drops it.

    ``given`` are the answers that the file itself does not hold: number, due date, card, total.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    name = models.CharField("nama berkas", max_length=200)
    evidence = models.ForeignKey(
        "office.Evidence", models.PROTECT, related_name="+", verbose_name="berkas asli"
    )
    uploaded_at = models.DateTimeField("diunggah")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diunggah oleh"
    )
    profile = models.ForeignKey(
        "kkpd.BillProfile", models.PROTECT, null=True, related_name="files", verbose_name="bentuk"
    )
    given = models.JSONField("jawaban", default=dict, blank=True)
    bill = models.OneToOneField(
        Bill, models.PROTECT, null=True, related_name="source_file", verbose_name="tagihan"
    )
    dropped_at = models.DateTimeField("dibatalkan", null=True, blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dibatalkan oleh"
    )
    reason = models.CharField("alasan", max_length=300, blank=True)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = "berkas tagihan KKPD"
        verbose_name_plural = "berkas tagihan KKPD"
        constraints = [
            models.UniqueConstraint(
                fields=["evidence"], condition=Q(dropped_at=None), name="kkpd_bill_file_once"
            ),
            models.CheckConstraint(
                name="kkpd_bill_file_read_by_profile",
                condition=Q(bill=None) | Q(profile__isnull=False, dropped_at=None),
            ),
            models.CheckConstraint(
                name="kkpd_bill_file_dropped_has_reason",
                condition=Q(dropped_at=None, dropped_by=None, reason="")
                | (Q(dropped_at__isnull=False, dropped_by__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_waiting(self) -> bool:
        return self.bill_id is None and self.dropped_at is None


class BillProfile(models.Model):
    """A layout of a bank's bills, taught on an example. Append-only; a change is the next version of a name.

    ``layout`` is ``kkpd.example.Layout`` as JSON. The newest version of a name reads new files; files keep
    the version that read them.
    """

    name = models.CharField("nama bentuk", max_length=60)
    version = models.PositiveSmallIntegerField("versi")
    layout = models.JSONField("susunan kolom")
    example = models.ForeignKey(BillFile, models.PROTECT, related_name="+", verbose_name="contoh")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    at = models.DateTimeField("dikenalkan")

    class Meta:
        ordering = ["name", "-version"]
        verbose_name = "bentuk tagihan KKPD"
        verbose_name_plural = "bentuk tagihan KKPD"
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="kkpd_bill_profile_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} (versi {self.version})"
