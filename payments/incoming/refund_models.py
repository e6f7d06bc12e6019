"""Money that goes back to its payer. The database guards it: ``migrations/0012_refund_laws.py``."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.office.ids import uuid7
from payments.incoming.refund_rules import OPEN, Against, Parts, Path, Standing
from payments.incoming.refund_texts import PATH_LABELS, STANDING_LABELS


class Refund(models.Model):
    """One sum that goes back from one payment, in rupiah, proposed by one person and decided by another.

    ``amount`` = ``revenue_amount`` + ``liability_amount``. ``partner_refund_no`` is ours and the only one
    ever sent for this refund. The papers of a restitution carry SIPD's numbers. ``told`` is whether the room
    of the thing that was paid knows.
    """

    class Told(models.TextChoices):
        NONE = "none", "Tidak ada"
        PENDING = "pending", "Menunggu"
        DONE = "done", "Selesai"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(
        "incoming.Payment", models.PROTECT, related_name="refunds", verbose_name="pembayaran"
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    path = models.CharField(
        "jalan", max_length=12, choices=[(str(path), label) for path, label in PATH_LABELS.items()]
    )
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    revenue_amount = models.DecimalField("bagian retribusi", max_digits=18, decimal_places=2)
    liability_amount = models.DecimalField("bagian titipan", max_digits=18, decimal_places=2)
    reason = models.CharField("alasan", max_length=300)
    state = models.CharField(
        "keadaan",
        max_length=10,
        choices=[(str(state), label) for state, label in STANDING_LABELS.items()],
        default=str(Standing.REQUESTED),
    )
    partner_refund_no = models.CharField("nomor pengembalian kita", max_length=64, unique=True)
    proposed_at = models.DateTimeField("diusulkan")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="pengusul"
    )
    decided_at = models.DateTimeField("diputus", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="pemutus"
    )
    message = models.CharField("keterangan", max_length=300, blank=True)
    bank_code = models.CharField("kode jawaban bank", max_length=7, blank=True)
    refund_no = models.CharField("nomor pengembalian bank", max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField("percobaan", default=0)
    next_try_at = models.DateTimeField("dicoba lagi", null=True)
    claimed_until = models.DateTimeField("sedang dikerjakan sampai", null=True)
    skrdlb_number = models.CharField("nomor SKRDLB", max_length=100, blank=True)
    skrdlb_date = models.DateField("tanggal SKRDLB", null=True)
    spm_number = models.CharField("nomor SPM", max_length=100, blank=True)
    spm_date = models.DateField("tanggal SPM", null=True)
    sp2d_number = models.CharField("nomor SP2D", max_length=100, blank=True)
    sp2d_date = models.DateField("tanggal SP2D", null=True)
    closed_at = models.DateTimeField("selesai", null=True)
    against = models.CharField(
        "dibukukan terhadap", max_length=10, choices=[(str(one), str(one)) for one in Against], blank=True
    )
    journal_id = models.BigIntegerField("jurnal", null=True, unique=True)
    told = models.CharField("pemberitahuan", max_length=8, choices=Told, default=Told.NONE)
    told_tries = models.PositiveSmallIntegerField("percobaan pemberitahuan", default=0)
    told_next_at = models.DateTimeField("diberitahukan lagi", null=True)

    class Meta:
        app_label = "incoming"
        verbose_name = "pengembalian"
        verbose_name_plural = "pengembalian"
        indexes = [
            models.Index(fields=["opd", "-proposed_at"], name="refund_by_opd"),
            models.Index(
                fields=["next_try_at"],
                name="refund_to_send",
                condition=Q(state__in=["approved", "sent", "unclear"], next_try_at__isnull=False),
            ),
            models.Index(fields=["told_next_at"], name="refund_to_tell", condition=Q(told="pending")),
        ]
        constraints = [
            models.CheckConstraint(
                name="refund_amount_is_split",
                condition=Q(amount__gt=0, revenue_amount__gte=0, liability_amount__gte=0)
                & Q(amount=F("revenue_amount") + F("liability_amount")),
            ),
            models.CheckConstraint(
                name="refund_two_people", condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by"))
            ),
            models.CheckConstraint(
                name="refund_closed_has_time",
                condition=Q(state__in=sorted(OPEN), closed_at=None)
                | (~Q(state__in=sorted(OPEN)) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="refund_done_is_booked",
                condition=(
                    Q(state="done", journal_id__isnull=False, decided_by__isnull=False) & ~Q(against="")
                )
                | (~Q(state="done") & Q(journal_id=None, against="")),
            ),
            models.CheckConstraint(name="refund_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.get_path_display()}"

    @property
    def parts(self) -> Parts:
        return Parts(self.revenue_amount, self.liability_amount)

    @property
    def way(self) -> Path:
        return Path(self.path)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
