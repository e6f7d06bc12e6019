"""What each bank settles: fees against those agreed, and each batch's credit against the day it was due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from opd.access import Scope
from payments.reconciliation.queries.days import opds
from payments.reconciliation.queries.standing import OWED

_FROM = f"""
    FROM reconciliation_settlementbatch AS b
    JOIN ({OWED}) AS w ON w.batch_id = b.id
    LEFT JOIN opd_opd AS o ON o.id = b.opd_id
    LEFT JOIN LATERAL (
        SELECT p.id, p.name FROM incoming_receivingaccount AS a JOIN snap_partner AS p ON p.id = a.partner_id
        WHERE a.nmid = b.nmid ORDER BY a.valid_from DESC, a.id DESC LIMIT 1
    ) AS k ON true
    WHERE b.settlement_date BETWEEN %(first)s AND %(last)s
      AND (%(opds)s::bigint[] IS NULL OR b.opd_id = ANY(%(opds)s))
      AND (%(partner)s::bigint IS NULL OR k.id = %(partner)s)
      AND (NOT %(claims)s OR b.mdr <> b.expected_mdr)
"""  # noqa: S608 constants alone
_BANKS = f"""
    SELECT coalesce(k.name, ''), count(*), sum(b.count), sum(b.gross), sum(b.mdr), sum(b.expected_mdr),
           sum(greatest(b.mdr - b.expected_mdr, 0)), sum(w.amount), sum(b.credited),
           count(*) FILTER (WHERE b.credited_on > b.due_on OR (b.credited_on IS NULL AND b.due_on < %(today)s
                                                                AND w.amount > 0))
    {_FROM} GROUP BY k.id, k.name ORDER BY k.name
"""
_BATCHES = f"""
    SELECT b.settlement_date, coalesce(k.name, ''), b.batch_no, b.point, coalesce(o.short_name, ''), b.count,
           b.gross, b.mdr_percent, b.mdr, b.expected_mdr, w.amount, b.due_on, b.credited_on
    {_FROM} ORDER BY b.settlement_date DESC, k.name, b.batch_no, b.id
"""


@dataclass(frozen=True)
class Asked:
    """Batches settled between two WIB days; ``claims`` asks for those whose fee is not the agreed one."""

    first: date
    last: date
    partner: int | None = None
    claims: bool = False


@dataclass(frozen=True)
class BankRow:
    """The sums of one bank in rupiah; ``overcharged`` is what it took above the agreed fee."""

    bank: str
    batches: int
    payments: int
    gross: Decimal
    mdr: Decimal
    expected_mdr: Decimal
    overcharged: Decimal
    due: Decimal
    credited: Decimal
    late: int

    @property
    def awaited(self) -> Decimal:
        return self.due - self.credited


@dataclass(frozen=True)
class BatchRow:
    """One batch: its fee, and when its credit (rupiah) was due in RKUD and came."""

    settlement_date: date
    bank: str
    batch_no: str
    point: str
    opd: str
    payments: int
    gross: Decimal
    mdr_percent: Decimal
    mdr: Decimal
    expected_mdr: Decimal
    due: Decimal
    due_on: date
    credited_on: date | None

    @property
    def fee_difference(self) -> Decimal:
        """Above zero where the bank took too much."""
        return self.mdr - self.expected_mdr

    def state(self, today: date) -> str:
        if self.credited_on:
            return "terlambat" if self.credited_on > self.due_on else "tepat waktu"
        if not self.due:
            return "dikembalikan seluruhnya"
        return "lewat tenggat" if self.due_on < today else "ditunggu"


def bank_rows(scope: Scope, asked: Asked, *, today: date) -> list[BankRow]:
    """A row for each bank, one query; ``bank`` is empty for merchants that nobody registered."""
    with connection.cursor() as cursor:
        cursor.execute(_BANKS, _values(scope, asked) | {"today": today})
        return [BankRow(*row) for row in cursor.fetchall()]


def batch_rows(scope: Scope, asked: Asked, *, most: int | None = None) -> Iterator[BatchRow]:
    """The batches, newest first, streamed; ``most`` of them where it is given."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"{_BATCHES} LIMIT %(most)s", _values(scope, asked) | {"most": most})
        for row in cursor:
            yield BatchRow(*row)


def _values(scope: Scope, asked: Asked) -> dict[str, Any]:
    return {
        "first": asked.first, "last": asked.last, "partner": asked.partner, "claims": asked.claims,
        "opds": opds(scope),
    }  # fmt: skip
