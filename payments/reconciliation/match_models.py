"""What was recognised as the same money, what people undid of it, and what they keep apart.

Nothing is deleted: an undone match stays, and only standing ones count. Amounts are rupiah.
"""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from payments.reconciliation.texts import RULES, Rule

STANDS = Q(undone_at=None)
_UNDONE_WHOLE = Q(undone_at=None, undone_by=None, undo_reason="", undone_xid=None) | (
    Q(undone_at__isnull=False, undone_by__isnull=False, undone_xid__isnull=False) & ~Q(undo_reason="")
)


def _person(label: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=label
    )


def _to(model: str, label: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """Looked up through the constraints that hold only what stands."""
    options = {"related_name": "+", "db_index": False, **options}
    return models.ForeignKey(model, models.PROTECT, verbose_name=label, **options)


class MatchQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Those that nobody undid."""
        return self.filter(STANDS)


class _Matched(models.Model):
    """``xid`` and ``undone_xid`` are the transactions that stored and undid it, as the ledger counts them;
    the database fills them, so that a sealed block says exactly what stood when it was made."""

    matched_at = models.DateTimeField("dicocokkan")
    xid = models.BigIntegerField("nomor transaksi basis data", default=0, editable=False)
    undone_at = models.DateTimeField("dibatalkan", null=True, editable=False)
    undone_by = _person("dibatalkan oleh")
    undo_reason = models.CharField("alasan pembatalan", max_length=300, blank=True)
    undone_xid = models.BigIntegerField("nomor transaksi pembatalan", null=True, editable=False)

    objects = MatchQuerySet.as_manager()

    class Meta:
        abstract = True


class Match(_Matched):
    """A payment of ours and the settlement line that is the same money; each standing at most once.

    The two journals are posted when the batch is in RKUD: ``credited_journal``, and ``revenue_journal`` where
    a part of the payment is revenue. Of an undone match they are reversed.
    """

    payment = _to("incoming.Payment", "pembayaran")
    line = _to("reconciliation.SettlementLine", "baris settlement", related_name="matches")
    rule = models.CharField("aturan", max_length=12, choices=[(str(r), r.name) for r in Rule])
    agrees = models.BooleanField("jumlah sama")
    credited_on = models.DateField("masuk RKUD", null=True, blank=True)
    credited_journal = models.BigIntegerField("jurnal masuk RKUD", null=True, unique=True)
    revenue_journal = models.BigIntegerField("jurnal pendapatan", null=True, unique=True)

    class Meta:
        verbose_name = "pencocokan"
        verbose_name_plural = "pencocokan"
        indexes = [
            models.Index(
                fields=["line"], name="match_to_book", condition=Q(credited_journal=None, undone_at=None)
            ),
            models.Index(fields=["payment"], name="match_undone", condition=~STANDS),
            models.Index(fields=["xid", "id"], name="match_by_cursor"),
        ]
        constraints = [
            models.CheckConstraint(
                name="match_booked_when_credited",
                condition=Q(credited_journal=None, revenue_journal=None, credited_on=None)
                | Q(credited_journal__isnull=False, credited_on__isnull=False, agrees=True),
            ),
            models.CheckConstraint(name="match_undone_whole", condition=_UNDONE_WHOLE),
            models.UniqueConstraint(fields=["payment"], name="match_payment_once", condition=STANDS),
            models.UniqueConstraint(fields=["line"], name="match_line_once", condition=STANDS),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} = {self.line_id}"

    @property
    def why(self) -> str:
        return RULES[Rule(self.rule)]


class CreditMatch(_Matched):
    """What of a credit on the statement pays out a batch: ``amount``, all of a credit over its batches."""

    batch = models.ForeignKey(
        "reconciliation.SettlementBatch", models.PROTECT, related_name="credits", verbose_name="batch"
    )
    line = _to("reconciliation.StatementLine", "kredit", related_name="matches")
    amount = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    rule = models.CharField("aturan", max_length=40)

    class Meta:
        verbose_name = "pencocokan kredit"
        verbose_name_plural = "pencocokan kredit"
        constraints = [
            models.CheckConstraint(name="creditmatch_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="creditmatch_undone_whole", condition=_UNDONE_WHOLE),
            models.UniqueConstraint(fields=["line", "batch"], name="creditmatch_once", condition=STANDS),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} = {self.line_id}"


class DirectCredit(_Matched):
    """A payment by virtual account and the credit on the statement that is the same money.

    The bank credits it straight to the receiving account, each by itself and in full: no acquirer, batch or
    discount stands between, so the credit is the settlement too (light three). Until then the bank owes it
    to us, as an acquirer does: the receivable is the same account pair.
    """

    payment = _to("incoming.Payment", "pembayaran")
    line = _to("reconciliation.StatementLine", "kredit", related_name="directs")
    credited_on = models.DateField("masuk RKUD", null=True, blank=True)
    credited_journal = models.BigIntegerField("jurnal masuk RKUD", null=True, unique=True)
    revenue_journal = models.BigIntegerField("jurnal pendapatan", null=True, unique=True)

    class Meta:
        verbose_name = "kredit virtual account"
        verbose_name_plural = "kredit virtual account"
        indexes = [
            models.Index(
                fields=["line"], name="direct_to_book", condition=Q(credited_journal=None, undone_at=None)
            ),
            models.Index(fields=["payment"], name="direct_undone", condition=~STANDS),
            models.Index(fields=["xid", "id"], name="direct_by_cursor"),
        ]
        constraints = [
            models.CheckConstraint(
                name="direct_booked_when_credited",
                condition=Q(credited_journal=None, revenue_journal=None, credited_on=None)
                | Q(credited_journal__isnull=False, credited_on__isnull=False),
            ),
            models.CheckConstraint(name="direct_undone_whole", condition=_UNDONE_WHOLE),
            models.UniqueConstraint(fields=["payment"], name="direct_payment_once", condition=STANDS),
            models.UniqueConstraint(fields=["line"], name="direct_line_once", condition=STANDS),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} = {self.line_id}"


_APART = Q(lifted_at=None)


class KeptApart(models.Model):
    """A person said that these two are not the same money: no run matches them until that is lifted.

    A payment and a settlement line, a batch and a credit, or a payment by virtual account and a credit.
    """

    payment = _to("incoming.Payment", "pembayaran", null=True)
    settlement_line = _to("reconciliation.SettlementLine", "baris settlement", null=True)
    batch = _to("reconciliation.SettlementBatch", "batch", null=True)
    statement_line = _to("reconciliation.StatementLine", "kredit", null=True)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD")
    reason = models.CharField("alasan", max_length=300)
    at = models.DateTimeField("dinyatakan")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    lifted_at = models.DateTimeField("dicabut", null=True, editable=False)
    lifted_by = _person("dicabut oleh")

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "bukan pasangan"
        verbose_name_plural = "bukan pasangan"
        constraints = [
            models.CheckConstraint(
                name="apart_names_two",
                condition=Q(
                    payment__isnull=False, settlement_line__isnull=False, batch=None, statement_line=None
                )
                | Q(payment=None, settlement_line=None, batch__isnull=False, statement_line__isnull=False)
                | Q(payment__isnull=False, settlement_line=None, batch=None, statement_line__isnull=False),
            ),
            models.CheckConstraint(name="apart_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="apart_lifted_by_somebody",
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["settlement_line", "payment"], name="apart_payment_once", condition=_APART
            ),
            models.UniqueConstraint(
                fields=["statement_line", "batch"], name="apart_batch_once", condition=_APART
            ),
            models.UniqueConstraint(
                fields=["statement_line", "payment"], name="apart_direct_once", condition=_APART
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id or self.batch_id} ≠ {self.settlement_line_id or self.statement_line_id}"
