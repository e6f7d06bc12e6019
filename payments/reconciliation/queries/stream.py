"""What reconciliation found out, behind one cursor: payments that a bank settled, and that came to RKUD.

Only of transactions older than the oldest running one, so that no late commit is skipped. A match that people
undo later was told all the same; ``lights`` says what stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from payments.incoming.queries import Cursor, horizon
from payments.ledger.models import Journal
from payments.reconciliation.models import DirectCredit, Match


@dataclass(frozen=True)
class Fact:
    cursor: Cursor
    payment_id: UUID
    at: datetime


def settled(after: Cursor, *, limit: int = 500) -> list[Fact]:
    """Settlement lines of the payment's amount, by the match that found them."""
    return _facts(Match.objects.filter(agrees=True), after, limit)


def settled_directly(after: Cursor, *, limit: int = 500) -> list[Fact]:
    """Payments by virtual account whose credit was found: that is their settlement too."""
    return _facts(DirectCredit.objects.all(), after, limit)


def _facts(rows: QuerySet[Match] | QuerySet[DirectCredit], after: Cursor, limit: int) -> list[Fact]:
    values = _behind(rows, after).values_list("xid", "pk", "payment_id", "matched_at")[:limit]
    return [Fact(Cursor(xid, pk), payment_id, at) for xid, pk, payment_id, at in values]


def credited(after: Cursor, *, limit: int = 500) -> list[Fact]:
    """Journals that brought a payment into RKUD."""
    rows = Journal.objects.filter(kind="credited_to_rkud", reverses=None, source__startswith="payment:")
    values = _behind(rows, after).values_list("xid", "pk", "source", "recorded_at")[:limit]
    return [
        Fact(Cursor(xid, pk), UUID(source.removeprefix("payment:")), at) for xid, pk, source, at in values
    ]


def _behind(rows: QuerySet[Any], after: Cursor) -> QuerySet[Any]:
    behind = Q(xid__gt=after.xid) | Q(xid=after.xid, pk__gt=after.id)
    return rows.filter(behind, xid__gte=after.xid, xid__lt=horizon()).order_by("xid", "pk")
