"""A form, a rubric, a semester, what was answered to it, who was asked, and what the reviewer said.

``migrations/0002_guards.py`` holds what the database itself refuses: a frozen semester never changes, answers
and readings are only added, and only while the semester is being filled.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from tp2dd.dated_rubrics import DatedRubric
from tp2dd.etpd import form as forms
from tp2dd.etpd import index
from tp2dd.periods import Period


class FormVersion(models.Model):
    """An official form as data. Append-only; ``valid_from`` is the first semester day it serves."""

    code = models.CharField("kode", max_length=20, unique=True)
    title = models.CharField("judul", max_length=200)
    valid_from = models.DateField("berlaku sejak", unique=True)
    legal_basis = models.CharField("dasar", max_length=400)
    content = models.JSONField("isi")

    class Meta:
        ordering = ["valid_from"]
        verbose_name = "formulir ETPD"
        verbose_name_plural = "formulir ETPD"

    def __str__(self) -> str:
        return self.title

    @cached_property
    def form(self) -> forms.Form:
        return forms.read(self.content)


class RubricVersion(DatedRubric):
    """Weights and stages of the internal simulation; the database refuses weights whose sum is not 100."""

    class Meta(DatedRubric.Meta):
        verbose_name = "rubrik simulasi"
        verbose_name_plural = "rubrik simulasi"

    def __str__(self) -> str:
        return f"{self.name} {self.code} ({index.MARK})"

    def rubric_for(self, form: forms.Form) -> index.Rubric:
        """Raises index.RubricError."""
        return index.read(self.content, form)


class State(models.TextChoices):
    FILLING = "filling", "Diisi"
    REVIEW = "review", "Diperiksa Bank Indonesia"
    ACCEPTED = "accepted", "Disetujui, siap dibekukan"
    FROZEN = "frozen", "Dibekukan"
    FILED = "filed", "Sudah disampaikan"


CLOSED = (State.FROZEN, State.FILED)
"""Nothing of it changes any more; a correction is a new version."""
ROMAN = {1: "I", 2: "II"}


class Semester(models.Model):
    """One half of a year on one version of the form. ``revision`` counts its corrections from 1; ``round``
    counts how often it went to the reviewer. ``stale`` lists answers that differed from the facts on the
    day of freezing, ``index``, ``stage`` and ``result`` what the rubric gave then."""

    year = models.PositiveSmallIntegerField("tahun")
    half = models.PositiveSmallIntegerField("semester", choices=list(ROMAN.items()))
    revision = models.PositiveSmallIntegerField("versi", default=1)
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", verbose_name="formulir")
    state = models.CharField("keadaan", max_length=8, choices=State, default=State.FILLING)
    due_on = models.DateField("tenggat penyampaian")
    round = models.PositiveSmallIntegerField("putaran periksa", default=1)
    opened_at = models.DateTimeField("dibuka")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="dibuka oleh"
    )
    submitted_at = models.DateTimeField("dikirim untuk diperiksa", null=True)
    frozen_at = models.DateTimeField("dibekukan pada", null=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dibekukan oleh"
    )
    rubric = models.ForeignKey(
        RubricVersion, models.PROTECT, null=True, related_name="+", verbose_name="rubrik"
    )
    index = models.DecimalField("indeks", max_digits=5, decimal_places=2, null=True)
    stage = models.CharField("tahap", max_length=30, blank=True)
    result = models.JSONField("hasil tiap ukuran", default=list)
    stale = models.JSONField("berbeda dari fakta saat dibekukan", default=list)
    stale_reason = models.CharField("alasan berbeda dari fakta", max_length=300, blank=True)
    digest = models.CharField("sidik jawaban", max_length=64, blank=True)
    document = models.OneToOneField(
        "office.Document", models.PROTECT, null=True, related_name="+", verbose_name="laporan"
    )
    filed_on = models.DateField("disampaikan", null=True)
    filing_number = models.CharField("nomor tanda terima", max_length=120, blank=True)
    filed_at = models.DateTimeField("dicatat disampaikan", null=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dicatat oleh"
    )
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="corrected_by", verbose_name="memperbaiki"
    )
    correction_reason = models.CharField("alasan perbaikan", max_length=300, blank=True)

    class Meta:
        ordering = ["-year", "-half", "-revision"]
        verbose_name = "semester ETPD"
        verbose_name_plural = "semester ETPD"
        constraints = [
            models.UniqueConstraint(fields=["year", "half", "revision"], name="etpd_semester_once"),
            models.UniqueConstraint(
                fields=["year", "half"],
                condition=Q(state__in=["filling", "review", "accepted"]),
                name="etpd_semester_one_open",
            ),
            models.CheckConstraint(name="etpd_semester_half", condition=Q(half__in=[1, 2])),
            models.CheckConstraint(name="etpd_semester_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="etpd_frozen_whole",
                condition=(
                    ~Q(state__in=["frozen", "filed"])
                    & Q(frozen_at=None, digest="", index=None, rubric=None, document=None)
                )
                | (
                    Q(
                        state__in=["frozen", "filed"], frozen_at__isnull=False, index__isnull=False,
                        rubric__isnull=False, document__isnull=False,
                    )
                    & ~Q(digest="")
                    & ~Q(stage="")
                ),
            ),
            models.CheckConstraint(
                name="etpd_filed_has_proof",
                condition=(~Q(state="filed") & Q(filed_on=None, filed_at=None))
                | (Q(state="filed", filed_on__isnull=False, filed_at__isnull=False) & ~Q(filing_number="")),
            ),
            models.CheckConstraint(
                name="etpd_correction_has_reason",
                condition=Q(revision=1, corrects=None, correction_reason="")
                | (Q(revision__gt=1, corrects__isnull=False) & ~Q(correction_reason="")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name if self.revision == 1 else f"{self.name}, versi {self.revision}"

    @property
    def name(self) -> str:
        return f"Semester {ROMAN[self.half]} {self.year}"

    @property
    def period(self) -> Period:
        return span(self.year, self.half)

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    def is_late(self, on: date) -> bool:
        """Filed after its deadline, or not filed and the deadline has passed."""
        return (self.filed_on or on) > self.due_on


def span(year: int, half: int) -> Period:
    """The WIB days of a semester."""
    if half == 1:
        return Period(date(year, 1, 1), date(year, 6, 30))
    return Period(date(year, 7, 1), date(year, 12, 31))


class Reading(models.Model):
    """What a fact said at a moment: a value, the query that gave it, and what it counted. Append-only; a new
    row only where the fact changed."""

    semester = models.ForeignKey(Semester, models.PROTECT, related_name="readings", verbose_name="semester")
    field = models.CharField("isian", max_length=60)
    value = models.CharField("nilai", max_length=500)
    source = models.CharField("sumber", max_length=40)
    words = models.CharField("yang dihitung", max_length=300)
    url = models.CharField("rincian", max_length=300, blank=True)
    at = models.DateTimeField("dibaca")

    class Meta:
        ordering = ["pk"]
        verbose_name = "bacaan fakta"
        verbose_name_plural = "bacaan fakta"
        indexes = [models.Index(fields=["semester", "field", "-id"], name="etpd_reading_latest")]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"


class Request(models.Model):
    """A missing answer asked of an agency or a person. ``evidence_kind`` is what must be attached."""

    class State(models.TextChoices):
        OPEN = "open", "Menunggu jawaban"
        ANSWERED = "answered", "Dijawab"
        WITHDRAWN = "withdrawn", "Dibatalkan"

    class Kind(models.TextChoices):
        LETTER = "letter", "Surat keterangan"
        REGULATION = "regulation", "Naskah peraturan"
        REPORT = "report", "Laporan atau rekap"
        SCREEN = "screen", "Foto layar sistem"

    semester = models.ForeignKey(Semester, models.PROTECT, related_name="requests", verbose_name="semester")
    field = models.CharField("isian", max_length=60)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="orang"
    )
    note = models.CharField("pesan", max_length=300)
    evidence_kind = models.CharField("bukti yang diminta", max_length=10, choices=Kind)
    due_on = models.DateField("tenggat")
    state = models.CharField("keadaan", max_length=9, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField("diminta")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diminta oleh"
    )
    value = models.CharField("jawaban", max_length=500, blank=True)
    closed_at = models.DateTimeField("ditutup", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="ditutup oleh"
    )
    close_note = models.CharField("keterangan", max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = "permintaan jawaban"
        verbose_name_plural = "permintaan jawaban"
        constraints = [
            models.UniqueConstraint(
                fields=["semester", "field"], condition=Q(state="open"), name="etpd_request_one_open"
            ),
            models.CheckConstraint(
                name="etpd_request_asks_one",
                condition=Q(opd__isnull=False, person=None) | Q(opd=None, person__isnull=False),
                violation_error_message="Pilih satu OPD atau satu orang.",
            ),
            models.CheckConstraint(
                name="etpd_request_closed_whole",
                condition=Q(state="open", closed_at=None)
                | (Q(state="answered", closed_at__isnull=False) & ~Q(value=""))
                | (Q(state="withdrawn", closed_at__isnull=False) & ~Q(close_note="")),
            ),
            models.CheckConstraint(
                name="etpd_request_state", condition=Q(state__in=["open", "answered", "withdrawn"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} kepada {self.asked}"

    @property
    def asked(self) -> str:
        return str(self.opd or self.person)


class AnswerQuerySet(models.QuerySet["Answer"]):
    def current(self) -> Self:
        """The last answer of each question."""
        return self.order_by("field", "-serial").distinct("field")


class Answer(models.Model):
    """One answer to one question; the highest ``serial`` stands. Append-only, so the history is whole.

    ``reading`` is the fact it repeats (origin "fact") or departs from, then with a ``reason``.
    """

    class Origin(models.TextChoices):
        FACT = "fact", "Dari fakta"
        TYPED = "typed", "Diketik"
        ASKED = "asked", "Dijawab yang diminta"
        COPIED = "copied", "Disalin dari versi sebelumnya"

    semester = models.ForeignKey(Semester, models.PROTECT, related_name="answers", verbose_name="semester")
    field = models.CharField("isian", max_length=60)
    serial = models.PositiveSmallIntegerField("urutan")
    value = models.CharField("nilai", max_length=500, blank=True)
    origin = models.CharField("asal", max_length=6, choices=Origin)
    reading = models.ForeignKey(
        Reading, models.PROTECT, null=True, related_name="+", verbose_name="bacaan fakta"
    )
    request = models.ForeignKey(
        Request, models.PROTECT, null=True, related_name="+", verbose_name="permintaan"
    )
    reason = models.CharField("alasan", max_length=300, blank=True)
    at = models.DateTimeField("diisi")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diisi oleh"
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "jawaban ETPD"
        verbose_name_plural = "jawaban ETPD"
        constraints = [
            models.UniqueConstraint(fields=["semester", "field", "serial"], name="etpd_answer_serial_once"),
            models.CheckConstraint(name="etpd_answer_serial_from_1", condition=Q(serial__gte=1)),
            models.CheckConstraint(
                name="etpd_answer_origin_whole",
                condition=Q(origin="fact", reading__isnull=False)
                | Q(origin="asked", request__isnull=False)
                | Q(origin__in=["typed", "copied"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"


class ReviewNote(models.Model):
    """What the reviewer said in one round: about one column, or about the whole. Append-only."""

    class Kind(models.TextChoices):
        REMARK = "remark", "Catatan kolom"
        RETURNED = "returned", "Dikembalikan"
        ACCEPTED = "accepted", "Disetujui"

    semester = models.ForeignKey(Semester, models.PROTECT, related_name="notes", verbose_name="semester")
    round = models.PositiveSmallIntegerField("putaran")
    kind = models.CharField("jenis", max_length=8, choices=Kind)
    field = models.CharField("isian", max_length=60, blank=True)
    text = models.CharField("isi", max_length=500, blank=True)
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["pk"]
        verbose_name = "catatan pemeriksa"
        verbose_name_plural = "catatan pemeriksa"
        constraints = [
            models.CheckConstraint(
                name="etpd_remark_names_its_column",
                condition=(Q(kind="remark") & ~Q(field="") & ~Q(text=""))
                | (Q(kind="returned", field="") & ~Q(text=""))
                | Q(kind="accepted", field=""),
            ),
            models.UniqueConstraint(
                fields=["semester", "round"],
                condition=Q(kind__in=["returned", "accepted"]),
                name="etpd_round_decided_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.field}".strip()
