"""Files from banks, their lines, what was matched with what, and the differences that remain.

Lines are append-only and nothing here can be deleted: the database refuses (``0002_guards``).
Amounts are rupiah, ``numeric(18,2)``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.access import Scope
from payments.reconciliation.desk_models import ExceptionEvent
from payments.reconciliation.hour_models import HourChange, HourSum
from payments.reconciliation.letter_models import ClaimLetter, ClaimLine
from payments.reconciliation.match_models import CreditMatch, DirectCredit, KeptApart, Match
from payments.reconciliation.sources import UnknownProfile, source
from payments.reconciliation.suggestion_models import Suggestion
from payments.reconciliation.texts import TEXTS, Kind, KindText

__all__ = [
    "ClaimLetter",
    "ClaimLine",
    "CreditMatch",
    "DirectCredit",
    "ExceptionEvent",
    "HourChange",
    "HourSum",
    "KeptApart",
    "Match",
    "Suggestion",
]


def _amount(label: str, **options: Any) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(label, max_digits=18, decimal_places=2, **options)


EXAMPLE_PREFIX = "contoh_"


class FileState(models.TextChoices):
    UPLOADED = "uploaded", "Menunggu giliran"
    RUNNING = "running", "Sedang dicocokkan"
    DONE = "done", "Selesai"
    REFUSED = "refused", "Ditolak"
    SUPERSEDED = "superseded", "Sudah diganti"


class ImportedFile(models.Model):
    """One upload. Its original is evidence; the same bytes are imported once.

    ``given`` is what a person said about it since its layout asks ("settlement_date", "nmid").

    ``refused`` keeps the original for inspection and changed nothing else. ``superseded`` is a refused file
    for which one of the same name was imported later.
    """

    profile = models.CharField("jenis berkas", max_length=40, blank=True)
    kind = models.CharField("golongan", max_length=12, blank=True)
    name = models.CharField("nama berkas", max_length=200)
    evidence = models.OneToOneField("office.Evidence", models.PROTECT, related_name="+", verbose_name="asli")
    job = models.ForeignKey("office.Job", models.PROTECT, related_name="+", verbose_name="pekerjaan")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name="oleh"
    )
    uploaded_at = models.DateTimeField("diunggah")
    state = models.CharField("keadaan", max_length=12, choices=FileState, default=FileState.UPLOADED)
    message = models.CharField("hasil", max_length=300, blank=True)
    line_no = models.PositiveIntegerField("baris yang salah", null=True, blank=True)
    loaded_at = models.DateTimeField("baris disimpan", null=True, blank=True)
    finished_at = models.DateTimeField("selesai", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("percobaan", default=0)
    first_day = models.DateField("dari tanggal", null=True, blank=True)
    last_day = models.DateField("sampai tanggal", null=True, blank=True)
    account = models.CharField("rekening", max_length=34, blank=True)
    lines = models.PositiveIntegerField("jumlah baris", default=0)
    totals = models.JSONField("angka kontrol", default=dict, blank=True)
    given = models.JSONField("diisi petugas", default=dict, blank=True)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, related_name="supersedes", null=True, blank=True, verbose_name="diganti oleh"
    )
    superseded_at = models.DateTimeField("diganti", null=True, blank=True)
    superseded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name="yang menyatakan diganti",
    )  # fmt: skip
    supersede_reason = models.CharField("alasan diganti", max_length=300, blank=True)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = "berkas bank"
        verbose_name_plural = "berkas bank"
        indexes = [models.Index(fields=["state", "uploaded_at"], name="file_by_state")]
        constraints = [
            models.CheckConstraint(
                name="file_done_was_loaded",
                condition=~Q(state="done") | Q(loaded_at__isnull=False, finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="file_days_in_order",
                condition=Q(first_day=None) | Q(last_day__gte=F("first_day")),
            ),
            models.CheckConstraint(
                name="file_superseded_by_a_newer",
                condition=Q(superseded_by=None, superseded_at=None, superseded_by_user=None)
                | Q(state="superseded", superseded_by__gt=F("pk"), superseded_at__isnull=False),
            ),
            models.CheckConstraint(
                name="file_superseded_with_reason",
                condition=Q(superseded_by_user=None) | ~Q(supersede_reason=""),
                violation_error_message="Tulis alasannya.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """What the file is, for people: "Settlement QRIS"."""
        try:
            label = source(self.profile).label
        except UnknownProfile:
            return "Berkas yang tidak dikenal"
        return label[:1].upper() + label[1:]

    @property
    def is_waiting(self) -> bool:
        return self.state in {FileState.UPLOADED, FileState.RUNNING}


class StatementProfile(models.Model):
    """A bank's layout that a person confirmed on an example, for good: of statements or of settlements.

    ``layout`` is ``parsers.example.Layout`` or ``parsers.acquirer.Layout`` as JSON. The newest version of a
    name reads new files; files keep the version that read them.
    """

    kind = models.CharField(
        "golongan",
        max_length=12,
        choices=[("settlement", "Settlement QRIS"), ("statement", "Rekening koran")],
        default="statement",
    )
    name = models.CharField("nama bentuk", max_length=60)
    version = models.PositiveSmallIntegerField("versi")
    layout = models.JSONField("susunan kolom")
    example = models.ForeignKey(ImportedFile, models.PROTECT, related_name="+", verbose_name="contoh")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    at = models.DateTimeField("dikenalkan")

    class Meta:
        ordering = ["name", "-version"]
        verbose_name = "bentuk berkas bank"
        verbose_name_plural = "bentuk berkas bank"
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "version"], name="statement_profile_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} (versi {self.version})"

    @property
    def code(self) -> str:
        """What files call it in ``profile``."""
        return f"{EXAMPLE_PREFIX}{self.pk}"


class StatementFeed(models.Model):
    """Somebody asked that an account's statement be fetched from its bank every day (SNAP service 14)."""

    partner = models.ForeignKey("snap.Partner", models.PROTECT, related_name="+", verbose_name="bank")
    account = models.CharField("rekening", max_length=34)
    since = models.DateField("sejak")
    started_at = models.DateTimeField("dimulai")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="dimulai oleh"
    )
    stopped_at = models.DateTimeField("dihentikan", null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dihentikan oleh"
    )
    stop_reason = models.CharField("alasan", max_length=300, blank=True)

    class Meta:
        ordering = ["account", "-started_at"]
        verbose_name = "pengambilan rekening koran"
        verbose_name_plural = "pengambilan rekening koran"
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "account"], name="statement_feed_once", condition=Q(stopped_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.account


class FetchState(models.TextChoices):
    WAITING = "waiting", "Menunggu bank"
    DONE = "done", "Diambil"
    COVERED = "covered", "Sudah ada"


class StatementFetch(models.Model):
    """One day of a feed. ``next_at`` is when the bank is asked again; ``file`` what it answered."""

    feed = models.ForeignKey(StatementFeed, models.PROTECT, related_name="days", verbose_name="pengambilan")
    day = models.DateField("hari")
    state = models.CharField("keadaan", max_length=8, choices=FetchState, default=FetchState.WAITING)
    tries = models.PositiveSmallIntegerField("percobaan", default=0)
    next_at = models.DateTimeField("ditanya lagi", null=True, blank=True)
    message = models.CharField("hasil", max_length=300, blank=True)
    file = models.ForeignKey(ImportedFile, models.PROTECT, null=True, related_name="+", verbose_name="berkas")

    class Meta:
        ordering = ["-day", "pk"]
        verbose_name = "hari rekening koran"
        verbose_name_plural = "hari rekening koran"
        constraints = [
            models.UniqueConstraint(fields=["feed", "day"], name="statement_fetch_once"),
            models.CheckConstraint(
                name="statement_fetch_done_has_file",
                condition=Q(state="done", file__isnull=False) | (~Q(state="done") & Q(file=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.day}"


class SettlementBatch(models.Model):
    """What an acquirer pays out in one sum: the lines of one merchant and settlement day.

    The totals are those of its lines (each once). ``due_on`` is the last day on which the credit is in time.
    ``credited`` are the credits matched to it; it is paid out while that is ``net`` less ``refunded`` (what
    the acquirer gave back to payers before the credit), since ``credited_on``.
    ``mdr_percent`` is the fee in force on the settlement day; ``expected_mdr`` what it makes, line by line.
    """

    profile = models.CharField("jenis berkas", max_length=40)
    batch_no = models.CharField("nomor batch", max_length=40)
    nmid = models.CharField("NMID", max_length=20)
    settlement_date = models.DateField("tanggal settlement")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD")
    point = models.CharField("titik", max_length=120, blank=True)
    account = models.CharField("rekening tujuan", max_length=34, blank=True)
    count = models.PositiveIntegerField("jumlah transaksi", default=0)
    gross = _amount("bruto", default=Decimal(0))
    mdr = _amount("MDR", default=Decimal(0))
    mdr_percent = models.DecimalField("tarif MDR", max_digits=6, decimal_places=4)
    expected_mdr = _amount("MDR seharusnya", default=Decimal(0))
    net = _amount("neto", default=Decimal(0))
    refunded = _amount("dikembalikan sebelum dikreditkan", default=Decimal(0))
    due_on = models.DateField("jatuh tempo masuk RKUD")
    credited = _amount("sudah dikreditkan", default=Decimal(0))
    credited_on = models.DateField("masuk RKUD", null=True, blank=True)
    value_on = models.DateField("tanggal valuta", null=True, blank=True)

    class Meta:
        ordering = ["-settlement_date", "nmid", "batch_no"]
        verbose_name = "batch settlement"
        verbose_name_plural = "batch settlement"
        indexes = [
            models.Index(fields=["batch_no"], name="batch_by_number"),
            models.Index(fields=["due_on"], name="batch_awaited", condition=Q(credited_on=None)),
            models.Index(fields=["settlement_date", "opd"], name="batch_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "batch_no", "nmid", "settlement_date"], name="batch_once"
            ),
            models.CheckConstraint(name="batch_net", condition=Q(net=F("gross") - F("mdr"))),
            models.CheckConstraint(
                name="batch_credited_has_day",
                condition=Q(credited_on=None, value_on=None, credited=0)
                | Q(credited_on__isnull=False, value_on__isnull=False, credited__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.batch_no


class ImportedLine(models.Model):
    """A line as the bank wrote it. ``occurrence`` numbers equal lines of one file (genuine twins).

    ``same_as`` names the first line with the same content and occurrence, from an overlapping file; only
    lines without it count. A line that was withdrawn, since its file was superseded, names itself.
    """

    file = models.ForeignKey(ImportedFile, models.PROTECT, related_name="+", verbose_name="berkas")
    line_no = models.PositiveIntegerField("baris")
    raw = models.TextField("isi baris")
    digest = models.BinaryField("sidik isi", max_length=32)
    occurrence = models.PositiveIntegerField("kemunculan ke-")
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name="sama dengan"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.file_id}:{self.line_no}"


class SettlementLine(ImportedLine):
    """One QRIS transaction that an acquirer settled; ``net`` = ``gross`` - ``mdr``."""

    batch = models.ForeignKey(SettlementBatch, models.PROTECT, related_name="lines", verbose_name="batch")
    trx_time = models.DateTimeField("waktu transaksi")
    settlement_date = models.DateField("tanggal settlement")
    nmid = models.CharField("NMID", max_length=20)
    merchant_pan = models.CharField("PAN merchant", max_length=19, blank=True)
    terminal_id = models.CharField("terminal", max_length=16, blank=True)
    rrn = models.CharField("RRN", max_length=40)
    bill_no = models.CharField("nomor tagihan", max_length=64, blank=True)
    reference_no = models.CharField("nomor rujukan bank", max_length=64, blank=True)
    partner_reference_no = models.CharField("nomor rujukan kita", max_length=64, blank=True)
    issuer_code = models.CharField("penerbit", max_length=20, blank=True)
    gross = _amount("bruto")
    mdr = _amount("MDR")
    net = _amount("neto")
    status = models.CharField("status", max_length=20)

    class Meta:
        ordering = ["file", "line_no"]
        verbose_name = "baris settlement"
        verbose_name_plural = "baris settlement"
        indexes = [
            models.Index(fields=["trx_time"], name="settlement_by_time", condition=Q(same_as=None)),
            models.Index(fields=["rrn"], name="settlement_by_rrn", condition=Q(same_as=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["file", "line_no"], name="settlement_line_once"),
            models.UniqueConstraint(
                fields=["digest", "occurrence"], name="settlement_content_once", condition=Q(same_as=None)
            ),
            models.CheckConstraint(
                name="settlement_line_net", condition=Q(net=F("gross") - F("mdr"), gross__gt=0, mdr__gte=0)
            ),
        ]


class StatementLine(ImportedLine):
    """One movement on a bank account; ``debit`` or ``credit`` is above zero, never both."""

    post_date = models.DateField("tanggal buku")
    effective_date = models.DateField("tanggal valuta")
    account = models.CharField("rekening", max_length=34)
    description = models.CharField("uraian", max_length=300, blank=True)
    debit = _amount("debit")
    credit = _amount("kredit")
    balance = _amount("saldo")
    reference_no = models.CharField("nomor rujukan", max_length=100, blank=True)

    class Meta:
        ordering = ["file", "line_no"]
        verbose_name = "baris rekening koran"
        verbose_name_plural = "baris rekening koran"
        indexes = [
            models.Index(fields=["reference_no"], name="credit_by_ref", condition=Q(same_as=None)),
            models.Index(
                fields=["account", "post_date"], name="credit_by_day", condition=Q(same_as=None, credit__gt=0)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["file", "line_no"], name="statement_line_once"),
            models.UniqueConstraint(
                fields=["digest", "occurrence"], name="statement_content_once", condition=Q(same_as=None)
            ),
            models.CheckConstraint(
                name="statement_line_moves",
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0),
            ),
        ]


class ExceptionState(models.TextChoices):
    OPEN = "open", "Perlu penjelasan"
    EXPLAINED = "explained", "Sudah dijelaskan"
    RESOLVED = "resolved", "Selesai sendiri"


class ReconciliationExceptionQuerySet(models.QuerySet["ReconciliationException"]):
    def within(self, scope: Scope) -> models.QuerySet[ReconciliationException]:
        """Those of the agencies in ``scope``; what belongs to no agency only for the whole province."""
        return scope.filter(self)

    def waiting(self) -> models.QuerySet[ReconciliationException]:
        return self.filter(state=ExceptionState.OPEN)

    def overdue(self, *, on: date) -> models.QuerySet[ReconciliationException]:
        """Those still open after their deadline."""
        return self.filter(state=ExceptionState.OPEN, due_on__lt=on)


class ReconciliationException(models.Model):
    """Something that does not agree. ``cause`` is unique, so that every run finds the same row again.

    ``amount`` is the money at stake; ``ours`` and ``theirs`` the two figures, where there are two.
    ``assignee`` looks into it until the end of ``due_on`` (WIB); what was said stands in ``events``.
    """

    kind = models.CharField("jenis", max_length=24, choices=[(str(k), t.label) for k, t in TEXTS.items()])
    cause = models.CharField("penyebab", max_length=120, unique=True, editable=False)
    state = models.CharField("keadaan", max_length=10, choices=ExceptionState, default=ExceptionState.OPEN)
    day = models.DateField("tanggal")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD")
    point = models.CharField("titik", max_length=120, blank=True)
    amount = _amount("nilai")
    ours = _amount("menurut kita", null=True)
    theirs = _amount("menurut bank", null=True)
    reference = models.CharField("rujukan", max_length=120, blank=True)
    payment = models.ForeignKey("incoming.Payment", models.PROTECT, null=True, related_name="+")
    settlement_line = models.ForeignKey(SettlementLine, models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(SettlementBatch, models.PROTECT, null=True, related_name="+")
    statement_line = models.ForeignKey(StatementLine, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField("ditemukan")
    closed_at = models.DateTimeField("ditutup", null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField("penjelasan", max_length=500, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="petugas"
    )
    due_on = models.DateField("tenggat", null=True, blank=True)

    objects = ReconciliationExceptionQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = "selisih"
        verbose_name_plural = "selisih"
        indexes = [
            models.Index(fields=["state", "kind", "day"], name="exception_by_state"),
            models.Index(fields=["assignee", "due_on"], name="exception_to_do", condition=Q(state="open")),
        ]
        constraints = [
            models.CheckConstraint(
                name="exception_explained_has_reason",
                condition=~Q(state="explained") | (~Q(reason="") & Q(closed_by__isnull=False)),
                violation_error_message="Isi penjelasan.",
            ),
            models.CheckConstraint(
                name="exception_closed_has_time",
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="exception_assigned_until",
                condition=Q(assignee=None, due_on=None) | Q(assignee__isnull=False, due_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text.label} {self.reference}"

    @property
    def text(self) -> KindText:
        return TEXTS[Kind(self.kind)]
