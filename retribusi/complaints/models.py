"""A complaint and everything said about it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.office.ids import token, uuid7
from retribusi.complaints.rules import State

WAITING = Q(state__in=[State.NEW, State.HANDLING])
"""The person waits for an answer."""


def late_now(on: date) -> Q:
    """Still waiting after the deadline."""
    return WAITING & Q(due_on__lt=on)


def answered_late(on: date) -> Q:
    """The first answer came after its deadline, or has not come by then."""
    late = Q(first_answered_on__gt=F("first_due_on"))
    return late | Q(first_answered_on=None, first_due_on__lt=on)


class Complaint(models.Model):
    """What one person reports; without login, its token is the only way to it.

    ``contact`` is encrypted, read by its agency's treasurer alone and erased after the days of the rule
    ``complaints.contact_days``. ``due_on`` is the last day (WIB) for the answer that is waited for now,
    ``first_due_on`` and ``first_answered_on`` are what the statistics count and never change once set.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token = models.CharField("tautan", max_length=22, unique=True, default=token, editable=False)
    form_key = models.CharField(max_length=64, unique=True, editable=False)
    number = models.CharField("nomor pengaduan", max_length=8, unique=True, editable=False)
    category = models.CharField("kategori", max_length=20)
    point = models.ForeignKey(
        "retribusi.CollectionPoint", models.PROTECT, null=True, related_name="+", verbose_name="titik"
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="petugas"
    )
    happened_on = models.DateField("tanggal kejadian")
    reference = models.CharField("kode pesanan atau kuitansi", max_length=20, blank=True)
    order = models.ForeignKey(
        "retribusi.Order", models.PROTECT, null=True, related_name="+", verbose_name="pesanan"
    )
    contact = models.BinaryField("kontak (terenkripsi)", null=True)
    contact_mask = models.CharField("kontak (disamarkan)", max_length=40, blank=True)
    state = models.CharField("keadaan", max_length=8, choices=State, default=State.NEW)
    due_on = models.DateField("tenggat")
    first_due_on = models.DateField("tenggat jawaban pertama")
    first_answered_on = models.DateField("hari jawaban pertama", null=True)
    rating = models.PositiveSmallIntegerField("nilai", null=True)
    filed_at = models.DateTimeField("masuk pada")
    first_answered_at = models.DateTimeField("jawaban pertama pada", null=True)
    closed_at = models.DateTimeField("selesai pada", null=True)

    class Meta:
        ordering = ["-filed_at", "-pk"]
        verbose_name = "pengaduan"
        verbose_name_plural = "pengaduan"
        indexes = [
            models.Index(fields=["-filed_at", "-id"], name="complaint_newest"),
            models.Index(
                fields=["opd", "due_on"], condition=Q(state__in=["new", "handling"]), name="complaint_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="complaint_contact_has_mask",
                condition=Q(contact=None, contact_mask="") | (Q(contact__isnull=False) & ~Q(contact_mask="")),
            ),
            models.CheckConstraint(
                name="complaint_rating_one_to_five", condition=Q(rating=None) | Q(rating__range=(1, 5))
            ),
            models.CheckConstraint(
                name="complaint_closed_has_time",
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="complaint_answered_has_day",
                condition=Q(first_answered_at=None, first_answered_on=None)
                | Q(first_answered_at__isnull=False, first_answered_on__isnull=False),
            ),
            models.CheckConstraint(
                name="complaint_answered_before_closed",
                condition=~Q(state__in=["answered", "closed"]) | Q(first_answered_at__isnull=False),
                violation_error_message="Pengaduan hanya selesai setelah dijawab.",
            ),
            models.CheckConstraint(
                name="complaint_officer_of_an_agency", condition=Q(officer=None) | Q(opd__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.spoken

    @property
    def spoken(self) -> str:
        """The number as it is read out: two groups of four."""
        return f"{self.number[:4]} {self.number[4:]}"

    @property
    def is_waiting(self) -> bool:
        return self.state in {State.NEW, State.HANDLING}

    @property
    def is_closed(self) -> bool:
        return self.state == State.CLOSED


class Entry(models.Model):
    """Something said or done about a complaint; append-only. ``state`` is the complaint's after it."""

    class Kind(models.TextChoices):
        FILED = "filed", "Pengaduan masuk"
        ASSIGNED = "assigned", "Diteruskan"
        MESSAGE = "message", "Pesan dari pelapor"
        ANSWER = "answer", "Jawaban"
        NOTE = "note", "Catatan dalam"
        CLOSED = "closed", "Ditutup kantor"
        SETTLED = "settled", "Pelapor: selesai"
        UNSETTLED = "unsettled", "Pelapor: belum selesai"
        REOPENED = "reopened", "Dibuka lagi kantor"

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="entries", verbose_name="pengaduan")
    kind = models.CharField("jenis", max_length=10, choices=Kind)
    text = models.CharField("isi", max_length=4000, blank=True)
    state = models.CharField("keadaan sesudahnya", max_length=8, choices=State)
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = "catatan pengaduan"
        verbose_name_plural = "catatan pengaduan"
        constraints = [
            models.CheckConstraint(
                name="complaint_entry_says_something",
                condition=Q(kind__in=["assigned", "settled"]) | ~Q(text=""),
            ),
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(kind="filed"), name="complaint_filed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
