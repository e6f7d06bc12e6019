"""What was matched with what, now or as a sealed block knew it. Days are WIB, both inclusive; rupiah."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from opd.access import Scope
from opd.office.calendar import bounds
from payments.ledger.pins import sealed
from payments.reconciliation.queries.days import opds
from payments.reconciliation.texts import CREDIT_RULES, DIRECT_RULE, MATCHED, RULES, Matched, Rule

_KNOWN = "(%(block)s::bigint IS NULL OR {})"


def _known(alias: str, column: str = "xid") -> str:
    return _KNOWN.format(sealed(alias, column))


def _undone(alias: str) -> str:
    """When, by whom and why it was undone, where that is known."""
    names = ("undone_at", "undone_by_id", "undo_reason")
    known = f"{alias}.undone_at IS NOT NULL AND {_known(alias, 'undone_xid')}"
    return ", ".join(f"CASE WHEN {known} THEN {alias}.{name} END AS {name}" for name in names)


_PAID = "to_char(p.paid_at AT TIME ZONE 'Asia/Jakarta', 'DD/MM/YYYY HH24.MI')"
_OF_PAYMENTS = f"""
    SELECT 'payment' AS kind, m.id, m.matched_at, m.rule, p.opd_id, a.name AS point, p.amount,
           'dibayar ' || {_PAID} AS ours,
           'RRN ' || l.rrn || ', settlement ' || to_char(l.settlement_date, 'DD/MM/YYYY') AS theirs,
           j.id AS journal, {_undone("m")}
    FROM reconciliation_match AS m
    JOIN incoming_payment AS p ON p.id = m.payment_id
    JOIN incoming_receivingaccount AS a ON a.id = p.receiving_account_id
    JOIN reconciliation_settlementline AS l ON l.id = m.line_id
    LEFT JOIN ledger_journal AS j ON j.id = m.credited_journal AND {_known("j")}
    WHERE p.paid_at >= %(start)s AND p.paid_at < %(end)s AND {_known("m")}
"""  # noqa: S608 constants alone
_OF_CREDITS = f"""
    SELECT 'credit', c.id, c.matched_at, c.rule, b.opd_id, b.point, c.amount,
           'batch ' || b.batch_no, s.description || ', ' || to_char(s.post_date, 'DD/MM/YYYY'), NULL,
           {_undone("c")}
    FROM reconciliation_creditmatch AS c
    JOIN reconciliation_settlementbatch AS b ON b.id = c.batch_id
    JOIN reconciliation_statementline AS s ON s.id = c.line_id
    WHERE s.post_date >= %(first)s AND s.post_date <= %(last)s AND {_known("c")}
"""  # noqa: S608 constants alone
_OF_DIRECTS = f"""
    SELECT 'direct', d.id, d.matched_at, '', p.opd_id, a.name, p.amount,
           'Virtual Account, dibayar ' || {_PAID},
           s.description || ', ' || to_char(s.post_date, 'DD/MM/YYYY'), j.id, {_undone("d")}
    FROM reconciliation_directcredit AS d
    JOIN incoming_payment AS p ON p.id = d.payment_id
    JOIN incoming_receivingaccount AS a ON a.id = p.receiving_account_id
    JOIN reconciliation_statementline AS s ON s.id = d.line_id
    LEFT JOIN ledger_journal AS j ON j.id = d.credited_journal AND {_known("j")}
    WHERE p.paid_at >= %(start)s AND p.paid_at < %(end)s AND {_known("d")}
"""  # noqa: S608 constants alone
_ROWS = f"""
    SELECT m.kind, m.id, m.matched_at, m.rule, coalesce(o.short_name, ''), m.point, m.amount, m.ours,
           m.theirs, m.journal, m.undone_at, coalesce(u.name, ''), coalesce(m.undo_reason, '')
    FROM ({_OF_PAYMENTS} UNION ALL {_OF_CREDITS} UNION ALL {_OF_DIRECTS}) AS m
    LEFT JOIN opd_opd AS o ON o.id = m.opd_id
    LEFT JOIN opd_user AS u ON u.id = m.undone_by_id
    WHERE (%(id)s::bigint IS NULL OR m.id = %(id)s)
      AND (%(state)s = '' OR (m.undone_at IS NULL) = (%(state)s = 'standing'))
      AND (%(kind)s = '' OR m.kind = %(kind)s) AND (%(opds)s::bigint[] IS NULL OR m.opd_id = ANY(%(opds)s))
      AND (%(opd)s::bigint IS NULL OR m.opd_id = %(opd)s)
    ORDER BY m.matched_at DESC, m.kind, m.id DESC
    LIMIT %(most)s
"""  # noqa: S608 constants alone


@dataclass(frozen=True)
class MatchFilter:
    """Money paid, or credited, from ``first`` to ``last``; ``block`` asks for what that block knew.

    ``state``: "standing", "undone", or "" for both.
    """

    first: date
    last: date
    kind: str = ""
    state: str = ""
    id: int | None = None
    opd: int | None = None
    block: int | None = None


@dataclass(frozen=True)
class MatchRow:
    """``ours`` and ``theirs`` say in words what was matched; ``journal`` brought the money into RKUD."""

    kind: str
    id: int
    matched_at: datetime
    rule: str
    opd: str
    point: str
    amount: Decimal
    ours: str
    theirs: str
    journal: int | None
    undone_at: datetime | None
    undone_by: str
    undo_reason: str

    @property
    def label(self) -> str:
        return MATCHED[Matched(self.kind)]

    @property
    def why(self) -> str:
        """The rule in words."""
        if self.kind == Matched.PAYMENT:
            return RULES[Rule(self.rule)]
        return CREDIT_RULES[self.rule] if self.kind == Matched.CREDIT else DIRECT_RULE


def matches(scope: Scope, where: MatchFilter, *, most: int | None = None) -> Iterator[MatchRow]:
    """The newest first, streamed; ``most`` of them where it is given.

    With ``block`` exactly those that were stored before that block was sealed; of matches made before
    transactions were kept (migration 0013) those matched before it was made.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS, _values(scope, where) | {"most": most})
        for row in cursor:
            yield MatchRow(*row)


def match(scope: Scope, kind: Matched, pk: int) -> MatchRow | None:
    """One of them, whenever its money came."""
    ever = MatchFilter(date(2000, 1, 1), date(9999, 1, 1), kind=str(kind), id=pk)
    return next(matches(scope, ever, most=1), None)


def _values(scope: Scope, where: MatchFilter) -> dict[str, Any]:
    start, end = bounds(where.first, where.last)
    return {
        "start": start, "end": end, "first": where.first, "last": where.last, "kind": where.kind,
        "opds": opds(scope), "opd": where.opd, "block": where.block, "state": where.state, "id": where.id,
    }  # fmt: skip
