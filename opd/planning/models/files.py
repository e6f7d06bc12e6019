"""Files that people import, and the rows of SIPD's realisation report as received."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opd.planning.models.holds import Hold
from opd.planning.models.lines import BudgetLine


class FileKind(models.TextChoices):
    DPA = "dpa", "DPA"
    SPD = "spd", "SPD"
    CASH_PLAN = "cash_plan", "Anggaran kas"
    SIPD = "sipd", "Laporan realisasi SIPD"
    RPJMD = "rpjmd", "RPJMD"
    RENSTRA = "renstra", "Renstra"
    RKPD = "rkpd", "RKPD"
    RENJA = "renja", "Renja"
    KUA_PPAS = "kua_ppas", "KUA-PPAS"
    RKA = "rka", "RKA"
    APBD = "apbd", "APBD"


class FileState(models.TextChoices):
    DRAFT = "draft", "Belum disimpan"
    SAVED = "saved", "Tersimpan"
    DROPPED = "dropped", "Dibuang"


class PlanFile(models.Model):
    """An upload: looked at first, then saved whole or not at all. The same bytes are saved once as one kind.

    ``facts`` are what the person said about it (stage, number, date, control total) as JSON text.
    """

    kind = models.CharField("jenis", max_length=10, choices=FileKind)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun anggaran")
    facts = models.JSONField("keterangan", default=dict)
    evidence = models.ForeignKey(
        "office.Evidence", models.PROTECT, related_name="+", verbose_name="berkas asli"
    )
    name = models.CharField("nama berkas", max_length=200)
    state = models.CharField("keadaan", max_length=10, choices=FileState, default=FileState.DRAFT)
    rows = models.PositiveIntegerField("baris", default=0)
    total = models.DecimalField("jumlah", max_digits=18, decimal_places=2, null=True)
    at = models.DateTimeField("diunggah")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    closed_at = models.DateTimeField("disimpan atau dibuang", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="ditutup oleh"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "berkas anggaran"
        verbose_name_plural = "berkas anggaran"
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "kind"], name="planning_file_saved_once", condition=Q(state="saved")
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"


class RowState(models.TextChoices):
    OPEN = "open", "Menunggu keputusan"
    MATCHED = "matched", "Cocok dengan pengajuan"
    COUNTED = "counted", "Belanja di luar aplikasi"
    DISMISSED = "dismissed", "Diabaikan"


class SipdRow(models.Model):
    """A row of "Laporan Realisasi Per Dokumen"; ``raw`` keeps all 45 columns.

    ``identity`` and ``occurrence`` recognise the same row in an overlapping file. Only a ``counted`` row adds
    its ``amount`` (may be negative) to the realisation of its line.
    """

    file = models.ForeignKey(PlanFile, models.PROTECT, related_name="sipd_rows", verbose_name="berkas")
    line_no = models.PositiveIntegerField("baris")
    raw = models.JSONField("isi baris")
    identity = models.CharField("sidik baris", max_length=64)
    occurrence = models.PositiveIntegerField("kemunculan ke")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    line = models.ForeignKey(
        BudgetLine, models.PROTECT, null=True, related_name="sipd_rows", verbose_name="baris anggaran"
    )
    document_number = models.CharField("nomor dokumen", max_length=120)
    document_kind = models.CharField("jenis dokumen", max_length=40)
    document_date = models.DateField("tanggal dokumen")
    description = models.CharField("keterangan", max_length=500, blank=True)
    amount = models.DecimalField("nilai", max_digits=18, decimal_places=2)
    state = models.CharField("keadaan", max_length=10, choices=RowState, default=RowState.OPEN)
    hold = models.OneToOneField(
        Hold, models.PROTECT, null=True, related_name="sipd_row", verbose_name="pengajuan"
    )
    reason = models.CharField("alasan", max_length=300, blank=True)
    decided_at = models.DateTimeField("diputuskan", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["document_date", "pk"]
        verbose_name = "baris realisasi SIPD"
        verbose_name_plural = "baris realisasi SIPD"
        indexes = [
            models.Index(fields=["opd", "state"], name="planning_sipd_by_state"),
            models.Index(fields=["line", "state"], name="planning_sipd_by_line"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["opd", "identity", "occurrence"], name="planning_sipd_row_once"),
            models.CheckConstraint(
                name="planning_sipd_matched_has_hold",
                condition=Q(state="matched", hold__isnull=False) | (~Q(state="matched") & Q(hold=None)),
            ),
            models.CheckConstraint(
                name="planning_sipd_counted_has_line",
                condition=~Q(state="counted") | Q(line__isnull=False),
            ),
            models.CheckConstraint(
                name="planning_sipd_decided_has_time",
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_number} {self.amount}"
