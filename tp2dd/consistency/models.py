"""The chain as it is compared, how well it holds, and the findings with what people said about them.

``Node``, ``Score`` and ``Sighting`` are made anew at every run; findings stay, their events only grow.
"""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from opd.planning.models import DocumentKind, Level
from tp2dd.consistency import words

REALISED = "realised"
LINKS: list[tuple[str, str]] = [
    *((str(kind), str(kind.label)) for kind in DocumentKind),
    (REALISED, "Realisasi"),
]
"""Links of the chain, in its order."""


class Check(models.TextChoices):
    MISSING = "missing", "Tidak diteruskan"
    ORPHAN = "orphan", "Tanpa induk"
    PAGU = "pagu", "Pagu menyimpang"
    INDICATOR = "indicator", "Indikator berbeda"
    TARGET = "target", "Target berbeda"
    SUM = "sum", "Jumlah tidak cocok"
    RELEASED = "released", "SPD melebihi DPA"
    CASH_PLAN = "cash_plan", "Anggaran kas tidak sama dengan DPA"
    AHEAD = "ahead", "Realisasi melebihi anggaran kas"


class State(models.TextChoices):
    OPEN = "open", "Terbuka"
    EXPLAINED = "explained", "Dijelaskan"
    ACCEPTED = "accepted", "Diterima"
    MENDED = "mended", "Sudah cocok"


class Run(models.Model):
    """One comparison of a whole year. Only grows."""

    year = models.PositiveSmallIntegerField("tahun")
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    nodes = models.PositiveIntegerField("simpul")
    found = models.PositiveIntegerField("temuan baru")
    returned = models.PositiveIntegerField("temuan kembali")
    changed = models.PositiveIntegerField("temuan berubah")
    mended = models.PositiveIntegerField("temuan selesai")

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "pemeriksaan konsistensi"
        verbose_name_plural = "pemeriksaan konsistensi"
        indexes = [models.Index(fields=["year", "-at"], name="consistency_run_by_year")]

    def __str__(self) -> str:
        return f"{self.year}: {self.at}"


class Node(models.Model):
    """A program, kegiatan or sub kegiatan of one document and agency under today's code; pagu in rupiah.

    ``document_key`` is the id of the PlanDocument, 0 for the DPA. ``stated`` is False where the document has
    only what stands below and the pagu is its sum. ``indicators``: fingerprint of the name to [name, target
    and unit to compare, target, unit as written].
    """

    year = models.PositiveSmallIntegerField("tahun")
    kind = models.CharField("dokumen", max_length=10, choices=DocumentKind)
    document_key = models.PositiveBigIntegerField("dokumen")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    level = models.PositiveSmallIntegerField("tingkat", choices=Level)
    code = models.CharField("kode", max_length=30)
    parent = models.CharField("kode induk", max_length=30, blank=True)
    written = models.CharField("kode tertulis", max_length=30)
    name = models.CharField("uraian", max_length=300)
    pagu = models.DecimalField("pagu", max_digits=18, decimal_places=2)
    stated = models.BooleanField("dinyatakan")
    indicators = models.JSONField("indikator", default=dict)

    class Meta:
        ordering = ["code"]
        verbose_name = "simpul rantai"
        verbose_name_plural = "simpul rantai"
        constraints = [
            models.UniqueConstraint(
                fields=["year", "kind", "document_key", "opd", "code"], name="consistency_node_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Score(models.Model):
    """How far one agency's two documents agree at one level: ``nodes`` stand in either of them, ``both`` in
    both; ``pagu_ok`` and ``indicators_ok`` of those agree, and ``agreeing`` have no finding at all.

    ``upper`` = ``lower`` compares a document's parents with the sum of what stands below them.
    """

    year = models.PositiveSmallIntegerField("tahun")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    upper = models.CharField("dokumen atas", max_length=10, choices=LINKS)
    lower = models.CharField("dokumen bawah", max_length=10, choices=LINKS)
    level = models.PositiveSmallIntegerField("tingkat", choices=Level)
    upper_document = models.ForeignKey(
        "planning.PlanDocument", models.PROTECT, null=True, related_name="+", verbose_name="versi atas"
    )
    lower_document = models.ForeignKey(
        "planning.PlanDocument", models.PROTECT, null=True, related_name="+", verbose_name="versi bawah"
    )
    nodes = models.PositiveIntegerField("simpul", default=0)
    in_upper = models.PositiveIntegerField("di dokumen atas", default=0)
    in_lower = models.PositiveIntegerField("di dokumen bawah", default=0)
    both = models.PositiveIntegerField("ada di keduanya", default=0)
    pagu_ok = models.PositiveIntegerField("pagu cocok", default=0)
    indicators_ok = models.PositiveIntegerField("indikator cocok", default=0)
    agreeing = models.PositiveIntegerField("cocok seluruhnya", default=0)

    class Meta:
        ordering = ["year", "opd", "upper", "lower", "level"]
        verbose_name = "kecocokan"
        verbose_name_plural = "kecocokan"
        constraints = [
            models.UniqueConstraint(
                fields=["year", "opd", "upper", "lower", "level"], name="consistency_score_once"
            ),
            models.CheckConstraint(
                name="consistency_score_parts",
                condition=Q(both__lte=models.F("nodes"), agreeing__lte=models.F("nodes"))
                & Q(pagu_ok__lte=models.F("both"), indicators_ok__lte=models.F("both")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.upper} → {self.lower}: {self.agreeing}/{self.nodes}"


class _Difference(models.Model):
    """What differs, where. The first eight fields are its identity: the same cause is the same row again.

    ``about`` is the fingerprint of an indicator's name, "" for other checks.
    """

    year = models.PositiveSmallIntegerField("tahun")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    upper = models.CharField("dokumen atas", max_length=10, choices=LINKS)
    lower = models.CharField("dokumen bawah", max_length=10, choices=LINKS)
    check_kind = models.CharField("jenis", max_length=10, choices=Check)
    level = models.PositiveSmallIntegerField("tingkat", choices=Level)
    code = models.CharField("kode", max_length=30)
    about = models.CharField("sidik indikator", max_length=32, blank=True)
    name = models.CharField("uraian", max_length=300)
    indicator = models.CharField("indikator", max_length=500, blank=True)
    upper_value = models.CharField("menurut dokumen atas", max_length=130, blank=True)
    lower_value = models.CharField("menurut dokumen bawah", max_length=130, blank=True)
    upper_amount = models.DecimalField("nilai atas", max_digits=18, decimal_places=2, null=True)
    lower_amount = models.DecimalField("nilai bawah", max_digits=18, decimal_places=2, null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.check_kind} {self.code}"


class Sighting(_Difference):
    """A difference that the newest run of its year saw."""

    class Meta:
        verbose_name = "perbedaan terlihat"
        verbose_name_plural = "perbedaan terlihat"
        constraints = [
            models.UniqueConstraint(
                fields=["year", "opd", "upper", "lower", "check_kind", "code", "about"],
                name="consistency_sighting_once",
            )
        ]


class Finding(_Difference):
    """A difference with what people made of it. A run closes it when it is mended, and opens it again when
    it returns or when its figures change: an explanation holds for the figures it was given for."""

    state = models.CharField("keadaan", max_length=10, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="penanggung jawab"
    )
    due_date = models.DateField("batas waktu", null=True)
    explanation = models.CharField("penjelasan", max_length=1000, blank=True)
    decision = models.CharField("alasan diterima", max_length=1000, blank=True)
    first_seen_at = models.DateTimeField("pertama terlihat")
    changed_at = models.DateTimeField("berubah pada")

    class Meta:
        ordering = ["opd__name", "code", "pk"]
        verbose_name = "temuan konsistensi"
        verbose_name_plural = "temuan konsistensi"
        indexes = [
            models.Index(fields=["year", "state", "opd"], name="consistency_by_state"),
            models.Index(fields=["year", "opd", "code"], name="consistency_by_code"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "opd", "upper", "lower", "check_kind", "code", "about"],
                name="consistency_finding_once",
            ),
            models.CheckConstraint(
                name="consistency_explained_says_why", condition=~Q(state="explained", explanation="")
            ),
            models.CheckConstraint(
                name="consistency_accepted_says_why", condition=~Q(state="accepted", decision="")
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether somebody may still explain it or decide about it."""
        return self.state in {State.OPEN, State.EXPLAINED}

    @property
    def upper_label(self) -> str:
        return dict(LINKS)[self.upper]

    @property
    def lower_label(self) -> str:
        return dict(LINKS)[self.lower]

    @property
    def sentence(self) -> str:
        return words.sentence(
            self.check_kind, upper=self.upper_label, lower=self.lower_label, upper_value=self.upper_value,
            lower_value=self.lower_value, gap=self.gap,
        )  # fmt: skip

    @property
    def tone(self) -> str:
        return {State.OPEN: "bad", State.EXPLAINED: "wait", State.ACCEPTED: "quiet"}.get(
            State(self.state), "ok"
        )

    @property
    def gap(self) -> Decimal | None:
        """What the lower amount is above the upper one; None where one of them is not there."""
        if self.upper_amount is None or self.lower_amount is None:
            return None
        return self.lower_amount - self.upper_amount


class FindingEvent(models.Model):
    """What happened to a finding, by a run or by a person. Only grows."""

    class Kind(models.TextChoices):
        FOUND = "found", "Ditemukan"
        RETURNED = "returned", "Muncul kembali"
        CHANGED = "changed", "Angkanya berubah"
        MENDED = "mended", "Sudah cocok"
        EXPLAINED = "explained", "Dijelaskan"
        ASSIGNED = "assigned", "Ditugaskan"
        SENT_BACK = "sent_back", "Penjelasan dikembalikan"
        ACCEPTED = "accepted", "Diterima"

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="events", verbose_name="temuan")
    kind = models.CharField("peristiwa", max_length=10, choices=Kind)
    text = models.CharField("keterangan", max_length=1000, blank=True)
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["finding", "at", "pk"]
        verbose_name = "peristiwa temuan"
        verbose_name_plural = "peristiwa temuan"

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.kind}"
