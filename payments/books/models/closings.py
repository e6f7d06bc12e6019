"""Months and years that are closed, and books that change hands."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from payments.books.days import last_of


class MonthClosingQuerySet(models.QuerySet["MonthClosing"]):
    def standing(self) -> Self:
        """Not reopened."""
        return self.filter(reopened_at=None)


class MonthClosing(models.Model):
    """A month of a treasurer's books, closed in order. ``figures`` holds each book's opening, in, out and
    closing (rupiah as text); ``sha256`` seals the entries. A reopened row stays, with its reason."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun")
    month = models.PositiveSmallIntegerField("bulan")
    figures = models.JSONField("saldo tiap buku")
    entries = models.PositiveIntegerField("jumlah baris jurnal")
    last_journal = models.BigIntegerField("jurnal terakhir yang tercatat")
    sha256 = models.CharField("sidik isi", max_length=64)
    counted = models.JSONField("uang tunai dihitung", default=dict, blank=True)
    counted_total = models.DecimalField("tunai dihitung", max_digits=18, decimal_places=2, default=0)
    explanation = models.CharField("penjelasan selisih tunai", max_length=400, blank=True)
    closed_at = models.DateTimeField("ditutup")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    reopened_at = models.DateTimeField("dibuka lagi", null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dibuka oleh"
    )
    reopen_reason = models.CharField("alasan dibuka", max_length=300, blank=True)

    objects = MonthClosingQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-month", "-pk"]
        verbose_name = "penutupan bulan"
        verbose_name_plural = "penutupan bulan"
        constraints = [
            models.UniqueConstraint(
                fields=["opd", "year", "month"], condition=Q(reopened_at=None), name="month_closed_once"
            ),
            models.CheckConstraint(
                name="month_closing_month", condition=Q(month__gte=1, month__lte=12, counted_total__gte=0)
            ),
            models.CheckConstraint(
                name="month_reopened_says_why",
                condition=Q(reopened_at=None, reopen_reason="")
                | (Q(reopened_at__isnull=False) & ~Q(reopen_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opd_id} {self.year}-{self.month:02}"

    @property
    def last_day(self) -> date:
        return last_of(self.year, self.month)


class YearClosing(models.Model):
    """A year whose purses, cards and debts were all brought to zero."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    year = models.PositiveSmallIntegerField("tahun")
    figures = models.JSONField("yang diperiksa")
    closed_at = models.DateTimeField("ditutup")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["-year", "pk"]
        verbose_name = "penutupan tahun"
        verbose_name_plural = "penutupan tahun"
        constraints = [models.UniqueConstraint(fields=["opd", "year"], name="year_closed_once")]

    def __str__(self) -> str:
        return f"{self.opd_id} {self.year}"


class HandOver(models.Model):
    """The books go from one treasurer to another: what stands in them on that day, and what is unfinished."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    day = models.DateField("tanggal")
    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="yang menyerahkan"
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="yang menerima"
    )
    decree_number = models.CharField("nomor SK", max_length=120)
    figures = models.JSONField("saldo tiap buku")
    outstanding = models.JSONField("yang belum selesai")
    note = models.CharField("catatan", max_length=400, blank=True)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = "serah terima"
        verbose_name_plural = "serah terima"
        constraints = [
            models.CheckConstraint(
                name="hand_over_between_two_people",
                condition=~Q(from_user=F("to_user")),
                violation_error_message="Yang menyerahkan dan yang menerima harus dua orang.",
            ),
            models.UniqueConstraint(fields=["opd", "day"], name="hand_over_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.opd_id} {self.day}"
