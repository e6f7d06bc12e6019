"""Tables of the office: dated rules, gapless numbers, evidence, jobs, holidays."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.dated import in_force
from opd.models import Opd
from opd.office.ids import uuid7


class DatedRuleQuerySet(models.QuerySet["DatedRule"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(in_force(on))


class DatedRule(models.Model):
    """A value the law may change, with the days it holds (inclusive, WIB) and its legal basis."""

    key = models.CharField("aturan", max_length=80)
    value = models.JSONField("nilai")
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)
    legal_basis = models.CharField("dasar hukum", max_length=300)
    confirmed = models.BooleanField("sudah dikonfirmasi", default=False)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        ordering = ["key", "-valid_from"]
        verbose_name = "aturan bertanggal"
        verbose_name_plural = "aturan bertanggal"
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="rule_once_per_start"),
            models.CheckConstraint(
                name="rule_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Tanggal akhir tidak boleh mendahului tanggal mulai.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} sejak {self.valid_from}"


class Counter(models.Model):
    """The last number of one kind, agency and year; gapless, since it is taken in the using transaction."""

    kind = models.CharField("jenis", max_length=20)
    opd = models.ForeignKey(Opd, models.PROTECT, verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun")
    last = models.PositiveIntegerField("nomor terakhir")

    class Meta:
        verbose_name = "penghitung nomor"
        verbose_name_plural = "penghitung nomor"
        constraints = [models.UniqueConstraint(fields=["kind", "opd", "year"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.opd.code}/{self.year}: {self.last}"


class Place(models.TextChoices):
    MAIN = "main", "Penyimpanan utama"
    LEAVING = "leaving", "Arsip; salinan utama sedang diambil"
    ARCHIVE = "archive", "Arsip"


class Evidence(models.Model):
    """An original as received, found by the SHA-256 of its bytes; the file itself lies in the main storage,
    past its active months in the archive (``opd.office.evidence_archiving``)."""

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField("nama berkas", max_length=200)
    media_type = models.CharField("jenis isi", max_length=100)
    size = models.PositiveBigIntegerField("ukuran", help_text="byte")
    stored_at = models.DateTimeField("disimpan pada")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="oleh"
    )

    place = models.CharField("tempat", max_length=10, choices=Place, default=Place.MAIN, editable=False)
    archived_at = models.DateTimeField("diarsipkan pada", null=True, editable=False)

    class Meta:
        verbose_name = "bukti"
        verbose_name_plural = "bukti"
        indexes = [
            models.Index(fields=["stored_at"], condition=Q(place="main"), name="evidence_active"),
            models.Index(fields=["id"], condition=Q(place="leaving"), name="evidence_leaving"),
        ]
        constraints = [
            models.CheckConstraint(
                name="evidence_archived_says_when",
                condition=Q(place="main", archived_at=None) | ~Q(place="main") & Q(archived_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return f"{self.sha256[:2]}/{self.sha256}"


class JobState(models.TextChoices):
    QUEUED = "queued", "Menunggu giliran"
    RUNNING = "running", "Berjalan"
    DONE = "done", "Selesai"
    FAILED = "failed", "Gagal"


class Job(models.Model):
    """Long work that a person watches: its state and how far it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("pekerjaan", max_length=60)
    subject = models.CharField("objek", max_length=80, blank=True)
    state = models.CharField("keadaan", max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveBigIntegerField("sudah", default=0)
    total = models.PositiveBigIntegerField("seluruhnya", default=0)
    message = models.CharField("pesan", max_length=300, blank=True)
    created_at = models.DateTimeField("dibuat")
    touched_at = models.DateTimeField("kabar terakhir")
    finished_at = models.DateTimeField("selesai pada", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="oleh"
    )

    class Meta:
        verbose_name = "pekerjaan"
        verbose_name_plural = "pekerjaan"
        indexes = [models.Index(fields=["state", "touched_at"], name="job_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def percent(self) -> int:
        """0 to 100; 0 while the total is not known."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED}


class Verdict(models.TextChoices):
    HOLDS = "holds", "Terpenuhi"
    BROKEN = "broken", "Dilanggar"
    NOT_RUN = "not_run", "Belum diperiksa"


class ProofRun(models.Model):
    """One proof of all laws on one snapshot; ``laws`` of which ``broken`` and ``not_run``, once finished."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.OneToOneField(Job, models.PROTECT, related_name="+", verbose_name="pekerjaan")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    asked_at = models.DateTimeField("diminta")
    finished_at = models.DateTimeField("selesai", null=True)
    laws = models.PositiveIntegerField("hukum", default=0)
    broken = models.PositiveIntegerField("dilanggar", default=0)
    not_run = models.PositiveIntegerField("belum diperiksa", default=0)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = "pembuktian"
        verbose_name_plural = "pembuktian"
        indexes = [models.Index(fields=["-finished_at"], name="proof_by_end")]

    def __str__(self) -> str:
        return f"Pembuktian {self.asked_at:%Y-%m-%d}"

    @property
    def verdict(self) -> Verdict:
        """Of all together: broken before not run before holding."""
        if self.broken:
            return Verdict.BROKEN
        return Verdict.NOT_RUN if self.not_run or not self.laws else Verdict.HOLDS


class LawResult(models.Model):
    """What one proof found of one law; ``why`` says why it was not run. Append-only."""

    run = models.ForeignKey(ProofRun, models.PROTECT, related_name="results", verbose_name="pembuktian")
    position = models.PositiveIntegerField("urutan")
    name = models.CharField("nama", max_length=80)
    text = models.CharField("hukum", max_length=300)
    verdict = models.CharField("keadaan", max_length=10, choices=Verdict)
    rows = models.PositiveBigIntegerField("baris")
    problems = models.JSONField("masalah", default=list)
    why = models.CharField("sebab", max_length=200, blank=True)

    class Meta:
        ordering = ["run", "position"]
        verbose_name = "hasil pembuktian"
        verbose_name_plural = "hasil pembuktian"
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="law_result_once"),
            models.CheckConstraint(name="law_result_says_why", condition=~Q(verdict="not_run") | ~Q(why="")),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.verdict}"


class Export(models.Model):
    """An archive that somebody asked for: ``pin`` says what it holds, whenever it is made. Once made it is
    evidence, and its manifest is kept beside it; the same pin gives the same bytes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("jenis", max_length=40)
    dialect = models.CharField("bentuk", max_length=10)
    pin = models.JSONField("isi", default=dict)
    job = models.OneToOneField(Job, models.PROTECT, related_name="+", verbose_name="pekerjaan")
    tries = models.PositiveSmallIntegerField("percobaan", default=0)
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+", verbose_name="arsip")
    manifest = models.JSONField("daftar isi", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    asked_at = models.DateTimeField("diminta")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = "ekspor"
        verbose_name_plural = "ekspor"
        indexes = [models.Index(fields=["by", "-asked_at"], name="export_by_person")]
        constraints = [
            models.CheckConstraint(
                name="export_made_has_manifest",
                condition=Q(evidence=None, manifest=None) | Q(evidence__isnull=False, manifest__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_at:%Y-%m-%d}"


class Holiday(models.Model):
    """A day on which banks do not settle (SKB tiga menteri, cuti bersama)."""

    day = models.DateField("tanggal", unique=True)
    name = models.CharField("nama", max_length=120)
    legal_basis = models.CharField("dasar hukum", max_length=200)

    class Meta:
        ordering = ["day"]
        verbose_name = "hari libur"
        verbose_name_plural = "hari libur"

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def standing(self) -> Self:
        """Not voided."""
        return self.filter(voided_at=None)


class Document(models.Model):
    """A printed document: what it states is frozen when it is issued, and voided ones keep their number.

    ``sequence`` and ``number_text`` are ours and gapless; a konsep of SIPD's documents has neither, its
    official number and day come by entry.
    """

    kind = models.CharField("jenis", max_length=20)
    opd = models.ForeignKey(Opd, models.PROTECT, related_name="documents", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun")
    sequence = models.PositiveIntegerField("nomor urut", null=True, blank=True)
    number_text = models.CharField("nomor", max_length=120, blank=True)
    title = models.CharField("judul", max_length=200)
    subject_type = models.CharField("jenis objek", max_length=60)
    subject_id = models.CharField("objek", max_length=80)
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2, null=True, blank=True)
    day = models.DateField("tanggal")
    facts = models.JSONField("isi")
    sha256 = models.CharField("sidik isi", max_length=64, editable=False)
    token = models.CharField("kode verifikasi", max_length=22, unique=True, editable=False)
    issued_at = models.DateTimeField("diterbitkan pada")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="diterbitkan oleh",
    )
    voided_at = models.DateTimeField("dibatalkan pada", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="dibatalkan oleh",
    )
    void_reason = models.CharField("alasan batal", max_length=300, blank=True)
    official_number = models.CharField("nomor resmi", max_length=120, blank=True)
    official_date = models.DateField("tanggal resmi", null=True, blank=True)
    official_file = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="berkas resmi"
    )
    official_at = models.DateTimeField("nomor resmi dicatat pada", null=True, blank=True)
    official_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="nomor resmi dicatat oleh",
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = "dokumen"
        verbose_name_plural = "dokumen"
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="document_by_subject")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "opd", "year", "sequence"], name="document_number_once"),
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id"],
                condition=Q(voided_at=None),
                name="document_once_per_subject",
            ),
            models.UniqueConstraint(
                fields=["kind", "year", "official_number"],
                condition=Q(voided_at=None) & ~Q(official_number=""),
                name="official_number_once",
                violation_error_message="Nomor resmi ini sudah dipakai dokumen lain.",
            ),
            models.CheckConstraint(
                name="document_number_is_whole",
                condition=Q(sequence=None, number_text="")
                | (Q(sequence__isnull=False, sequence__gte=1) & ~Q(number_text="")),
            ),
            models.CheckConstraint(
                name="document_void_says_why",
                condition=Q(voided_at=None, void_reason="")
                | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
            ),
            models.CheckConstraint(
                name="official_number_has_its_day",
                condition=Q(official_number="", official_date=None)
                | (~Q(official_number="") & Q(official_date__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def number(self) -> str:
        """The official number where there is one, else ours; empty for a konsep."""
        return self.official_number or self.number_text

    @property
    def is_draft(self) -> bool:
        return not self.number

    @property
    def state(self) -> str:
        """voided, draft or valid."""
        return "voided" if self.voided_at else "draft" if self.is_draft else "valid"


class Attachment(models.Model):
    """An original that proves something about a row of any room; only ever removed with a reason."""

    class Via(models.TextChoices):
        PC = "pc", "komputer"
        PHONE = "phone", "ponsel"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_type = models.CharField("jenis objek", max_length=60)
    subject_id = models.CharField("objek", max_length=80)
    kind = models.CharField("jenis bukti", max_length=40)
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="attachments", verbose_name="bukti")
    name = models.CharField("nama berkas", max_length=200)
    note = models.CharField("catatan", max_length=300, blank=True)
    via = models.CharField("melalui", max_length=10, choices=Via, default=Via.PC)
    added_at = models.DateTimeField("dilampirkan pada")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="dilampirkan oleh",
    )
    removed_at = models.DateTimeField("dicabut pada", null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="dicabut oleh",
    )
    remove_reason = models.CharField("alasan dicabut", max_length=300, blank=True)

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = "lampiran"
        verbose_name_plural = "lampiran"
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="attachment_by_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "evidence"],
                condition=Q(removed_at=None),
                name="attachment_once_per_subject",
            ),
            models.CheckConstraint(
                name="attachment_removal_says_why",
                condition=Q(removed_at=None, remove_reason="")
                | (Q(removed_at__isnull=False) & ~Q(remove_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.evidence.media_type.startswith("image/")


class UploadTicket(models.Model):
    """A short-lived public address through which a phone adds evidence to one subject."""

    MOST_FILES = 20

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token = models.CharField("kode", max_length=22, unique=True, editable=False)
    subject_type = models.CharField("jenis objek", max_length=60)
    subject_id = models.CharField("objek", max_length=80)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="dibuat oleh"
    )
    made_at = models.DateTimeField("dibuat pada")
    expires_at = models.DateTimeField("berlaku sampai")
    closed_at = models.DateTimeField("ditutup pada", null=True, blank=True)
    count = models.PositiveSmallIntegerField("jumlah berkas", default=0)

    class Meta:
        verbose_name = "izin unggah ponsel"
        verbose_name_plural = "izin unggah ponsel"
        constraints = [
            models.CheckConstraint(name="upload_ticket_bounded", condition=Q(count__lte=20)),
            models.CheckConstraint(name="upload_ticket_ends_later", condition=Q(expires_at__gt=F("made_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}"
