"""How far each payment is: the five lights."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from payments.reconciliation.queries.standing import COMPENSATED, TO_BOOK

_LIGHTS = f"""
    SELECT p.id, coalesce(r.created_at, p.paid_at), p.paid_at,
           p.liability_amount > coalesce(g.amount, 0) + coalesce(c.amount, 0),
           p.revenue_amount + coalesce(g.amount, 0) + coalesce(c.amount, 0) > 0,
           CASE WHEN m.agrees THEN l.settlement_date ELSE s.post_date END, m.agrees IS FALSE,
           coalesce(m.credited_on, d.credited_on),
           CASE WHEN m.revenue_journal IS NOT NULL THEN m.credited_on
                WHEN d.revenue_journal IS NOT NULL THEN d.credited_on
                WHEN p.revenue_amount = 0 THEN c.day END,
           coalesce(f.amount, 0),
           CASE WHEN p.revenue_amount > 0 THEN f.revenue = p.revenue_amount ELSE f.amount = p.amount END
               IS TRUE,
           coalesce(f.revenue > 0, false)
    FROM incoming_payment AS p
    LEFT JOIN LATERAL (
        SELECT sum(amount) AS amount, sum(revenue_amount) AS revenue
        FROM incoming_refund WHERE payment_id = p.id AND state = 'done'
    ) AS f ON true
    LEFT JOIN incoming_paymentrequest AS r ON r.id = p.request_id
    LEFT JOIN incoming_recognition AS g ON g.payment_id = p.id AND g.undone_at IS NULL
    LEFT JOIN reconciliation_match AS m ON m.payment_id = p.id AND m.undone_at IS NULL
    LEFT JOIN reconciliation_settlementline AS l ON l.id = m.line_id
    LEFT JOIN reconciliation_directcredit AS d ON d.payment_id = p.id AND d.undone_at IS NULL
    LEFT JOIN reconciliation_statementline AS s ON s.id = d.line_id
    LEFT JOIN ({COMPENSATED}) AS c ON c.payment_id = p.id
    WHERE p.id = ANY(%s)
"""  # noqa: S608 constants alone


@dataclass(frozen=True)
class Lights:
    """How far one rupiah is: an instant or WIB day for each step that is done, None for one that is not.

    ``settled`` only where the bank's amount is ours (else it is named in ``crossed``); ``booked`` only while
    the revenue journal exists. ``deposit``: some of the money is a liability ("titipan"); ``booked`` never
    comes for that part, and never at all where ``all_deposit``. Of a virtual account, whose money the bank
    credits straight to the account, ``settled`` is the day of that credit. ``refunded`` (rupiah) went back to
    the payer: ``levy_refunded`` where levy is in it, ``all_refunded`` where nothing of what was bought is
    left.
    """

    requested: datetime | None = None
    paid: datetime | None = None
    settled: date | None = None
    credited: date | None = None
    booked: date | None = None
    deposit: bool = False
    all_deposit: bool = False
    crossed: frozenset[str] = frozenset()
    refunded: Decimal = Decimal(0)
    all_refunded: bool = False
    levy_refunded: bool = False


def lights(payment_ids: Collection[UUID]) -> dict[UUID, Lights]:
    """The lights of all these payments, in one query. Unknown ids are left out.

    A request that nobody paid yet has ``Lights(requested=request.created_at)``.
    """
    if not payment_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LIGHTS, [list(payment_ids)])
        return {row[0]: _lights(*row[1:]) for row in cursor.fetchall()}


def _lights(
    requested: datetime,
    paid: datetime,
    deposit: bool,
    has_revenue: bool,
    settled: date | None,
    differs: bool,
    credited: date | None,
    booked: date | None,
    refunded: Decimal,
    all_refunded: bool,
    levy_refunded: bool,
) -> Lights:
    return Lights(
        requested=requested,
        paid=paid,
        settled=settled,
        credited=credited,
        booked=booked,
        deposit=deposit,
        all_deposit=deposit and not has_revenue,
        crossed=frozenset({"settled"}) if differs else frozenset(),
        refunded=refunded,
        all_refunded=all_refunded,
        levy_refunded=levy_refunded,
    )


def has_open_work() -> bool:
    """Whether matching again would help now: a payment to book, or unknown money that has become known."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_WORK)
        return bool(cursor.fetchone()[0])


_OPEN_WORK = f"""
    SELECT EXISTS (
        SELECT FROM {TO_BOOK}
    ) OR EXISTS (
        SELECT FROM reconciliation_directcredit WHERE credited_journal IS NULL AND undone_at IS NULL
    ) OR EXISTS (
        SELECT FROM reconciliation_reconciliationexception AS e
        JOIN reconciliation_settlementline AS l ON l.id = e.settlement_line_id
        JOIN incoming_receivingaccount AS a ON a.nmid = l.nmid
        JOIN incoming_payment AS p ON p.receiving_account_id = a.id AND p.rrn = l.rrn
        WHERE e.kind = 'missing_ours' AND e.state <> 'resolved' AND NOT EXISTS (
            SELECT FROM reconciliation_keptapart AS k
            WHERE k.settlement_line_id = l.id AND k.payment_id = p.id AND k.lifted_at IS NULL
        )
    )
"""  # noqa: S608 constants alone
