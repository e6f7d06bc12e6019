"""Berita acara rekonsiliasi: one account and one month, what its statement says beside what we have.

Rupiah; days are WIB, both ends inclusive. A line that came in two files counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from payments.ledger.queries import balance
from payments.reconciliation.models import (
    CreditMatch,
    DirectCredit,
    ExceptionState,
    FileState,
    ImportedFile,
    ReconciliationException,
    StatementLine,
)
from payments.reconciliation.queries.standing import OWED
from payments.reconciliation.sources import SourceKind

_OF_MONTH = "s.same_as_id IS NULL AND s.account = %(account)s AND s.post_date BETWEEN %(first)s AND %(last)s"
_MOVED = f"""
    SELECT coalesce(sum(s.credit), 0), coalesce(sum(s.debit), 0),
           coalesce(sum(m.amount), 0),
           coalesce(sum(s.credit) FILTER (WHERE d.id IS NOT NULL), 0),
           coalesce(sum(s.credit) FILTER (WHERE m.amount IS NULL AND d.id IS NULL AND EXISTS (
               SELECT FROM reconciliation_reconciliationexception AS e
               WHERE e.statement_line_id = s.id AND e.state <> 'resolved')), 0)
    FROM reconciliation_statementline AS s
    LEFT JOIN LATERAL (
        SELECT sum(amount) AS amount FROM reconciliation_creditmatch
        WHERE line_id = s.id AND undone_at IS NULL
    ) AS m ON true
    LEFT JOIN reconciliation_directcredit AS d ON d.line_id = s.id AND d.undone_at IS NULL
    WHERE {_OF_MONTH}
"""  # noqa: S608 constants alone
_BOOKED = f"""
    WITH paid AS MATERIALIZED (
        SELECT m.batch_id, sum(m.amount) AS amount
        FROM reconciliation_creditmatch AS m JOIN reconciliation_statementline AS s ON s.id = m.line_id
        WHERE m.undone_at IS NULL AND {_OF_MONTH}
        GROUP BY m.batch_id
    ), journal AS (
        SELECT m.credited_journal AS id
        FROM paid JOIN reconciliation_settlementline AS l USING (batch_id)
        JOIN reconciliation_match AS m ON m.line_id = l.id AND m.undone_at IS NULL
        WHERE m.credited_on BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT d.credited_journal
        FROM reconciliation_directcredit AS d JOIN reconciliation_statementline AS s ON s.id = d.line_id
        WHERE d.undone_at IS NULL AND {_OF_MONTH}
    )
    SELECT (
        SELECT coalesce(sum(e.amount), 0) FROM journal JOIN ledger_entry AS e ON e.journal_id = journal.id
        WHERE e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = 'rkud')
    ), (
        SELECT coalesce(sum(l.net - coalesce(f.amount, 0)), 0)
        FROM paid JOIN reconciliation_settlementbatch AS b ON b.id = paid.batch_id
        JOIN reconciliation_settlementline AS l ON l.batch_id = b.id AND l.same_as_id IS NULL
        LEFT JOIN reconciliation_match AS m ON m.line_id = l.id AND m.undone_at IS NULL
        LEFT JOIN LATERAL (
            SELECT sum(amount) AS amount FROM incoming_refund
            WHERE payment_id = m.payment_id AND state = 'done' AND against = 'receivable'
        ) AS f ON true
        WHERE m.credited_journal IS NULL AND b.credited_on BETWEEN %(first)s AND %(last)s
          AND b.credited = b.net - b.refunded
    ) + (
        SELECT coalesce(sum(paid.amount), 0)
        FROM paid JOIN reconciliation_settlementbatch AS b ON b.id = paid.batch_id
        WHERE b.credited <> b.net - b.refunded
    ) + (
        SELECT coalesce(sum(s.credit), 0)
        FROM reconciliation_directcredit AS d JOIN reconciliation_statementline AS s ON s.id = d.line_id
        WHERE d.credited_journal IS NULL AND d.undone_at IS NULL AND {_OF_MONTH}
    )
"""  # noqa: S608 constants alone
_AWAITED = f"""
    SELECT b.settlement_date, b.batch_no, b.point, w.amount
    FROM reconciliation_settlementbatch AS b JOIN ({OWED}) AS w ON w.batch_id = b.id
    WHERE (b.credited_on IS NULL OR b.credited_on > %(last)s) AND b.account IN ('', %(account)s)
      AND b.settlement_date <= %(last)s AND w.amount > 0
    ORDER BY b.settlement_date, b.id
    LIMIT %(most)s
"""  # noqa: S608 constants alone


@dataclass(frozen=True)
class Awaited:
    """A batch whose money, ``owed`` in rupiah, was still with its bank."""

    settlement_date: date
    batch_no: str
    point: str
    owed: Decimal


@dataclass(frozen=True)
class Check:
    """A control formula: ``left`` must be ``right``."""

    text: str
    left: Decimal
    right: Decimal

    @property
    def difference(self) -> Decimal:
        return self.left - self.right

    @property
    def verdict(self) -> str:
        return "cocok" if self.left == self.right else "berbeda"


@dataclass(frozen=True)
class Minutes:
    """``opening`` and ``closing`` as the files say; ``matched`` credits pay batches, ``direct`` ones are
    virtual account payments, ``unknown`` ones stand in the list of differences. Of matched and direct,
    ``booked`` is in the books and ``waiting`` not yet. ``ledger`` is RKUD's balance in the books."""

    account: str
    first: date
    last: date
    opening: Decimal
    closing: Decimal
    credits: Decimal
    debits: Decimal
    matched: Decimal
    direct: Decimal
    unknown: Decimal
    booked: Decimal
    waiting: Decimal
    ledger: Decimal

    @property
    def others(self) -> Decimal:
        """Credits that are no settlement of ours."""
        return self.credits - self.matched - self.direct - self.unknown

    @property
    def checks(self) -> list[Check]:
        return [
            Check(
                "Saldo awal + kredit − debit = saldo akhir rekening koran",
                self.opening + self.credits - self.debits, self.closing,
            ),
            Check(
                "Kredit yang cocok = dibukukan di RKUD + belum dibukukan",
                self.matched + self.direct, self.booked + self.waiting,
            ),
        ]  # fmt: skip


def accounts() -> list[str]:
    """The accounts whose statements were imported."""
    return list(_files().order_by("account").values_list("account", flat=True).distinct())


def minutes(account: str, first: date, last: date) -> Minutes | None:
    """None where no imported statement of the account touches these days."""
    files = _files().filter(account=account, first_day__lte=last, last_day__gte=first)
    oldest, newest = files.order_by("first_day", "pk").first(), files.order_by("-last_day", "-pk").first()
    if oldest is None or newest is None:
        return None
    values: dict[str, Any] = {"account": account, "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, values)
        credits, debits, matched, direct, unknown = cursor.fetchone()
        cursor.execute(_BOOKED, values)
        booked, waiting = cursor.fetchone()
    return Minutes(
        account=account, first=first, last=last,
        opening=Decimal(oldest.totals["opening"]) + _moved(oldest, Q(post_date__lt=first)),
        closing=Decimal(newest.totals["closing"]) - _moved(newest, Q(post_date__gt=last)),
        credits=credits, debits=debits, matched=matched, direct=direct, unknown=unknown,
        booked=booked, waiting=waiting, ledger=balance("rkud", on=last),
    )  # fmt: skip


def _files() -> QuerySet[ImportedFile]:
    found = ImportedFile.objects.filter(kind=SourceKind.STATEMENT, loaded_at__isnull=False)
    return found.exclude(state=FileState.SUPERSEDED)


def _moved(file: ImportedFile, which: Q) -> Decimal:
    """Credits less debits of a file's own lines."""
    sums = StatementLine.objects.filter(which, file=file).aggregate(came=Sum("credit"), went=Sum("debit"))
    return (sums["came"] or Decimal(0)) - (sums["went"] or Decimal(0))


def unmatched(of: Minutes) -> QuerySet[ReconciliationException]:
    """Differences about a credit of the month that nothing was matched with."""
    rows = ReconciliationException.objects.exclude(state=ExceptionState.RESOLVED).select_related(
        "statement_line"
    )
    line = {"account": of.account, "post_date__range": (of.first, of.last)}
    of_month = rows.filter(**{f"statement_line__{name}": value for name, value in line.items()})
    taken = [
        model.objects.standing().filter(line=OuterRef("statement_line"))
        for model in (CreditMatch, DirectCredit)
    ]
    return of_month.exclude(Exists(taken[0])).exclude(Exists(taken[1])).order_by("day", "pk")


def uncredited(of: Minutes, *, most: int | None = None) -> list[Awaited]:
    """Batches settled by the end of the month whose money had not come by then; ``most`` of them if given."""
    with connection.cursor() as cursor:
        cursor.execute(_AWAITED, {"account": of.account, "last": of.last, "most": most})
        return [Awaited(*row) for row in cursor.fetchall()]


def explained(of: Minutes) -> QuerySet[ReconciliationException]:
    """What people explained of the month, this account's or without one."""
    rows = ReconciliationException.objects.filter(
        state=ExceptionState.EXPLAINED, day__range=(of.first, of.last)
    )
    foreign = Q(statement_line__isnull=False) & ~Q(statement_line__account=of.account)
    elsewhere = Q(batch__isnull=False) & ~Q(batch__account__in=["", of.account])
    return rows.exclude(foreign | elsewhere).select_related("closed_by").order_by("day", "pk")
