"""Counted visitors, and QRIS codes that nobody registered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opd.office.ids import uuid7


class HeadCountQuerySet(models.QuerySet["HeadCount"]):
    def standing(self) -> HeadCountQuerySet:
        """Those that no correction replaced."""
        return self.filter(correction=None)


class HeadCount(models.Model):
    """How many people an officer counted at a place in one hour of a WIB day; all of it: ``hour`` None.

    Append-only: a correction is a row of its own that says why.
    """

    point = models.ForeignKey(
        "retribusi.CollectionPoint", models.PROTECT, related_name="+", verbose_name="titik"
    )
    day = models.DateField("tanggal")
    hour = models.PositiveSmallIntegerField("jam", null=True)
    heads = models.PositiveIntegerField("kepala")
    note = models.CharField("keterangan", max_length=160, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="correction", verbose_name="mengoreksi"
    )
    counted_at = models.DateTimeField("dicatat")
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="penghitung"
    )

    objects = HeadCountQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "point", "hour", "pk"]
        verbose_name = "hitungan pengunjung"
        verbose_name_plural = "hitungan pengunjung"
        constraints = [
            models.UniqueConstraint(
                fields=["point", "day", "hour"], condition=Q(corrects=None), nulls_distinct=False,
                name="headcount_once",
            ),
            models.CheckConstraint(
                name="headcount_hour_of_a_day", condition=Q(hour=None) | Q(hour__lte=23)
            ),
            models.CheckConstraint(
                name="headcount_correction_says_why", condition=Q(corrects=None) | ~Q(note="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.point} {self.day} {self.heads}"

    @property
    def when(self) -> str:
        """The hour in words: "09.00–10.00", or the whole day."""
        return "sepanjang hari" if self.hour is None else f"{self.hour:02}.00–{self.hour + 1:02}.00"


class PhantomCase(models.Model):
    """A merchant that money went to, or that a QRIS names, and that is not in the register.

    ``identity`` is its NMID, else its PAN; while a case is not closed, there is one for an identity.
    """

    class State(models.TextChoices):
        OPEN = "open", "Baru"
        INVESTIGATED = "investigated", "Diperiksa"
        CLOSED = "closed", "Selesai"

    class Finding(models.TextChoices):
        FORGED = "forged", "QRIS palsu atau ditempel orang lain"
        UNREGISTERED = "unregistered", "Milik OPD, belum didaftarkan"
        FOREIGN = "foreign", "Milik pihak lain, bukan penerimaan daerah"
        MISTAKE = "mistake", "Salah baca atau salah kirim bank"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("nomor kasus", max_length=8, unique=True, editable=False)
    identity = models.CharField("tanda pengenal merchant", max_length=64)
    nmid = models.CharField("NMID", max_length=20, blank=True)
    merchant_pan = models.CharField("PAN merchant", max_length=19, blank=True)
    merchant_name = models.CharField("nama merchant", max_length=40, blank=True)
    terminal_id = models.CharField("terminal", max_length=25, blank=True)
    content = models.CharField("isi QRIS", max_length=512, blank=True)
    point = models.ForeignKey(
        "retribusi.CollectionPoint", models.PROTECT, null=True, related_name="+", verbose_name="terlihat di"
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD")
    state = models.CharField("keadaan", max_length=12, choices=State, default=State.OPEN)
    finding = models.CharField("kesimpulan", max_length=12, choices=Finding, blank=True)
    opened_at = models.DateTimeField("dibuka")
    closed_at = models.DateTimeField("ditutup", null=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = "kasus QRIS tak terdaftar"
        verbose_name_plural = "kasus QRIS tak terdaftar"
        constraints = [
            models.UniqueConstraint(
                fields=["identity"], condition=~Q(state="closed"), name="phantom_one_open_per_merchant"
            ),
            models.CheckConstraint(
                name="phantom_closed_says_what",
                condition=(Q(state="closed", closed_at__isnull=False) & ~Q(finding=""))
                | (~Q(state="closed") & Q(closed_at=None, finding="")),
            ),
        ]

    def __str__(self) -> str:
        return self.spoken

    @property
    def spoken(self) -> str:
        """The number as it is read out: two groups of four."""
        return f"{self.number[:4]} {self.number[4:]}"

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED


class Sighting(models.Model):
    """Something seen, said or done about a case; append-only. ``state`` is the case's after it."""

    class Kind(models.TextChoices):
        CREDIT = "credit", "Uang masuk ke merchant ini"
        FILE = "file", "Ada di berkas settlement"
        REPORT = "report", "Dilaporkan orang"
        ASSIGNED = "assigned", "Diteruskan"
        INVESTIGATED = "investigated", "Diperiksa"
        CLOSED = "closed", "Ditutup"

    case = models.ForeignKey(PhantomCase, models.PROTECT, related_name="sightings", verbose_name="kasus")
    kind = models.CharField("jenis", max_length=12, choices=Kind)
    text = models.CharField("isi", max_length=1000, blank=True)
    state = models.CharField("keadaan sesudahnya", max_length=12, choices=PhantomCase.State)
    trouble = models.OneToOneField("incoming.MoneyException", models.PROTECT, null=True, related_name="+")
    difference = models.OneToOneField(
        "reconciliation.ReconciliationException", models.PROTECT, null=True, related_name="+"
    )
    form_key = models.CharField(max_length=64, blank=True, editable=False)
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = "catatan kasus QRIS"
        verbose_name_plural = "catatan kasus QRIS"
        constraints = [
            models.UniqueConstraint(
                fields=["form_key"], condition=~Q(form_key=""), name="sighting_once_per_form"
            ),
            models.CheckConstraint(
                name="sighting_money_is_one_row",
                condition=(Q(kind="credit", trouble__isnull=False, difference=None))
                | Q(kind="file", difference__isnull=False, trouble=None)
                | (~Q(kind__in=["credit", "file"]) & Q(trouble=None, difference=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
