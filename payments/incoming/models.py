"""Tables of incoming money: the register of accounts, requests, payments, what happened, what is odd.

The database guards the money facts: see ``migrations/0002_guards.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from opd.dated import in_force
from opd.office.ids import uuid7
from payments.incoming.compensation_models import Compensation
from payments.incoming.refund_models import Refund
from payments.incoming.rules import LIVE, SETTLING, Kind, Method, State
from payments.incoming.texts import (
    KIND_LABELS,
    METHOD_LABELS,
    STATE_LABELS,
    TROUBLE_TEXTS,
    Trouble,
    TroubleText,
)
from payments.incoming.va.models import VaInquiry, VaNotice, VirtualAccount

__all__ = [
    "Compensation",
    "MoneyException",
    "NoticeWork",
    "Payment",
    "PaymentAttempt",
    "PaymentEvent",
    "PaymentRequest",
    "ReceivingAccount",
    "ReceivingAccountQuerySet",
    "Recognition",
    "Refund",
    "VaInquiry",
    "VaNotice",
    "VirtualAccount",
]


def _choices(labels: Iterable[tuple[StrEnum, str]]) -> list[tuple[str, str]]:
    return [(str(value), label) for value, label in labels]


def _values(members: Iterable[StrEnum]) -> list[str]:
    return sorted(str(member) for member in members)


class ReceivingAccountQuerySet(models.QuerySet["ReceivingAccount"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(in_force(on))


class ReceivingAccount(models.Model):
    """A merchant identity (NMID, terminal) and the bank account behind it, by decree; days in WIB, inclusive.

    Money that arrives for a NMID or terminal outside this register raises an exception.
    """

    KINDS = [("rkud", "RKUD"), ("bendahara_penerimaan", "Rekening bendahara penerimaan"), ("blud", "BLUD")]

    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    name = models.CharField("nama", max_length=120)
    kind = models.CharField("jenis rekening", max_length=24, choices=KINDS, default="rkud")
    partner = models.ForeignKey("snap.Partner", models.PROTECT, related_name="+", verbose_name="mitra bank")
    merchant_id = models.CharField("ID merchant", max_length=64)
    nmid = models.CharField("NMID", max_length=20)
    merchant_pan = models.CharField("PAN merchant", max_length=19)
    merchant_name = models.CharField("nama merchant", max_length=25)
    terminal_id = models.CharField("terminal", max_length=16, blank=True)
    va_prefix = models.CharField(
        "awalan nomor VA",
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"^\d{4,12}$", "Awalan nomor VA terdiri dari 4 sampai 12 angka.")],
    )
    bank_account = models.CharField("nomor rekening tujuan", max_length=34)
    decree_number = models.CharField("nomor SK", max_length=100)
    decree_date = models.DateField("tanggal SK")
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)

    objects = ReceivingAccountQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "rekening penerimaan"
        verbose_name_plural = "rekening penerimaan"
        indexes = [models.Index(fields=["partner", "nmid", "terminal_id"], name="receiving_by_terminal")]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "nmid", "terminal_id", "valid_from"], name="receiving_once_per_start"
            ),
            models.CheckConstraint(
                name="receiving_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Tanggal akhir tidak boleh mendahului tanggal mulai.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.nmid})"


class PaymentRequest(models.Model):
    """One amount asked for one thing. Of a thing at most one by QRIS is live or paid, and at most one paid.

    One by virtual account is made when its money comes (``va.booking``) and is not live after it: the bank
    has nothing to ask about it.

    ``shares`` divides the amount over account codes, [{"kode_lra", "kode_lo", "amount"}] with rupiah as text;
    empty where ``kode_lra`` and ``kode_lo`` take all of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payable_kind = models.CharField("jenis tagihan", max_length=40)
    payable_key = models.CharField("kunci tagihan", max_length=64)
    receiving_account = models.ForeignKey(
        ReceivingAccount, models.PROTECT, related_name="+", verbose_name="rekening penerimaan"
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    kode_lra = models.CharField("kode rekening LRA", max_length=30, blank=True)
    kode_lo = models.CharField("kode rekening LO", max_length=30, blank=True)
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    shares = models.JSONField("bagian per kode rekening", default=list, blank=True)
    description = models.CharField("uraian", max_length=200)
    method = models.CharField(
        "cara bayar", max_length=4, choices=_choices(METHOD_LABELS.items()), default=str(Method.QRIS)
    )
    state = models.CharField(
        "keadaan", max_length=12, choices=_choices(STATE_LABELS.items()), default=str(State.REQUESTING)
    )
    message = models.CharField("pesan untuk pembayar", max_length=300, blank=True)
    partner_reference_no = models.CharField("nomor rujukan kita", max_length=64, unique=True)
    reference_no = models.CharField("nomor rujukan bank", max_length=64, blank=True)
    qr_content = models.CharField("isi QR", max_length=512, blank=True)
    expires_at = models.DateTimeField("batas waktu")
    created_at = models.DateTimeField("dibuat")
    closed_at = models.DateTimeField("ditutup", null=True, blank=True)
    last_asked_at = models.DateTimeField("terakhir ditanyakan", null=True, blank=True)
    next_ask_at = models.DateTimeField("ditanyakan lagi", null=True, blank=True)
    unanswered = models.PositiveSmallIntegerField("tanpa jawaban", default=0)

    class Meta:
        verbose_name = "permintaan pembayaran"
        verbose_name_plural = "permintaan pembayaran"
        indexes = [
            models.Index(fields=["payable_kind", "payable_key", "created_at"], name="request_by_payable"),
            models.Index(
                fields=["next_ask_at"], name="request_to_ask", condition=Q(next_ask_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["payable_kind", "payable_key"],
                name="request_one_live_or_paid",
                condition=Q(state__in=_values({*LIVE, State.PAID}), method=str(Method.QRIS)),
            ),
            models.UniqueConstraint(
                fields=["payable_kind", "payable_key"],
                name="request_one_paid",
                condition=Q(state=str(State.PAID)),
            ),
            models.CheckConstraint(name="request_method_known", condition=Q(method__in=_values(Method))),
            models.CheckConstraint(name="request_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="request_state_known", condition=Q(state__in=_values(State))),
            models.CheckConstraint(
                name="request_open_has_qr", condition=~Q(state=str(State.OPEN)) | ~Q(qr_content="")
            ),
            models.CheckConstraint(
                name="request_closed_has_time",
                condition=Q(state__in=_values(LIVE), closed_at=None)
                | (~Q(state__in=_values(LIVE)) & Q(closed_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_reference_no} {self.amount}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class PaymentAttempt(models.Model):
    """One reference under which a request was shown to the bank. Money on any of them is the request's."""

    class Step(models.TextChoices):
        REQUESTING = "requesting", "Menunggu QR"
        OPEN = "open", "QR terbit"
        CANCELLED = "cancelled", "Dibatalkan di bank"
        REFUSED = "refused", "Ditolak"

    request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="attempts")
    partner = models.ForeignKey("snap.Partner", models.PROTECT, related_name="+")
    partner_reference_no = models.CharField("nomor rujukan kita", max_length=64, unique=True)
    reference_no = models.CharField("nomor rujukan bank", max_length=64, blank=True)
    qr_content = models.CharField("isi QR", max_length=512, blank=True)
    step = models.CharField("keadaan", max_length=12, choices=Step, default=Step.REQUESTING)
    expires_at = models.DateTimeField("batas waktu")
    created_at = models.DateTimeField("dibuat")
    claimed_until = models.DateTimeField("sedang dikerjakan sampai", null=True, blank=True)

    class Meta:
        verbose_name = "penerbitan QR"
        verbose_name_plural = "penerbitan QR"
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "reference_no"],
                name="attempt_once_per_bank_reference",
                condition=~Q(reference_no=""),
            )
        ]

    def __str__(self) -> str:
        return self.partner_reference_no


class Payment(models.Model):
    """Money the bank took for us, booked once. Its money facts never change and it is never deleted.

    ``amount`` = ``revenue_amount`` (undeposited receipts) + ``liability_amount``; rupiah. ``paid_at`` is the
    bank's time. ``rrn`` may arrive later than the payment, once.
    """

    class Fulfilment(models.TextChoices):
        NONE = "none", "Tidak ada"
        PENDING = "pending", "Menunggu"
        DONE = "done", "Selesai"

    SEEN_BY = [
        ("notice", "Kabar bank"),
        ("query", "Jawaban bank"),
        ("settlement", "Berkas settlement"),
        ("statement", "Rekening koran"),
        ("static", "QRIS statis"),
    ]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(
        PaymentRequest, models.PROTECT, null=True, related_name="payments", verbose_name="permintaan"
    )
    receiving_account = models.ForeignKey(
        ReceivingAccount, models.PROTECT, related_name="+", verbose_name="rekening penerimaan"
    )
    partner = models.ForeignKey("snap.Partner", models.PROTECT, related_name="+", verbose_name="mitra bank")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    kode_lra = models.CharField("kode rekening LRA", max_length=30, blank=True)
    kode_lo = models.CharField("kode rekening LO", max_length=30, blank=True)
    kind = models.CharField("sifat", max_length=12, choices=_choices(KIND_LABELS.items()))
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    revenue_amount = models.DecimalField("bagian retribusi", max_digits=18, decimal_places=2)
    liability_amount = models.DecimalField("bagian kewajiban", max_digits=18, decimal_places=2)
    currency = models.CharField("mata uang", max_length=3, default="IDR")
    identity = models.CharField("tanda pengenal bank", max_length=200, unique=True)
    rrn = models.CharField("RRN", max_length=40, blank=True)
    reference_no = models.CharField("nomor rujukan bank", max_length=64, blank=True)
    partner_reference_no = models.CharField("nomor rujukan kita", max_length=64, blank=True)
    issuer = models.CharField("penerbit", max_length=20, blank=True)
    payer_mask = models.CharField("pembayar (disamarkan)", max_length=20, blank=True)
    paid_at = models.DateTimeField("dibayar")
    method = models.CharField(
        "cara bayar", max_length=4, choices=_choices(METHOD_LABELS.items()), default=str(Method.QRIS)
    )
    seen_by = models.CharField("diketahui dari", max_length=12, choices=SEEN_BY)
    recorded_at = models.DateTimeField("dibukukan")
    journal_id = models.BigIntegerField("jurnal", unique=True)
    fulfilment = models.CharField("pemenuhan", max_length=8, choices=Fulfilment)
    fulfil_tries = models.PositiveSmallIntegerField("percobaan pemenuhan", default=0)
    fulfil_next_at = models.DateTimeField("pemenuhan dicoba lagi", null=True, blank=True)

    class Meta:
        verbose_name = "pembayaran"
        verbose_name_plural = "pembayaran"
        indexes = [
            models.Index(fields=["opd", "paid_at"], name="payment_by_opd_day"),
            models.Index(fields=["receiving_account", "paid_at"], name="payment_by_account_day"),
            models.Index(
                fields=["paid_at", "id"],
                name="payment_by_day",
                include=[
                    *("receiving_account", "opd", "kind"),
                    *("amount", "revenue_amount", "liability_amount"),
                ],  # sums over days read the index alone
            ),
            models.Index(fields=["receiving_account", "rrn"], name="payment_by_rrn"),
            models.Index(fields=["partner", "partner_reference_no"], name="payment_by_reference"),
            models.Index(
                fields=["receiving_account", "reference_no"],
                name="payment_by_va_reference",
                condition=Q(method="va"),
            ),
            models.Index(
                fields=["fulfil_next_at"], name="payment_to_fulfil", condition=Q(fulfilment="pending")
            ),
        ]
        constraints = [
            models.CheckConstraint(name="payment_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payment_amount_is_split",
                condition=Q(amount=F("revenue_amount") + F("liability_amount"))
                & Q(revenue_amount__gte=0, liability_amount__gte=0),
            ),
            models.CheckConstraint(
                name="payment_revenue_only_when_settling",
                condition=Q(kind__in=_values(SETTLING), revenue_amount__gt=0, request__isnull=False)
                | (~Q(kind__in=_values(SETTLING)) & Q(revenue_amount=0)),
            ),
            models.CheckConstraint(name="payment_kind_known", condition=Q(kind__in=_values(Kind))),
            models.CheckConstraint(name="payment_method_known", condition=Q(method__in=_values(Method))),
            models.CheckConstraint(name="payment_in_rupiah", condition=Q(currency="IDR")),
            models.UniqueConstraint(
                fields=["request"],
                name="payment_one_settles_a_request",
                condition=Q(kind__in=_values(SETTLING)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.get_kind_display()} {self.paid_at:%Y-%m-%d %H:%M}"

    @property
    def source(self) -> str:
        """The source key of this payment's journals."""
        return f"payment:{self.pk}"


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    def standing(self) -> Self:
        return self.filter(undone_at=None)


class Recognition(models.Model):
    """Money without a request that a person recognised as the levy of one thing: it left the liability.

    All of the payment, in rupiah; ``shares`` as of a request. Undone at most once, by a reversing journal;
    then the money is a liability again. The payment itself never changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="recognitions", verbose_name="pembayaran"
    )
    payable_kind = models.CharField("jenis tagihan", max_length=40)
    payable_key = models.CharField("kunci tagihan", max_length=64)
    kode_lra = models.CharField("kode rekening LRA", max_length=30)
    kode_lo = models.CharField("kode rekening LO", max_length=30)
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    shares = models.JSONField("bagian per kode rekening", default=list, blank=True)
    description = models.CharField("uraian", max_length=200)
    journal_id = models.BigIntegerField("jurnal", unique=True)
    recognised_at = models.DateTimeField("diklaim")
    recognised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diklaim oleh"
    )
    undone_at = models.DateTimeField("dibatalkan", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="dibatalkan oleh"
    )
    undo_journal_id = models.BigIntegerField("jurnal pembatalan", null=True, unique=True)
    undo_reason = models.CharField("alasan pembatalan", max_length=300, blank=True)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        ordering = ["recognised_at", "pk"]
        verbose_name = "klaim uang tanpa tagihan"
        verbose_name_plural = "klaim uang tanpa tagihan"
        indexes = [models.Index(fields=["recognised_at"], name="recognition_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["payment"], name="recognition_one_stands", condition=Q(undone_at=None)
            ),
            models.UniqueConstraint(
                fields=["payable_kind", "payable_key"], name="recognition_once_per_thing"
            ),
            models.CheckConstraint(name="recognition_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="recognition_undone_whole",
                condition=Q(undone_at=None, undone_by=None, undo_journal_id=None, undo_reason="")
                | (
                    Q(undone_at__isnull=False, undone_by__isnull=False, undo_journal_id__isnull=False)
                    & ~Q(undo_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.description}"


class PaymentEvent(models.Model):
    """What happened to a request or payment, for readers behind one cursor. Append-only."""

    kind = models.CharField("kejadian", max_length=40)
    request = models.ForeignKey(PaymentRequest, models.PROTECT, null=True, related_name="events")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="events")
    at = models.DateTimeField("waktu")
    xid = models.BigIntegerField(
        "nomor transaksi basis data", default=0, editable=False
    )  # set by the database

    class Meta:
        verbose_name = "kejadian pembayaran"
        verbose_name_plural = "kejadian pembayaran"
        indexes = [models.Index(fields=["xid", "id"], name="event_by_cursor")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class MoneyException(models.Model):
    """Something about money that a person must explain. Raised once for one cause; never deleted."""

    class Standing(models.TextChoices):
        OPEN = "open", "Perlu ditangani"
        EXPLAINED = "explained", "Sudah dijelaskan"

    kind = models.CharField(
        "jenis", max_length=24, choices=[(str(kind), text.title) for kind, text in TROUBLE_TEXTS.items()]
    )
    state = models.CharField("keadaan", max_length=10, choices=Standing, default=Standing.OPEN)
    cause = models.CharField("penyebab", max_length=200, unique=True, editable=False)
    source = models.CharField("diketahui dari", max_length=12, blank=True)
    partner = models.ForeignKey("snap.Partner", models.PROTECT, null=True, related_name="+")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD")
    request = models.ForeignKey(PaymentRequest, models.PROTECT, null=True, related_name="troubles")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="troubles")
    inbox_id = models.BigIntegerField("kabar bank", null=True, blank=True)
    line_id = models.BigIntegerField("baris berkas", null=True, blank=True)
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2, null=True, blank=True)
    expected_amount = models.DecimalField(
        "jumlah seharusnya", max_digits=18, decimal_places=2, null=True, blank=True
    )
    rrn = models.CharField("RRN", max_length=40, blank=True)
    reference_no = models.CharField("nomor rujukan bank", max_length=64, blank=True)
    partner_reference_no = models.CharField("nomor rujukan kita", max_length=64, blank=True)
    nmid = models.CharField("NMID", max_length=20, blank=True)
    terminal_id = models.CharField("terminal", max_length=16, blank=True)
    detail = models.CharField("keterangan", max_length=300, blank=True)
    at = models.DateTimeField("ditemukan")
    explained_at = models.DateTimeField("dijelaskan pada", null=True, blank=True)
    explained_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    explanation = models.CharField("penjelasan", max_length=300, blank=True)

    class Meta:
        verbose_name = "kejanggalan uang masuk"
        verbose_name_plural = "kejanggalan uang masuk"
        indexes = [models.Index(fields=["state", "at"], name="trouble_by_state")]
        constraints = [
            models.CheckConstraint(
                name="trouble_explained_says_how",
                condition=Q(state="open", explained_at=None, explanation="")
                | (Q(state="explained", explained_at__isnull=False) & ~Q(explanation="")),
            )
        ]

    def __str__(self) -> str:
        return self.text.title

    @property
    def text(self) -> TroubleText:
        return TROUBLE_TEXTS[Trouble(self.kind)]


class NoticeWork(models.Model):
    """A verified notice that still has to become money, or has. Written with the notice itself."""

    inbox_id = models.BigIntegerField("kabar bank", unique=True)
    received_at = models.DateTimeField("diterima")
    next_try_at = models.DateTimeField("dikerjakan lagi", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("percobaan", default=0)
    outcome = models.CharField("hasil", max_length=60, blank=True)
    done_at = models.DateTimeField("selesai", null=True, blank=True)

    class Meta:
        verbose_name = "pekerjaan kabar bank"
        verbose_name_plural = "pekerjaan kabar bank"
        indexes = [
            models.Index(fields=["next_try_at"], name="notice_to_work", condition=Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return f"kabar {self.inbox_id}"
