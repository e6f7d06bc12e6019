"""What passed over the wire: notices tried, calls heard, tokens given, and how the next calls are treated."""

from __future__ import annotations

from django.db import models

from payments.sandbox.models.acquiring import Notice, Partner
from payments.snap.codes import Service

SERVICE_LABELS = {
    Service.TOKEN_B2B.code: "Token akses",
    Service.QR_GENERATE.code: "Minta QRIS",
    Service.QR_QUERY.code: "Tanya keadaan QRIS",
    Service.QR_CANCEL.code: "Batalkan QRIS",
    Service.QR_REFUND.code: "Kembalikan pembayaran QRIS",
    Service.ACCOUNT_INQUIRY_INTERNAL.code: "Tanya rekening di bank ini",
    Service.ACCOUNT_INQUIRY_EXTERNAL.code: "Tanya rekening di bank lain",
    Service.TRANSFER_INTRABANK.code: "Transfer di bank ini",
    Service.TRANSFER_INTERBANK.code: "Transfer ke bank lain",
    Service.TRANSFER_STATUS.code: "Tanya keadaan transfer",
    Service.QR_DECODE.code: "Baca QRIS merchant",
    Service.QR_PAYMENT.code: "Bayar QRIS merchant",
}


class Attempt(models.Model):
    """One try to deliver a notice, and what came back."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    external_id = models.CharField(max_length=36)
    http_status = models.PositiveSmallIntegerField(null=True)
    response_code = models.CharField(max_length=7, blank=True)
    message = models.CharField(max_length=200, blank=True)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.response_code or self.message}"


class Behaviour(models.Model):
    """How the bank treats the next calls of one service."""

    class Mode(models.TextChoices):
        REFUSE = "refuse", "Menolak"
        SILENT = "silent", "Diam, tidak mengerjakan"
        LOST = "lost", "Mengerjakan, jawabannya hilang"
        PENDING = "pending", "Menjawab sedang diproses, berhasil kemudian"
        FAILING = "failing", "Menjawab sedang diproses, gagal kemudian"

    service = models.CharField(max_length=2, primary_key=True)
    mode = models.CharField(max_length=7, choices=Mode)
    case = models.CharField(max_length=5, blank=True)
    seconds = models.PositiveSmallIntegerField(default=0)
    remaining = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.service} {self.mode} × {self.remaining}"


class Call(models.Model):
    """A call that reached the bank's SNAP door, for the page that lists them."""

    at = models.DateTimeField(db_index=True)
    partner = models.CharField(max_length=5, blank=True)
    service = models.CharField(max_length=2)
    external_id = models.CharField(max_length=36, blank=True)
    reference = models.CharField(max_length=64, blank=True)
    response_code = models.CharField(max_length=7)
    message = models.CharField(max_length=200)
    mode = models.CharField(max_length=7, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.service} {self.response_code}"

    @property
    def service_label(self) -> str:
        return SERVICE_LABELS.get(self.service, self.service)


class Token(models.Model):
    """An access token by its SHA-256; the token itself is not kept."""

    digest = models.CharField(max_length=64, primary_key=True)
    partner = models.CharField(max_length=5, choices=Partner)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.partner} {self.expires_at}"


class SeenExternalId(models.Model):
    """An X-EXTERNAL-ID that a partner used on a WIB calendar day."""

    partner = models.CharField(max_length=5, choices=Partner)
    day = models.DateField()
    external_id = models.CharField(max_length=36)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "day", "external_id"], name="external_id_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.day} {self.external_id}"
