"""The treasurer's own bank statements, and what pairs with the books."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class AccountStatementQuerySet(models.QuerySet["AccountStatement"]):
    def standing(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)


class AccountStatement(models.Model):
    """A statement of one treasurer's account: continues the one before it to the rupiah and the day."""

    account = models.ForeignKey(
        "spending.TreasuryAccount", models.PROTECT, related_name="+", verbose_name="rekening"
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    evidence = models.ForeignKey("office.Evidence", models.PROTECT, related_name="+", verbose_name="asli")
    name = models.CharField("nama berkas", max_length=200)
    first_day = models.DateField("sejak")
    last_day = models.DateField("sampai")
    lines = models.PositiveIntegerField("jumlah baris")
    opening = models.DecimalField("saldo awal", max_digits=18, decimal_places=2)
    debit = models.DecimalField("keluar", max_digits=18, decimal_places=2)
    credit = models.DecimalField("masuk", max_digits=18, decimal_places=2)
    closing = models.DecimalField("saldo akhir", max_digits=18, decimal_places=2)
    uploaded_at = models.DateTimeField("diunggah")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )
    withdrawn_at = models.DateTimeField("ditarik", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="ditarik oleh"
    )
    withdraw_reason = models.CharField("alasan ditarik", max_length=300, blank=True)

    objects = AccountStatementQuerySet.as_manager()

    class Meta:
        ordering = ["-last_day", "-pk"]
        verbose_name = "rekening koran bendahara"
        verbose_name_plural = "rekening koran bendahara"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "first_day"], condition=Q(withdrawn_at=None), name="bank_start_once"
            ),
            models.UniqueConstraint(
                fields=["account", "evidence"], condition=Q(withdrawn_at=None), name="bank_file_once"
            ),
            models.CheckConstraint(
                name="bank_totals_agree",
                condition=Q(closing=F("opening") + F("credit") - F("debit"), last_day__gte=F("first_day")),
            ),
            models.CheckConstraint(
                name="bank_withdrawn_says_why",
                condition=Q(withdrawn_at=None, withdraw_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdraw_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AccountLine(models.Model):
    """One movement at the bank; exactly one of ``debit`` (out) and ``credit`` (in) is above zero."""

    statement = models.ForeignKey(
        AccountStatement, models.PROTECT, related_name="rows", verbose_name="rekening koran"
    )
    line_no = models.PositiveIntegerField("baris")
    post_date = models.DateField("tanggal")
    description = models.CharField("uraian", max_length=300)
    debit = models.DecimalField("keluar", max_digits=18, decimal_places=2)
    credit = models.DecimalField("masuk", max_digits=18, decimal_places=2)
    balance = models.DecimalField("saldo", max_digits=18, decimal_places=2)
    reference_no = models.CharField("rujukan", max_length=100, blank=True)

    class Meta:
        ordering = ["statement", "line_no"]
        verbose_name = "baris rekening koran"
        verbose_name_plural = "baris rekening koran"
        indexes = [models.Index(fields=["post_date"], name="bank_line_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["statement", "line_no"], name="bank_line_no_once"),
            models.CheckConstraint(
                name="bank_line_moves_one_way",
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_date} {self.description[:60]}"


class LineMatch(models.Model):
    """A bank line and the journal of ours that it proves: each at most once."""

    line = models.OneToOneField(AccountLine, models.PROTECT, related_name="match", verbose_name="baris")
    journal = models.BigIntegerField("jurnal", unique=True)
    day = models.DateField("tanggal buku")
    rule = models.CharField("cara", max_length=12)
    at = models.DateTimeField("dicocokkan")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = "pencocokan rekening koran"
        verbose_name_plural = "pencocokan rekening koran"

    def __str__(self) -> str:
        return f"{self.line_id} = {self.journal}"


class Explanation(models.Model):
    """Why a bank line, a journal or an opening balance has no counterpart."""

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    line = models.OneToOneField(
        AccountLine, models.PROTECT, null=True, related_name="explanation", verbose_name="baris bank"
    )
    journal = models.BigIntegerField("jurnal", null=True, unique=True)
    account = models.OneToOneField(
        "spending.TreasuryAccount", models.PROTECT, null=True, related_name="+", verbose_name="saldo awal"
    )
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    reason = models.CharField("penjelasan", max_length=400)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "penjelasan selisih bank"
        verbose_name_plural = "penjelasan selisih bank"
        constraints = [
            models.CheckConstraint(name="explanation_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="explanation_of_one_thing",
                condition=Q(line__isnull=False, journal=None, account=None)
                | Q(line=None, journal__isnull=False, account=None)
                | Q(line=None, journal=None, account__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reason[:60]
