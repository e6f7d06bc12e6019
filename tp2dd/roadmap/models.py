"""The roadmap with targets per year, evaluation findings, and actions with their progress and effect.

``migrations/0002_guards.py`` holds what the database refuses.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Roadmap(models.Model):
    """A roadmap (peta jalan, Pasal 12) by Keputusan Gubernur, for all years from first to last."""

    title = models.CharField("judul", max_length=200)
    goal = models.CharField("tujuan", max_length=2000)
    decree_number = models.CharField("nomor keputusan", max_length=100, unique=True)
    decree_date = models.DateField("tanggal keputusan")
    first_year = models.PositiveSmallIntegerField("tahun pertama")
    last_year = models.PositiveSmallIntegerField("tahun terakhir")
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["-decree_date", "-pk"]
        verbose_name = "peta jalan"
        verbose_name_plural = "peta jalan"
        constraints = [
            models.CheckConstraint(name="roadmap_years", condition=Q(last_year__gte=F("first_year")))
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


class Fact(models.TextChoices):
    """What of an indicator the dashboard knows by itself."""

    REVENUE_SHARE = "revenue_share", "Retribusi nontunai menurut nilai (persen)"
    SPENDING_SHARE = "spending_share", "Belanja nontunai menurut nilai (persen)"
    MANDATORY = "mandatory", "OPD yang sudah wajib nontunai (jumlah)"


class Indicator(models.Model):
    """What a roadmap measures, and where it began; a number in ``unit``. ``fact`` stands beside its target on
    the dashboard."""

    roadmap = models.ForeignKey(Roadmap, models.PROTECT, related_name="indicators", verbose_name="peta jalan")
    name = models.CharField("indikator", max_length=200)
    unit = models.CharField("satuan", max_length=40)
    baseline = models.DecimalField("nilai awal", max_digits=18, decimal_places=2, null=True)
    fact = models.CharField("dibaca dari papan", max_length=14, choices=Fact, blank=True)

    class Meta:
        ordering = ["roadmap", "pk"]
        verbose_name = "indikator peta jalan"
        verbose_name_plural = "indikator peta jalan"
        constraints = [models.UniqueConstraint(fields=["roadmap", "name"], name="roadmap_indicator_once")]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """What an indicator is to reach in a year. Append-only."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets", verbose_name="indikator")
    year = models.PositiveSmallIntegerField("tahun")
    value = models.DecimalField("target", max_digits=18, decimal_places=2)

    class Meta:
        ordering = ["indicator", "year"]
        verbose_name = "target tahunan"
        verbose_name_plural = "target tahunan"
        constraints = [models.UniqueConstraint(fields=["indicator", "year"], name="roadmap_target_once")]

    def __str__(self) -> str:
        return f"{self.year}: {self.value}"


class Evaluation(models.Model):
    """A finding of Kemendagri's yearly evaluation, and whether it was followed up."""

    class State(models.TextChoices):
        OPEN = "open", "Belum ditindaklanjuti"
        CLOSED = "closed", "Selesai ditindaklanjuti"

    year = models.PositiveSmallIntegerField("tahun evaluasi")
    letter = models.CharField("nomor surat", max_length=120)
    letter_date = models.DateField("tanggal surat")
    finding = models.CharField("temuan", max_length=1000)
    advice = models.CharField("rekomendasi", max_length=1000)
    due_on = models.DateField("tenggat tindak lanjut")
    state = models.CharField("keadaan", max_length=6, choices=State, default=State.OPEN)
    closing = models.CharField("hasil tindak lanjut", max_length=1000, blank=True)
    closed_at = models.DateTimeField("ditutup", null=True)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["state", "due_on", "pk"]
        verbose_name = "temuan evaluasi Kemendagri"
        verbose_name_plural = "temuan evaluasi Kemendagri"
        constraints = [
            models.CheckConstraint(
                name="roadmap_evaluation_whole",
                condition=Q(state="open", closed_at=None, closing="")
                | Q(state="closed", closed_at__isnull=False) & ~Q(closing=""),
            )
        ]

    def __str__(self) -> str:
        return f"Evaluasi {self.year}: {self.finding[:80]}"


class Action(models.Model):
    """An action of a year's plan (rencana aksi, Pasal 13), tied to the one thing that it is to mend."""

    class State(models.TextChoices):
        PLANNED = "planned", "Direncanakan"
        RUNNING = "running", "Berjalan"
        DONE = "done", "Selesai, menunggu diukur"
        MEASURED = "measured", "Selesai dan terukur"
        CANCELLED = "cancelled", "Dibatalkan"

    class Tie(models.TextChoices):
        INDICATOR = "indicator", "Indikator peta jalan"
        EVALUATION = "evaluation", "Temuan evaluasi Kemendagri"
        CONSISTENCY = "consistency", "Temuan konsistensi"
        ETPD = "etpd", "Ukuran indeks ETPD"

    year = models.PositiveSmallIntegerField("tahun")
    title = models.CharField("aksi", max_length=200)
    output = models.CharField("keluaran yang diharapkan", max_length=500)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD penanggung jawab")
    due_on = models.DateField("tenggat")
    tie = models.CharField("dasar aksi", max_length=11, choices=Tie)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, related_name="actions", verbose_name="indikator"
    )
    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, null=True, related_name="actions", verbose_name="temuan evaluasi"
    )
    consistency = models.ForeignKey(
        "consistency.Finding", models.PROTECT, null=True, related_name="+", verbose_name="temuan konsistensi"
    )
    measure = models.CharField("ukuran ETPD", max_length=40, blank=True)
    state = models.CharField("keadaan", max_length=9, choices=State, default=State.PLANNED)
    percent = models.PositiveSmallIntegerField("kemajuan (%)", default=0)
    value_before = models.DecimalField("nilai sebelum", max_digits=18, decimal_places=2, null=True)
    value_after = models.DecimalField("nilai sesudah", max_digits=18, decimal_places=2, null=True)
    effect_unit = models.CharField("satuan", max_length=40, blank=True)
    effect_source = models.CharField("sumber pengukuran", max_length=300, blank=True)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = "aksi"
        verbose_name_plural = "aksi"
        indexes = [
            models.Index(fields=["year", "state"], name="roadmap_action_by_year"),
            models.Index(fields=["opd", "state", "due_on"], name="roadmap_action_by_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                name="roadmap_action_one_tie",
                condition=Q(
                    tie="indicator", indicator__isnull=False, evaluation=None, consistency=None, measure=""
                )
                | Q(tie="evaluation", indicator=None, evaluation__isnull=False, consistency=None, measure="")
                | Q(tie="consistency", indicator=None, evaluation=None, consistency__isnull=False, measure="")
                | Q(tie="etpd", indicator=None, evaluation=None, consistency=None) & ~Q(measure=""),
            ),
            models.CheckConstraint(
                name="roadmap_action_effect_whole",
                condition=Q(
                    state="measured", value_before__isnull=False, value_after__isnull=False, percent=100
                )
                & ~Q(effect_source="")
                | ~Q(state="measured") & Q(value_before=None, value_after=None, effect_source=""),
            ),
            models.CheckConstraint(
                name="roadmap_action_percent",
                condition=Q(state="planned", percent=0)
                | Q(state="running", percent__lt=100)
                | Q(state__in=["done", "measured"], percent=100)
                | Q(state="cancelled", percent__lte=100),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.PLANNED, self.State.RUNNING}

    def is_late(self, on: date) -> bool:
        """Not done, and its day has passed."""
        return self.is_open and self.due_on < on

    @property
    def tone(self) -> str:
        return {"planned": "quiet", "running": "wait", "done": "wait", "measured": "ok"}.get(
            self.state, "quiet"
        )

    @property
    def effect(self) -> Decimal | None:
        """What changed, in ``effect_unit``; None until it was measured."""
        if self.value_before is None or self.value_after is None:
            return None
        return self.value_after - self.value_before


class ActionEntry(models.Model):
    """What happened to an action; progress carries its proof. Append-only."""

    class Kind(models.TextChoices):
        PLANNED = "planned", "Direncanakan"
        PROGRESS = "progress", "Kemajuan"
        DONE = "done", "Dilaporkan selesai"
        REOPENED = "reopened", "Dikembalikan"
        MEASURED = "measured", "Dampak diukur"
        CANCELLED = "cancelled", "Dibatalkan"

    action = models.ForeignKey(Action, models.PROTECT, related_name="entries", verbose_name="aksi")
    kind = models.CharField("peristiwa", max_length=9, choices=Kind)
    percent = models.PositiveSmallIntegerField("kemajuan (%)")
    text = models.CharField("keterangan", max_length=1000)
    attachment = models.ForeignKey(
        "office.Attachment", models.PROTECT, null=True, related_name="+", verbose_name="bukti"
    )
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["action", "at", "pk"]
        verbose_name = "catatan aksi"
        verbose_name_plural = "catatan aksi"
        constraints = [
            models.CheckConstraint(name="roadmap_entry_percent", condition=Q(percent__lte=100)),
            models.CheckConstraint(
                name="roadmap_done_has_proof", condition=~Q(kind="done") | Q(attachment__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id}: {self.kind} {self.percent}%"
