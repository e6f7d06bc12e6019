"""What the dashboard adds up: small rows, counted by Celery from the rooms' own, rebuildable from zero."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Side(models.TextChoices):
    REVENUE = "revenue", "Penerimaan retribusi"
    SPENDING = "spending", "Belanja"


class ChannelDay(models.Model):
    """What one agency took or spent on one WIB day through one channel for one type (rupiah, and how often).

    ``type`` is the account code (LRA) of a levy, or the kind of spending. Revenue is the levy as it was paid;
    spending is less what payees gave back. A correction may make a line negative.
    """

    day = models.DateField("hari")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    side = models.CharField("sisi", max_length=8, choices=Side)
    channel = models.CharField("kanal", max_length=8)
    type = models.CharField("jenis", max_length=30)
    count = models.IntegerField("jumlah transaksi")
    value = models.DecimalField("nilai", max_digits=18, decimal_places=2)

    class Meta:
        verbose_name = "transaksi per hari dan kanal"
        verbose_name_plural = "transaksi per hari dan kanal"
        constraints = [
            models.UniqueConstraint(fields=["side", "day", "opd", "channel", "type"], name="channelday_once"),
            models.CheckConstraint(name="channelday_side_known", condition=Q(side__in=Side.values)),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.opd_id} {self.channel}: {self.value}"


class EffortMonth(models.Model):
    """What the work of one agency's month took: sums whose quotients the dashboard shows.

    ``sale_seconds`` of ``sales`` that were ordered and paid online; ``credit_days`` of ``credited`` payments,
    from the WIB day of payment to that of the credit in RKUD; ``corrections``: refunds done, matches undone.
    """

    month = models.DateField("bulan")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    payments = models.PositiveIntegerField("pembayaran")
    sales = models.PositiveIntegerField("penjualan yang diukur")
    sale_seconds = models.BigIntegerField("detik dari pesan sampai lunas")
    credited = models.PositiveIntegerField("pembayaran yang sampai di RKUD")
    credit_days = models.BigIntegerField("hari dari bayar sampai RKUD")
    corrections = models.PositiveIntegerField("koreksi")

    class Meta:
        verbose_name = "beban kerja per bulan"
        verbose_name_plural = "beban kerja per bulan"
        constraints = [models.UniqueConstraint(fields=["month", "opd"], name="effortmonth_once")]

    def __str__(self) -> str:
        return f"{self.month} {self.opd_id}"


class DayChange(models.Model):
    """Something of this WIB day changed since it was counted; ``what`` is whose count waits for it.

    Written by the database in the transaction of the change; taken away in that of the count.
    """

    class What(models.TextChoices):
        CHANNEL = "channel", "ChannelDay"
        EFFORT = "effort", "EffortMonth"

    day = models.DateField("hari")
    what = models.CharField("hitungan", max_length=7, choices=What)

    class Meta:
        verbose_name = "hari yang berubah"
        verbose_name_plural = "hari yang berubah"
        indexes = [models.Index(fields=["what", "day"], name="daychange_by_what")]

    def __str__(self) -> str:
        return f"{self.day} {self.what}"


class Measure(models.TextChoices):
    """What is compared before and after; each is better when it is less."""

    SALE_MINUTES = "sale_minutes", "Menit per penjualan"
    CREDIT_DAYS = "credit_days", "Hari dari bayar sampai RKUD"
    CORRECTIONS = "corrections", "Koreksi per seribu transaksi"
    CASH_SHARE = "cash_share", "Bagian uang tunai yang dipegang petugas (%)"


class Baseline(models.Model):
    """How it was before, as somebody measured it: value, when and how. Never changed; the newest counts."""

    measure = models.CharField("ukuran", max_length=12, choices=Measure)
    value = models.DecimalField("nilai", max_digits=10, decimal_places=2)
    period = models.CharField("masa yang diukur", max_length=80)
    source = models.CharField("sumber dan cara mengukur", max_length=300)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "keadaan sebelum nontunai"
        verbose_name_plural = "keadaan sebelum nontunai"
        constraints = [
            models.CheckConstraint(name="baseline_not_negative", condition=Q(value__gte=0)),
            models.CheckConstraint(name="baseline_says_how", condition=~Q(source="") & ~Q(period="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()}: {self.value}"
