"""Plan documents from RPJMD to APBD: every version stays, the newest of a document is in force.

A DPA is a document of the same chain; its content is kept once, as budget lines (``models/documents.py``).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class DocumentKind(models.TextChoices):
    """In the order of the chain."""

    RPJMD = "rpjmd", "RPJMD"
    RENSTRA = "renstra", "Renstra"
    RKPD = "rkpd", "RKPD"
    RENJA = "renja", "Renja"
    KUA_PPAS = "kua_ppas", "KUA-PPAS"
    RKA = "rka", "RKA"
    APBD = "apbd", "APBD"
    DPA = "dpa", "DPA"


OF_PERIOD = frozenset({DocumentKind.RPJMD, DocumentKind.RENSTRA})
"""Documents of several years; their lines name the year."""
OF_PROVINCE = frozenset({DocumentKind.RPJMD, DocumentKind.RKPD, DocumentKind.KUA_PPAS, DocumentKind.APBD})
"""Documents of the whole province; their lines name the agency."""


class Level(models.IntegerChoices):
    PROGRAM = 1, "Program"
    KEGIATAN = 2, "Kegiatan"
    SUB_KEGIATAN = 3, "Sub kegiatan"


class PlanDocument(models.Model):
    """One version of one document: ``version`` 0 is murni, then each perubahan. It only grows.

    ``opd`` is None for a document of the whole province. ``first_year`` and ``last_year`` are both inclusive
    and equal for a document of one year.
    """

    kind = models.CharField("dokumen", max_length=10, choices=DocumentKind)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD")
    first_year = models.PositiveSmallIntegerField("tahun pertama")
    last_year = models.PositiveSmallIntegerField("tahun terakhir")
    version = models.PositiveSmallIntegerField("versi")
    number = models.CharField("nomor", max_length=120)
    decree_date = models.DateField("tanggal penetapan")
    file = models.ForeignKey("planning.PlanFile", models.PROTECT, related_name="+", verbose_name="berkas")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    at = models.DateTimeField("dicatat")

    class Meta:
        ordering = ["kind", "opd", "first_year", "version"]
        verbose_name = "dokumen perencanaan"
        verbose_name_plural = "dokumen perencanaan"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "opd", "first_year", "version"],
                name="planning_plan_version_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="planning_plan_years_in_order", condition=Q(last_year__gte=F("first_year"))
            ),
            models.CheckConstraint(name="planning_plan_not_dpa", condition=~Q(kind="dpa")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.years}, {self.version_label}"

    @property
    def years(self) -> str:
        one = self.first_year == self.last_year
        return f"{self.first_year}" if one else f"{self.first_year}–{self.last_year}"

    @property
    def version_label(self) -> str:
        return f"perubahan ke-{self.version}" if self.version else "murni"


class PlanLine(models.Model):
    """A program, kegiatan or sub kegiatan of an agency and year as the document states it; pagu in rupiah."""

    document = models.ForeignKey(PlanDocument, models.PROTECT, related_name="lines", verbose_name="dokumen")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun")
    level = models.PositiveSmallIntegerField("tingkat", choices=Level)
    code = models.CharField("kode", max_length=30)
    name = models.CharField("uraian", max_length=300)
    pagu = models.DecimalField("pagu", max_digits=18, decimal_places=2)
    source = models.CharField("sumber dana", max_length=100, blank=True)
    line_no = models.PositiveIntegerField("baris berkas")

    class Meta:
        ordering = ["document", "line_no"]
        verbose_name = "baris dokumen perencanaan"
        verbose_name_plural = "baris dokumen perencanaan"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "year", "opd", "code"], name="planning_plan_line_once"
            ),
            models.CheckConstraint(name="planning_plan_pagu_not_negative", condition=Q(pagu__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PlanIndicator(models.Model):
    """An indicator of a line. ``target`` as written; ``target_key`` the same number in one spelling."""

    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="indicators", verbose_name="baris")
    name = models.CharField("indikator", max_length=500)
    target = models.CharField("target", max_length=60)
    target_key = models.CharField("target untuk dibandingkan", max_length=60)
    unit = models.CharField("satuan", max_length=60, blank=True)

    class Meta:
        ordering = ["line", "pk"]
        verbose_name = "indikator"
        verbose_name_plural = "indikator"

    def __str__(self) -> str:
        return f"{self.name}: {self.target} {self.unit}".rstrip()


class CodeChange(models.Model):
    """A code of the nomenclature that was replaced: whoever still writes ``old`` means ``new``.

    A changed program or kegiatan carries along what stands below it. Two old codes may become one new code.
    """

    old = models.CharField("kode lama", max_length=30, unique=True)
    new = models.CharField("kode baru", max_length=30)
    from_year = models.PositiveSmallIntegerField("berlaku mulai tahun")
    legal_basis = models.CharField("dasar hukum", max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    at = models.DateTimeField("dicatat")

    class Meta:
        ordering = ["old"]
        verbose_name = "perubahan kode"
        verbose_name_plural = "perubahan kode"
        constraints = [
            models.CheckConstraint(name="planning_code_changes", condition=~Q(old=F("new"))),
            models.CheckConstraint(name="planning_code_has_basis", condition=~Q(legal_basis="")),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
