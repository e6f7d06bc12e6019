"""What a payer asks for: money back for a receipt or a SKRD, without login."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from opd.office.ids import token, uuid7
from retribusi.assessments.models import Skrd
from retribusi.models import CollectionPoint

REASONS = (
    ("closed", "Tempat tutup atau kunjungan tidak jadi"),
    ("double", "Terbayar dua kali"),
    ("wrong", "Salah jumlah, tanggal, atau tempat"),
    ("late", "Dibayar setelah waktu habis"),
    ("other", "Lainnya"),
)


class RefundRequest(models.Model):
    """One request for one receipt or one SKRD; its token is the only way to it. ``contact`` is encrypted and
    ends with the days of the rule ``refund.contact_days`` after it was answered."""

    class State(models.TextChoices):
        NEW = "new", "Baru"
        TAKEN = "taken", "Diusulkan"
        DECLINED = "declined", "Tidak dikabulkan"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token = models.CharField("tautan", max_length=22, unique=True, default=token, editable=False)
    form_key = models.CharField(max_length=64, unique=True, editable=False)
    order = models.ForeignKey(
        "retribusi.Order", models.PROTECT, null=True, related_name="+", verbose_name="pesanan"
    )
    skrd = models.ForeignKey(
        "assessments.Skrd", models.PROTECT, null=True, related_name="+", verbose_name="SKRD"
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    reason = models.CharField("alasan", max_length=10, choices=REASONS)
    text = models.CharField("penjelasan", max_length=1000, blank=True)
    contact = models.BinaryField("kontak (terenkripsi)", null=True)
    contact_mask = models.CharField("kontak (disamarkan)", max_length=40, blank=True)
    state = models.CharField("keadaan", max_length=8, choices=State, default=State.NEW)
    filed_at = models.DateTimeField("masuk pada")
    due_on = models.DateField("tenggat keputusan")
    refund = models.OneToOneField(
        "incoming.Refund", models.PROTECT, null=True, related_name="request", verbose_name="pengembalian"
    )
    answer = models.CharField("jawaban", max_length=300, blank=True)
    answered_at = models.DateTimeField("dijawab", null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh"
    )

    class Meta:
        ordering = ["-filed_at", "-pk"]
        verbose_name = "permohonan pengembalian"
        verbose_name_plural = "permohonan pengembalian"
        indexes = [models.Index(fields=["opd", "state", "due_on"], name="refund_request_waiting")]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="new"), name="refund_request_one_open"
            ),
            models.UniqueConstraint(
                fields=["skrd"], condition=Q(state="new"), name="refund_request_one_open_of_skrd"
            ),
            models.CheckConstraint(
                name="refund_request_of_one_thing",
                condition=Q(order__isnull=False, skrd=None) | Q(order=None, skrd__isnull=False),
            ),
            models.CheckConstraint(
                name="refund_request_answered",
                condition=Q(state="new", refund=None, answer="", answered_at=None)
                | Q(state="taken", refund__isnull=False, answered_at__isnull=False)
                | (Q(state="declined", refund=None, answered_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="refund_request_contact_has_mask",
                condition=Q(contact=None, contact_mask="") | (Q(contact__isnull=False) & ~Q(contact_mask="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_state_display()}"

    @property
    def number(self) -> str:
        """What the payer holds: the receipt's number or the SKRD's."""
        return self.order.receipt_number if self.order else f"SKRD {self._skrd.document.number_text}"

    @property
    def point(self) -> CollectionPoint:
        return self.order.point if self.order else self._skrd.point

    @property
    def total(self) -> Decimal:
        """What was to be paid, in rupiah."""
        return self.order.total if self.order else self._skrd.principal

    @property
    def payable_keys(self) -> list[str]:
        """What the payments for it are about."""
        if self.order:
            return [self.order.key]
        return list(self._skrd.debts.values_list("key", flat=True))

    @property
    def _skrd(self) -> Skrd:
        if self.skrd is None:
            raise ValueError("permohonan tanpa kuitansi dan tanpa SKRD")
        return self.skrd
