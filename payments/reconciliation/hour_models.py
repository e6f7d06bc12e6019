"""Sums of payments by hour, kept so that no page adds up a long history."""

from __future__ import annotations

from typing import Any

from django.db import models


def _sum(label: str) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=18, decimal_places=2)


class HourSum(models.Model):
    """What one receiving account took in one hour, and how far that money has come (rupiah, gross).

    ``hour`` is its first instant, in UTC; an hour of WIB is one of UTC, so days of WIB are whole hours. The
    amounts are those of ``queries.standing``; the account code is that of the largest part, empty for titipan
    that nobody recognised. Counted anew from the rows whenever something about a payment
    of the hour changes, so it can be dropped and built again at any time: the same rows come.
    """

    hour = models.DateTimeField("jam")
    receiving_account = models.ForeignKey(
        "incoming.ReceivingAccount", models.PROTECT, related_name="+", verbose_name="rekening penerimaan"
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    method = models.CharField("cara bayar", max_length=4)
    kode_lra = models.CharField("kode rekening LRA", max_length=30, blank=True)
    payments = models.PositiveIntegerField("jumlah pembayaran")
    paid = _sum("dibayar")
    settled = _sum("disetor bank")
    credited = _sum("masuk RKUD")
    booked = _sum("dibukukan")
    returned = _sum("dikembalikan sebelum masuk RKUD")
    deposit = _sum("titipan sekarang")
    levy = _sum("retribusi")
    kept = _sum("titipan saat dibayar")

    class Meta:
        verbose_name = "penerimaan per jam"
        verbose_name_plural = "penerimaan per jam"
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "receiving_account", "opd", "method", "kode_lra"], name="hoursum_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hour} {self.receiving_account_id}: {self.paid}"


class HourChange(models.Model):
    """Something about a payment of this hour changed since the hour was counted.

    Written by the database in the transaction of the change; taken away in that of the count. Whoever reads
    adds up the rows of such an hour instead of its sums.
    """

    hour = models.DateTimeField("jam", db_index=True)

    class Meta:
        verbose_name = "jam yang berubah"
        verbose_name_plural = "jam yang berubah"

    def __str__(self) -> str:
        return str(self.hour)
