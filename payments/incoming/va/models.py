"""Tables of virtual accounts. None holds the amount: it is what the payable quotes when a bank asks."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from opd.office.ids import uuid7


class VirtualAccountQuerySet(models.QuerySet["VirtualAccount"]):
    def standing(self) -> Self:
        """Not closed; one whose time is over stands until it is closed, and can be prolonged."""
        return self.filter(closed_at=None)


class VirtualAccount(models.Model):
    """A number under which one thing can be paid at one bank. At most one of a thing stands at any time.

    ``name`` is masked before it comes here. Number, thing and account never change; ``expires_at`` may be
    moved later while it stands; closed is final. See ``migrations/0006_va_guards.py``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey("snap.Partner", models.PROTECT, related_name="+", verbose_name="mitra bank")
    number = models.CharField("nomor VA", max_length=28)
    payable_kind = models.CharField("jenis tagihan", max_length=40)
    payable_key = models.CharField("kunci tagihan", max_length=64)
    receiving_account = models.ForeignKey(
        "incoming.ReceivingAccount", models.PROTECT, related_name="+", verbose_name="rekening penerimaan"
    )
    name = models.CharField("nama (disamarkan)", max_length=60)
    expires_at = models.DateTimeField("batas waktu")
    made_at = models.DateTimeField("dibuat")
    closed_at = models.DateTimeField("ditutup", null=True, blank=True)
    closed_reason = models.CharField("alasan ditutup", max_length=200, blank=True)

    objects = VirtualAccountQuerySet.as_manager()

    class Meta:
        verbose_name = "virtual account"
        verbose_name_plural = "virtual account"
        constraints = [
            models.UniqueConstraint(fields=["partner", "number"], name="va_number_once_per_partner"),
            models.UniqueConstraint(
                fields=["payable_kind", "payable_key"],
                condition=Q(closed_at=None),
                name="va_one_standing_per_thing",
            ),
            models.CheckConstraint(name="va_number_is_digits", condition=Q(number__regex=r"^\d{12,28}$")),
            models.CheckConstraint(
                name="va_closed_says_why",
                condition=Q(closed_at=None, closed_reason="")
                | (Q(closed_at__isnull=False) & ~Q(closed_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_over(self, at: datetime) -> bool:
        """Closed, or past its time."""
        return self.closed_at is not None or at > self.expires_at


class VaInquiry(models.Model):
    """A bank asked what is to be paid under a number (SNAP 24), and we named an amount (rupiah)."""

    partner = models.ForeignKey("snap.Partner", models.PROTECT, related_name="+")
    inquiry_request_id = models.CharField("nomor pertanyaan bank", max_length=128)
    virtual_account = models.ForeignKey(VirtualAccount, models.PROTECT, related_name="inquiries")
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    at = models.DateTimeField("ditanyakan")

    class Meta:
        verbose_name = "pertanyaan virtual account"
        verbose_name_plural = "pertanyaan virtual account"
        constraints = [
            models.UniqueConstraint(fields=["partner", "inquiry_request_id"], name="va_inquiry_once")
        ]

    def __str__(self) -> str:
        return self.inquiry_request_id


class VaNotice(models.Model):
    """What a bank told of one payment (its paymentRequestId; SNAP 25), and the case that we answered.

    ``case`` "00" says yes. ``payment`` is there where money was booked: always after a yes, and after a no
    where the bank took the money all the same.
    """

    partner = models.ForeignKey("snap.Partner", models.PROTECT, related_name="+", verbose_name="mitra bank")
    payment_request_id = models.CharField("nomor pembayaran bank", max_length=128)
    number = models.CharField("nomor VA", max_length=28)
    virtual_account = models.ForeignKey(VirtualAccount, models.PROTECT, null=True, related_name="notices")
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    paid_at = models.DateTimeField("dibayar")
    reference_no = models.CharField("nomor rujukan bank", max_length=64, blank=True)
    taken = models.BooleanField("uang sudah diambil bank", default=False)
    case = models.CharField("jawaban", max_length=2)
    payment = models.OneToOneField(
        "incoming.Payment", models.PROTECT, null=True, related_name="va_notice", verbose_name="pembayaran"
    )
    inbox_id = models.BigIntegerField("pesan bank")
    at = models.DateTimeField("diterima")

    class Meta:
        verbose_name = "kabar pembayaran virtual account"
        verbose_name_plural = "kabar pembayaran virtual account"
        indexes = [models.Index(fields=["virtual_account", "at"], name="va_notice_by_account")]
        constraints = [
            models.UniqueConstraint(fields=["partner", "payment_request_id"], name="va_notice_once"),
            models.CheckConstraint(name="va_notice_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="va_notice_yes_is_booked", condition=~Q(case="00") | Q(payment__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.amount} {self.case}"
