"""The books: accounts, the rules that choose them, journals and their legs.

Journals, entries, blocks and roll-ups are written by the SQL functions in ``sql/`` alone and are append-only;
the models below read them. Amounts are ``numeric(18,2)`` rupiah, debit positive, credit negative.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import dateformat

from opd.dated import in_force


class Book(models.TextChoices):
    """A set of accounts that balances by itself in every journal."""

    OPD_FINANCIAL = "opd_financial", "Finansial OPD"
    OPD_BUDGETARY = "opd_budgetary", "Anggaran OPD"
    BUD = "bud", "BUD"


class Side(models.TextChoices):
    DEBIT = "debit", "Debit"
    CREDIT = "credit", "Kredit"


class AccountType(models.TextChoices):
    ASSET = "asset", "Aset"
    LIABILITY = "liability", "Kewajiban"
    EQUITY = "equity", "Ekuitas"
    REVENUE_LO = "revenue_lo", "Pendapatan-LO"
    EXPENSE = "expense", "Beban"
    REVENUE_LRA = "revenue_lra", "Pendapatan-LRA"
    SPENDING = "spending", "Belanja"


class DatedQuerySet(models.QuerySet[models.Model]):
    def valid(self, *, on: date) -> Self:
        """Rows in force on a day; both ends are inclusive."""
        return self.filter(in_force(on))


def _dates_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
        violation_error_message="Tanggal akhir tidak boleh mendahului tanggal mulai.",
    )


class Account(models.Model):
    """An account of ours; ``slug`` never changes, the official code may (see AccountCode)."""

    slug = models.SlugField("kode tetap", max_length=60, unique=True)
    name = models.CharField("nama", max_length=200)
    book = models.CharField("buku", max_length=20, choices=Book)
    normal_side = models.CharField("saldo normal", max_length=6, choices=Side)
    type = models.CharField("jenis", max_length=20, choices=AccountType)
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)

    class Meta:
        ordering = ["book", "slug"]
        verbose_name = "akun"
        verbose_name_plural = "akun"
        constraints = [
            _dates_in_order("account_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountCode(models.Model):
    """The kode rekening of an account while one regulation was in force; no row where nobody knows it."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="codes", verbose_name="akun")
    kode_rekening = models.CharField("kode rekening", max_length=30)
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)
    legal_basis = models.CharField("dasar hukum", max_length=300)
    confirmed = models.BooleanField("sudah dikonfirmasi", default=False)

    class Meta:
        ordering = ["account", "valid_from"]
        verbose_name = "kode rekening"
        verbose_name_plural = "kode rekening"
        constraints = [
            _dates_in_order("account_code_dates_in_order"),
            models.UniqueConstraint(fields=["account", "valid_from"], name="account_code_once_per_start"),
        ]

    def __str__(self) -> str:
        return self.kode_rekening


class PostingRule(models.Model):
    """Which account a role means from a day on. Of two rules in force the later start wins."""

    role = models.SlugField("peran", max_length=60, db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="rules", verbose_name="akun")
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)
    legal_basis = models.CharField("dasar hukum", max_length=300)

    class Meta:
        ordering = ["role", "valid_from"]
        verbose_name = "aturan jurnal"
        verbose_name_plural = "aturan jurnal"
        constraints = [
            _dates_in_order("posting_rule_dates_in_order"),
            models.UniqueConstraint(fields=["role", "valid_from"], name="posting_rule_once_per_start"),
        ]

    def __str__(self) -> str:
        return f"{self.role} → {self.account}"


class Journal(models.Model):
    """One event of money. Never changed, never deleted; a correction is a journal that reverses it."""

    key = models.CharField("kunci", max_length=120)
    request_hash = models.BinaryField("hash permintaan")
    kind = models.CharField("jenis", max_length=40)
    source = models.CharField("sumber", max_length=120)
    effective_date = models.DateField("tanggal efektif")
    value_date = models.DateField("tanggal valuta")
    recorded_at = models.DateTimeField("dicatat")
    description = models.CharField("uraian", max_length=300)
    currency = models.CharField("mata uang", max_length=3)
    legs = models.SmallIntegerField("jumlah baris")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh",
        db_constraint=False, db_index=False,  # sql/: ledger_journal_by, checked at once
    )  # fmt: skip
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name="membalik",
        db_constraint=False, db_index=False,  # sql/: ledger_journal_reverses
    )  # fmt: skip
    xid = models.BigIntegerField("nomor transaksi basis data", editable=False)
    hash = models.BinaryField("hash")

    class Meta:
        ordering = ["-effective_date", "-id"]
        verbose_name = "jurnal"
        verbose_name_plural = "jurnal"
        indexes = [
            models.Index(fields=["effective_date", "id"], name="journal_by_day"),
            models.Index(fields=["source"], name="journal_by_source"),
            models.Index(fields=["xid"], name="journal_by_xid"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="journal_key_once"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="journal_reversed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Jurnal {self.pk}: {self.description}"


class Entry(models.Model):
    """A leg of a journal: debit positive, credit negative, never zero."""

    pk = models.CompositePrimaryKey("journal_id", "line_no")
    journal = models.ForeignKey(
        Journal, models.PROTECT, related_name="entries", verbose_name="jurnal",
        db_constraint=False, db_index=False,  # sql/: ledger_entries_fit; indexed by the key
    )  # fmt: skip
    line_no = models.SmallIntegerField("baris")
    book = models.CharField("buku", max_length=20, choices=Book)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name="akun",
        db_constraint=False, db_index=False,  # sql/: ledger_entries_fit
    )  # fmt: skip
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    currency = models.CharField("mata uang", max_length=3)
    opd = models.ForeignKey(
        "opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD",
        db_constraint=False, db_index=False,  # sql/: ledger_entry_opd
    )  # fmt: skip
    kode_rekening = models.CharField("kode rekening", max_length=30, blank=True)
    memo = models.CharField("catatan", max_length=200, blank=True)

    class Meta:
        verbose_name = "baris jurnal"
        verbose_name_plural = "baris jurnal"
        indexes = [models.Index(fields=["account", "journal"], name="entry_by_account")]

    def __str__(self) -> str:
        return f"{self.journal_id}/{self.line_no}"


class Block(models.Model):
    """A closed stretch of transactions, ``from_xid`` ≤ xid < ``upto_xid``; ``hash`` chains to the last."""

    from_xid = models.BigIntegerField("dari transaksi", unique=True)
    upto_xid = models.BigIntegerField("sampai sebelum transaksi", unique=True)
    journals = models.BigIntegerField("jumlah jurnal")
    legs = models.BigIntegerField("jumlah baris")
    hash = models.BinaryField("hash")
    made_at = models.DateTimeField("dibuat")

    class Meta:
        ordering = ["id"]
        verbose_name = "blok"
        verbose_name_plural = "blok"

    def __str__(self) -> str:
        return f"Blok {self.pk}"

    @property
    def fingerprint(self) -> str:
        """The hash in hex."""
        return bytes(self.hash).hex()


class Epoch(models.Model):
    """Added to the server's transaction ids after a restore from a dump, so that they never run backwards."""

    xid_offset = models.BigIntegerField("tambahan nomor transaksi")
    started_at = models.DateTimeField("dimulai")

    class Meta:
        verbose_name = "babak"
        verbose_name_plural = "babak"

    def __str__(self) -> str:
        return f"Babak {self.pk}"


class RollUp(models.Model):
    """What a block adds to an account of an agency on a day (``effective_date``); additive, never changed."""

    block = models.ForeignKey(Block, models.PROTECT, related_name="roll_ups", verbose_name="blok")
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name="akun", db_index=False
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", db_index=False)
    book = models.CharField("buku", max_length=20, choices=Book)
    day = models.DateField("hari")
    debit = models.DecimalField("debit", max_digits=20, decimal_places=2)
    credit = models.DecimalField("kredit", max_digits=20, decimal_places=2)
    legs = models.BigIntegerField("jumlah baris")

    class Meta:
        verbose_name = "rekap blok"
        verbose_name_plural = "rekap blok"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "opd", "day", "block"], name="roll_up_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.block_id}/{self.account_id}/{self.day}"


class Period(models.TextChoices):
    DAY = "d", "Hari"
    MONTH = "m", "Bulan"


class PeriodTotal(models.Model):
    """The sum of all roll-ups per day and month: a balance reads a few rows, whatever the history."""

    period = models.CharField("kurun", max_length=1, choices=Period)
    start = models.DateField("mulai")
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name="akun", db_index=False
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", db_index=False)
    debit = models.DecimalField("debit", max_digits=20, decimal_places=2)
    credit = models.DecimalField("kredit", max_digits=20, decimal_places=2)
    legs = models.BigIntegerField("jumlah baris")

    class Meta:
        verbose_name = "jumlah per kurun"
        verbose_name_plural = "jumlah per kurun"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "period", "start", "opd"], name="period_total_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.period}/{self.start}/{self.account_id}"


class PeriodState(models.TextChoices):
    CLOSED = "closed", "Ditutup"
    REOPENED = "reopened", "Dibuka lagi"


class PeriodDecision(models.Model):
    """Somebody closed a month or opened it again; the last row says what stands (``closed_through``)."""

    month = models.DateField("bulan")
    state = models.CharField("keputusan", max_length=8, choices=PeriodState)
    closed_through = models.DateField("tertutup sampai")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    at = models.DateTimeField("pada")
    reason = models.CharField("dasar", max_length=300)
    xid = models.BigIntegerField("nomor transaksi basis data", editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = "penutupan buku"
        verbose_name_plural = "penutupan buku"

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {dateformat.format(self.month, 'F Y')}"
