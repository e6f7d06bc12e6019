"""What may be claimed of a bank now, by batch, and the letters that claimed already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from payments.reconciliation.letter_models import ClaimKind, ClaimLetter
from payments.reconciliation.queries.standing import OWED

_CLAIMABLE = f"""
    SELECT b.id, b.settlement_date, b.batch_no, b.point, b.due_on, c.kind, c.base, c.had, c.amount
    FROM reconciliation_settlementbatch AS b
    JOIN ({OWED}) AS w ON w.batch_id = b.id
    JOIN LATERAL (
        SELECT a.partner_id FROM incoming_receivingaccount AS a WHERE a.nmid = b.nmid
        ORDER BY a.valid_from DESC, a.id DESC LIMIT 1
    ) AS k ON true
    CROSS JOIN LATERAL (VALUES
        ('{ClaimKind.FEE}', b.expected_mdr, b.mdr, b.mdr - b.expected_mdr),
        ('{ClaimKind.SHORT}', w.amount, b.credited,
         CASE WHEN b.due_on < %(today)s AND b.credited_on IS NULL THEN w.amount - b.credited ELSE 0 END)
    ) AS c (kind, base, had, amount)
    WHERE k.partner_id = %(partner)s AND b.settlement_date BETWEEN %(first)s AND %(last)s AND c.amount > 0
      AND NOT EXISTS (SELECT FROM reconciliation_claimline AS l
                      WHERE l.batch_id = b.id AND l.kind = c.kind AND l.stands
                        AND l.letter_id IS DISTINCT FROM %(but)s)
    ORDER BY c.kind, b.settlement_date, b.id
"""  # noqa: S608 constants alone


@dataclass(frozen=True)
class Claimable:
    """What a bank owes of one batch (rupiah): ``base`` is what should be, ``had`` what was; ``amount`` their
    difference."""

    batch_id: int
    settlement_date: date
    batch_no: str
    point: str
    due_on: date
    kind: str
    base: Decimal
    had: Decimal
    amount: Decimal


def claimable(
    partner_id: int, first: date, last: date, *, today: date, but: ClaimLetter | None = None
) -> list[Claimable]:
    """What no standing letter claims yet, ``but`` the one that is to be replaced; fees first."""
    values: dict[str, Any] = {
        "partner": partner_id, "first": first, "last": last, "today": today, "but": but.pk if but else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMABLE, values)
        return [Claimable(*row) for row in cursor.fetchall()]


def total(rows: Sequence[Claimable], kind: str = "") -> Decimal:
    return sum((row.amount for row in rows if kind in ("", row.kind)), Decimal("0.00"))


def letters() -> QuerySet[ClaimLetter]:
    """Every letter, the newest first."""
    return ClaimLetter.objects.select_related("document", "partner", "replaces__document")
