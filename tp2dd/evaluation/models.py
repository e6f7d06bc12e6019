"""A rubric, a campaign with one sheet a subject, what everybody said to each indicator, and the result.

``migrations/0002_guards_and_data.py`` holds what the database itself refuses: entries, readings, events and
results are only added, each while its stage lasts; after the decision nothing changes; nobody reviews what
they filled themselves.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from tp2dd.dated_rubrics import DatedRubric
from tp2dd.evaluation import facts, rubric
from tp2dd.evaluation.scoring import KINDS, OPD, TP2DD, Rubric
from tp2dd.periods import Period

ROMAN = {1: "I", 2: "II"}


class RubricVersion(DatedRubric):
    """Aspects and indicators with their weights."""

    class Meta(DatedRubric.Meta):
        verbose_name = "rubrik penilaian"
        verbose_name_plural = "rubrik penilaian"

    @cached_property
    def rubric(self) -> Rubric:
        """Raises scoring.RubricError."""
        return rubric.read(self.content, facts.labels())


class State(models.TextChoices):
    FILLING = "filling", "Penilaian mandiri"
    REVIEW = "review", "Ditinjau"
    DECIDING = "deciding", "Penilaian akhir"
    FINAL = "final", "Ditetapkan"
    PUBLISHED = "published", "Diumumkan"


OPEN = (State.FILLING, State.REVIEW, State.DECIDING)
"""Stages in which something may still change."""
CLOSED = (State.FINAL, State.PUBLISHED)


class Campaign(models.Model):
    """One period's evaluation by one version of the rubric. ``revision`` counts its corrections from 1.

    ``read_at`` is the moment at which the automatic values of all subjects were read.
    """

    year = models.PositiveSmallIntegerField("tahun")
    half = models.PositiveSmallIntegerField("semester", choices=list(ROMAN.items()))
    revision = models.PositiveSmallIntegerField("versi", default=1)
    state = models.CharField("keadaan", max_length=9, choices=State, default=State.FILLING)
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="+", verbose_name="rubrik")
    self_due = models.DateField("tenggat penilaian mandiri")
    review_due = models.DateField("tenggat peninjauan")
    final_due = models.DateField("tenggat penetapan")
    opened_at = models.DateTimeField("dibuka")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="dibuka oleh"
    )
    read_at = models.DateTimeField("fakta dibaca")
    decided_at = models.DateTimeField("ditetapkan pada", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="ditetapkan oleh"
    )
    published_at = models.DateTimeField("diumumkan pada", null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diumumkan oleh"
    )
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="corrected_by", verbose_name="memperbaiki"
    )
    correction_reason = models.CharField("alasan perbaikan", max_length=300, blank=True)

    class Meta:
        ordering = ["-year", "-half", "-revision"]
        verbose_name = "masa penilaian"
        verbose_name_plural = "masa penilaian"
        constraints = [
            models.UniqueConstraint(fields=["year", "half", "revision"], name="evaluation_campaign_once"),
            models.UniqueConstraint(
                fields=["year", "half"],
                condition=Q(state__in=["filling", "review", "deciding"]),
                name="evaluation_campaign_one_open",
            ),
            models.CheckConstraint(name="evaluation_campaign_half", condition=Q(half__in=[1, 2])),
            models.CheckConstraint(
                name="evaluation_deadlines_in_order",
                condition=Q(self_due__lte=models.F("review_due"), review_due__lte=models.F("final_due")),
                violation_error_message="Tenggat harus berurutan: mandiri, peninjauan, penetapan.",
            ),
            models.CheckConstraint(
                name="evaluation_decided_whole",
                condition=Q(state__in=["filling", "review", "deciding"], decided_at=None, published_at=None)
                | Q(state="final", decided_at__isnull=False, published_at=None)
                | Q(state="published", decided_at__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="evaluation_correction_has_reason",
                condition=Q(revision=1, corrects=None, correction_reason="")
                | (Q(revision__gt=1, corrects__isnull=False) & ~Q(correction_reason="")),
            ),
        ]

    def __str__(self) -> str:
        name = f"Semester {ROMAN[self.half]} {self.year}"
        return name if self.revision == 1 else f"{name}, versi {self.revision}"

    @property
    def period(self) -> Period:
        if self.half == 1:
            return Period(date(self.year, 1, 1), date(self.year, 6, 30))
        return Period(date(self.year, 7, 1), date(self.year, 12, 31))

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    @property
    def rubric(self) -> Rubric:
        return self.rubric_version.rubric

    @property
    def due_on(self) -> date | None:
        """The deadline of its stage."""
        dues = {State.FILLING: self.self_due, State.REVIEW: self.review_due, State.DECIDING: self.final_due}
        return dues.get(State(self.state))

    def is_late(self, on: date) -> bool:
        return self.due_on is not None and on > self.due_on


class Sheet(models.Model):
    """One subject in a campaign. ``round`` counts how often it was submitted; ``late_reason`` says why the
    first time came after the deadline."""

    class Kind(models.TextChoices):
        TP2DD = TP2DD, KINDS[TP2DD]
        OPD = OPD, KINDS[OPD]

    class State(models.TextChoices):
        DRAFT = "draft", "Diisi"
        SUBMITTED = "submitted", "Menunggu peninjauan"
        RETURNED = "returned", "Dikembalikan"
        REVIEWED = "reviewed", "Selesai ditinjau"
        ABSENT = "absent", "Tidak menyampaikan"

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="sheets", verbose_name="masa penilaian"
    )
    kind = models.CharField("jenis", max_length=5, choices=Kind)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD")
    state = models.CharField("keadaan", max_length=9, choices=State, default=State.DRAFT)
    round = models.PositiveSmallIntegerField("putaran", default=0)
    submitted_at = models.DateTimeField("disampaikan", null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="disampaikan oleh"
    )
    late_reason = models.CharField("alasan terlambat", max_length=300, blank=True)

    class Meta:
        ordering = ["campaign", "-kind", "opd__name"]
        verbose_name = "lembar penilaian"
        verbose_name_plural = "lembar penilaian"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "opd"], name="evaluation_sheet_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="evaluation_sheet_subject",
                condition=Q(kind="tp2dd", opd=None) | Q(kind="opd", opd__isnull=False),
            ),
            models.CheckConstraint(
                name="evaluation_submitted_whole",
                condition=Q(state__in=["draft", "absent"])
                | Q(round__gt=0, submitted_at__isnull=False, submitted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}, {self.campaign}"

    @property
    def subject(self) -> str:
        return self.opd.name if self.opd else "TP2DD Provinsi"

    @property
    def is_fillable(self) -> bool:
        """Whether its own people may still write in it."""
        return self.campaign.state in {State.FILLING, State.REVIEW} and self.state in {
            Sheet.State.DRAFT, Sheet.State.RETURNED,
        }  # fmt: skip

    @property
    def tone(self) -> str:
        tones = {"draft": "quiet", "submitted": "wait", "returned": "bad", "reviewed": "ok", "absent": "bad"}
        return tones[self.state]


class Reading(models.Model):
    """What an automatic source said of a subject at a moment. ``value`` None: the indicator does not apply.
    Append-only; a new row only where something changed."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="readings", verbose_name="lembar")
    code = models.CharField("indikator", max_length=20)
    value = models.DecimalField("nilai", max_digits=18, decimal_places=4, null=True)
    source = models.CharField("sumber", max_length=40)
    words = models.CharField("yang dihitung", max_length=300)
    url = models.CharField("rincian", max_length=300, blank=True)
    at = models.DateTimeField("dibaca")

    class Meta:
        ordering = ["pk"]
        verbose_name = "bacaan otomatis"
        verbose_name_plural = "bacaan otomatis"
        indexes = [models.Index(fields=["sheet", "code", "-id"], name="evaluation_reading_latest")]

    def __str__(self) -> str:
        return f"{self.code}: {self.value}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def current(self) -> Self:
        """What each side said last of each indicator."""
        return self.order_by("sheet_id", "code", "side", "-serial").distinct("sheet_id", "code", "side")


class Entry(models.Model):
    """What one side said of one indicator; the highest ``serial`` of a side stands, and no side's word takes
    another's away. ``value`` None: the indicator does not apply. Append-only."""

    class Side(models.TextChoices):
        OWN = "own", "Penilaian mandiri"
        REVIEW = "review", "Peninjau"
        FINAL = "final", "Penilaian akhir"

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="entries", verbose_name="lembar")
    code = models.CharField("indikator", max_length=20)
    side = models.CharField("pihak", max_length=6, choices=Side)
    serial = models.PositiveSmallIntegerField("urutan")
    value = models.DecimalField("nilai", max_digits=18, decimal_places=4, null=True)
    note = models.CharField("keterangan", max_length=500, blank=True)
    at = models.DateTimeField("diisi")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diisi oleh"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "isian penilaian"
        verbose_name_plural = "isian penilaian"
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "code", "side", "serial"], name="evaluation_entry_serial_once"
            ),
            models.CheckConstraint(name="evaluation_entry_serial_from_1", condition=Q(serial__gte=1)),
            models.CheckConstraint(
                name="evaluation_entry_says_why",
                condition=(Q(side="own", value__isnull=False)) | ~Q(note=""),
                violation_error_message="Tulis alasannya.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.side}: {self.value}"


class Event(models.Model):
    """What happened to a campaign or one of its sheets. Append-only."""

    class Kind(models.TextChoices):
        OPENED = "opened", "Masa penilaian dibuka"
        RERUBRIC = "rerubric", "Rubrik diganti"
        READ = "read", "Nilai otomatis dibaca"
        REVIEWING = "reviewing", "Peninjauan dimulai"
        DECIDING = "deciding", "Peninjauan ditutup"
        FINAL = "final", "Nilai ditetapkan"
        PUBLISHED = "published", "Nilai diumumkan"
        SUBMITTED = "submitted", "Disampaikan"
        RETURNED = "returned", "Dikembalikan"
        REVIEWED = "reviewed", "Selesai ditinjau"
        ABSENT = "absent", "Tidak menyampaikan"

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="events", verbose_name="masa penilaian"
    )
    sheet = models.ForeignKey(Sheet, models.PROTECT, null=True, related_name="events", verbose_name="lembar")
    kind = models.CharField("peristiwa", max_length=9, choices=Kind)
    text = models.CharField("keterangan", max_length=500, blank=True)
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "peristiwa penilaian"
        verbose_name_plural = "peristiwa penilaian"

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.kind}"


class Result(models.Model):
    """The score of a sheet as it was decided: by aspect, by indicator with what each side said, and the
    evidence by its fingerprint. ``digest`` seals it all. Append-only."""

    sheet = models.OneToOneField(Sheet, models.PROTECT, related_name="result", verbose_name="lembar")
    score = models.DecimalField("nilai", max_digits=5, decimal_places=2)
    aspects = models.JSONField("aspek")
    lines = models.JSONField("indikator")
    digest = models.CharField("sidik", max_length=64)
    at = models.DateTimeField("ditetapkan")

    class Meta:
        ordering = ["-score"]
        verbose_name = "hasil penilaian"
        verbose_name_plural = "hasil penilaian"
        constraints = [
            models.CheckConstraint(name="evaluation_score_of_100", condition=Q(score__gte=0, score__lte=100))
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.score}"
