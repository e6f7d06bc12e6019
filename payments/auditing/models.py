"""A finding, what it is about, and everything said about it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q


class Severity(models.TextChoices):
    MINOR = "minor", "Ringan"
    MODERATE = "moderate", "Sedang"
    MAJOR = "major", "Berat"


class State(models.TextChoices):
    """How far a recommendation was followed (Peraturan BPK 2/2017); ``withdrawn`` is ours."""

    PENDING = "pending", "Belum ditindaklanjuti"
    PARTIAL = "partial", "Belum sesuai"
    DONE = "done", "Sesuai"
    IMPOSSIBLE = "impossible", "Tidak dapat ditindaklanjuti"
    WITHDRAWN = "withdrawn", "Dicabut"


OPEN = (State.PENDING, State.PARTIAL)
"""States in which the agency still owes something."""
VERDICTS = tuple(state for state in State if state != State.WITHDRAWN)
"""What an auditor may say of the follow-up."""


def late_now(on: date) -> Q:
    """Still owed after its deadline."""
    return Q(state__in=OPEN, due_on__lt=on)


class Finding(models.Model):
    """What an auditor found at one agency. Its words never change; its number is the document's.

    ``amount`` in rupiah where the finding has one. ``received_on`` is the WIB day the agency received the
    report, ``due_on`` the last day of the follow-up by the rule of that day.
    """

    form_key = models.CharField(max_length=64, unique=True, editable=False)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    title = models.CharField("judul", max_length=200)
    severity = models.CharField("tingkat", max_length=8, choices=Severity)
    amount = models.DecimalField("nilai", max_digits=18, decimal_places=2, null=True, blank=True)
    condition = models.CharField("kondisi", max_length=4000)
    criteria = models.CharField("kriteria", max_length=4000)
    cause = models.CharField("sebab", max_length=4000)
    effect = models.CharField("akibat", max_length=4000)
    recommendation = models.CharField("rekomendasi", max_length=4000)
    received_on = models.DateField("diterima OPD")
    due_on = models.DateField("tenggat tindak lanjut")
    state = models.CharField("keadaan", max_length=10, choices=State, default=State.PENDING)
    document = models.OneToOneField(
        "office.Document", models.PROTECT, null=True, related_name="+", verbose_name="dokumen"
    )
    recorded_at = models.DateTimeField("dicatat")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="dicatat oleh"
    )

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = "temuan"
        verbose_name_plural = "temuan"
        indexes = [
            models.Index(
                fields=["opd", "due_on"],
                condition=Q(state__in=["pending", "partial"]),
                name="finding_to_follow_up",
            )
        ]
        constraints = [
            models.CheckConstraint(name="finding_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="finding_severity_known", condition=Q(severity__in=Severity.values)),
            models.CheckConstraint(
                name="finding_amount_positive",
                condition=Q(amount=None) | Q(amount__gt=0),
                violation_error_message="Nilai temuan harus lebih dari nol.",
            ),
            models.CheckConstraint(
                name="finding_due_after_received", condition=Q(due_on__gt=models.F("received_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"Temuan {self.number or self.pk}"

    @property
    def number(self) -> str:
        return self.document.number if self.document else ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class Reference(models.Model):
    """A page that a finding is about: ``kind`` and ``key`` as ``references`` knows them. Append-only."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="references", verbose_name="temuan")
    kind = models.CharField("jenis", max_length=20)
    key = models.CharField("kunci", max_length=64)
    label = models.CharField("tentang", max_length=200)

    class Meta:
        ordering = ["pk"]
        verbose_name = "rujukan temuan"
        verbose_name_plural = "rujukan temuan"
        constraints = [
            models.UniqueConstraint(fields=["finding", "kind", "key"], name="finding_refers_once"),
        ]

    def __str__(self) -> str:
        return self.label


class Entry(models.Model):
    """Something said about a finding; append-only. ``state`` is the finding's after it."""

    class Kind(models.TextChoices):
        RECORDED = "recorded", "Temuan dicatat"
        ANSWERED = "answered", "Jawaban OPD"
        JUDGED = "judged", "Penilaian auditor"
        WITHDRAWN = "withdrawn", "Temuan dicabut"

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="entries", verbose_name="temuan")
    kind = models.CharField("jenis", max_length=10, choices=Kind)
    text = models.CharField("isi", max_length=4000, blank=True)
    state = models.CharField("keadaan sesudahnya", max_length=10, choices=State)
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["pk"]
        verbose_name = "catatan temuan"
        verbose_name_plural = "catatan temuan"
        constraints = [
            models.CheckConstraint(
                name="finding_entry_says_something", condition=Q(kind="recorded") | ~Q(text="")
            ),
            models.UniqueConstraint(
                fields=["finding"], condition=Q(kind="recorded"), name="finding_recorded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"


class Method(models.TextChoices):
    RANDOM = "random", "Acak"
    MONETARY = "monetary", "Satuan uang (MUS)"
    TOP = "top", "Terbesar"


class Population(models.TextChoices):
    PAYMENTS = "payments", "Pembayaran yang diterima"
    SPENDS = "spends", "Belanja yang dibayar"
    JOURNALS = "journals", "Jurnal"


class Sample(models.Model):
    """A sample as it was drawn, kept whole so that anybody can draw it again. Append-only.

    The population is what was recorded before ``drawn_at`` in the WIB days ``first`` to ``last``; its
    ``population_sum`` is in rupiah. ``interval`` and ``start`` (sen) belong to monetary units alone.
    ``sha256`` is of the drawn keys in order.
    """

    form_key = models.CharField(max_length=64, unique=True, editable=False)
    method = models.CharField("cara", max_length=8, choices=Method)
    population = models.CharField("populasi", max_length=8, choices=Population)
    opd = models.ForeignKey(
        "opd.Opd", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="OPD"
    )
    first = models.DateField("sejak")
    last = models.DateField("sampai")
    size = models.PositiveSmallIntegerField("jumlah diminta")
    seed = models.CharField("benih", max_length=64)
    population_count = models.PositiveBigIntegerField("banyaknya populasi")
    population_sum = models.DecimalField("jumlah populasi", max_digits=22, decimal_places=2)
    interval = models.BigIntegerField("interval (sen)", null=True)
    start = models.BigIntegerField("titik mulai (sen)", null=True)
    sha256 = models.CharField("sidik", max_length=64)
    drawn_at = models.DateTimeField("diambil")
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diambil oleh"
    )

    class Meta:
        ordering = ["-drawn_at", "-pk"]
        verbose_name = "sampel"
        verbose_name_plural = "sampel"
        constraints = [
            models.CheckConstraint(name="sample_days_in_order", condition=Q(last__gte=models.F("first"))),
            models.CheckConstraint(name="sample_size_positive", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="sample_interval_of_money",
                condition=Q(method="monetary", interval__gt=0, start__gt=0)
                | (~Q(method="monetary") & Q(interval=None, start=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"Sampel {self.pk}"


class SampleRow(models.Model):
    """One drawn row, as it was then; ``hits`` is how many monetary units fell on it. Append-only."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="rows", verbose_name="sampel")
    position = models.PositiveSmallIntegerField("urutan")
    key = models.CharField("kunci", max_length=64)
    day = models.DateField("tanggal")
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    hits = models.PositiveSmallIntegerField("kali terpilih", default=1)
    label = models.CharField("uraian", max_length=200)

    class Meta:
        ordering = ["position"]
        verbose_name = "baris sampel"
        verbose_name_plural = "baris sampel"
        constraints = [
            models.UniqueConstraint(fields=["sample", "position"], name="sample_position_once"),
            models.UniqueConstraint(fields=["sample", "key"], name="sample_row_once"),
        ]

    def __str__(self) -> str:
        return self.label
