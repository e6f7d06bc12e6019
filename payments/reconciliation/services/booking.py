"""Posts what follows once a batch is in RKUD, per payment: lights four and five (house.md, Decisions)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.sql import SQL, Identifier

from opd import audit
from payments.incoming.refund_rules import fill
from payments.ledger.services import Draft, Leg, credit, debit, post_many
from payments.reconciliation.models import Match
from payments.reconciliation.queries.standing import TO_BOOK
from payments.reconciliation.services.lock import take_turn

CHUNK = 2_000
_NEXT = f"SELECT m.payment_id FROM {TO_BOOK} ORDER BY b.credited_on, m.id LIMIT %s"  # noqa: S608 constants alone
_HOLD = "SELECT id FROM incoming_payment WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"
"""Keeps who recognises a payment out until this transaction ends, or waits for them."""
_BEFORE = """
    CROSS JOIN LATERAL (
        SELECT count(*) AS times, max(r.effective_date) AS day
        FROM (
            SELECT credited_journal FROM reconciliation_match
            WHERE payment_id = p.id AND undone_at IS NOT NULL
            UNION ALL
            SELECT credited_journal FROM reconciliation_directcredit
            WHERE payment_id = p.id AND undone_at IS NOT NULL
        ) AS o LEFT JOIN ledger_journal AS r ON r.reverses_id = o.credited_journal
    ) AS u
"""
"""How often a payment ``p`` was matched before and undone, and the last day its booking was reversed on."""
_RECEIPTS = f"""
    SELECT m.id, p.id, p.opd_id, coalesce(g.kode_lra, p.kode_lra), coalesce(g.kode_lo, p.kode_lo),
           p.revenue_amount + coalesce(g.amount, 0), l.gross, l.mdr, l.net,
           'batch ' || b.batch_no, b.credited_on, b.value_on,
           greatest(b.credited_on, (g.recognised_at AT TIME ZONE 'Asia/Jakarta')::date, u.day),
           greatest(b.value_on, (g.recognised_at AT TIME ZONE 'Asia/Jakarta')::date),
           coalesce(g.shares, r.shares, '[]')::text, u.times,
           greatest(b.credited_on, u.day), f.amount, f.revenue
    FROM reconciliation_match AS m
    JOIN reconciliation_settlementline AS l ON l.id = m.line_id
    JOIN reconciliation_settlementbatch AS b ON b.id = l.batch_id
    JOIN incoming_payment AS p ON p.id = m.payment_id
    LEFT JOIN incoming_paymentrequest AS r ON r.id = p.request_id
    LEFT JOIN incoming_recognition AS g ON g.payment_id = p.id AND g.undone_at IS NULL
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount), 0) AS amount, coalesce(sum(revenue_amount), 0) AS revenue
        FROM incoming_refund WHERE payment_id = p.id AND state = 'done' AND against = 'receivable'
    ) AS f
    {_BEFORE}
    WHERE p.id = ANY(%s) AND m.undone_at IS NULL
    ORDER BY b.credited_on, m.id
"""  # noqa: S608 constants alone
_DIRECT_RECEIPTS = f"""
    SELECT d.id, p.id, p.opd_id, p.kode_lra, p.kode_lo, p.revenue_amount, s.credit, 0::numeric, s.credit,
           'Virtual Account ' || p.reference_no, s.post_date, s.effective_date,
           greatest(s.post_date, u.day), s.effective_date, coalesce(r.shares, '[]')::text, u.times,
           greatest(s.post_date, u.day)
    FROM reconciliation_directcredit AS d
    JOIN reconciliation_statementline AS s ON s.id = d.line_id
    JOIN incoming_payment AS p ON p.id = d.payment_id
    LEFT JOIN incoming_paymentrequest AS r ON r.id = p.request_id
    {_BEFORE}
    WHERE d.credited_journal IS NULL AND d.undone_at IS NULL
    ORDER BY s.post_date, d.id
    LIMIT %s
"""  # noqa: S608 constants alone
_BOOKED = """
    UPDATE {table} AS m
    SET credited_journal = n.credited, revenue_journal = n.revenue, credited_on = n.day
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::date[]) AS n (id, credited, revenue, day)
    WHERE m.id = n.id
"""


@dataclass(frozen=True)
class Receipt:
    """One payment whose money is in RKUD; rupiah, ``gross`` = ``mdr`` + ``net``.

    ``origin`` names the batch or virtual account payment that brought it. ``earned_on`` and ``earned_value``
    are the days of its revenue: later than those of the credit where it was recognised as levy only then.
    ``shares`` is its division over account codes, as JSON text; ``[]`` for a single code. ``undone`` counts
    its former matches: what was booked for one is reversed, so ``counted_on``, the day of the journal, is not
    before that. ``refunded`` went back to the payer before the credit, ``refunded_revenue`` of it levy.
    """

    match_id: int
    payment_id: UUID
    opd_id: int
    kode_lra: str
    kode_lo: str
    revenue: Decimal
    gross: Decimal
    mdr: Decimal
    net: Decimal
    origin: str
    credited_on: date
    value_on: date
    earned_on: date
    earned_value: date
    shares: str
    undone: int
    counted_on: date
    refunded: Decimal = Decimal(0)
    refunded_revenue: Decimal = Decimal(0)

    @property
    def source(self) -> str:
        return f"payment:{self.payment_id}"

    def key(self, step: str) -> str:
        """The journal's key: one for each time that the payment is matched."""
        return f"{self.source}:{step}" + (f":{self.undone + 1}" if self.undone else "")


def book_credited(*, at: datetime, report: Callable[[int, str], None] | None = None) -> int:
    """Post both journals of every matched payment whose money is in RKUD. Returns how many payments.

    Sets of CHUNK payments, each one transaction: journals and lights together or not at all. Keys are the
    payments', so that a repetition posts nothing. Raises LedgerError where the books refuse.
    """
    booked = 0
    for way in (_BATCHES, _DIRECT):
        while count := _book_chunk(way, at):
            booked += count
            if report:
                report(booked, "Membukukan ke RKUD dan pendapatan")
    return booked


def _book_chunk(way: _Way, at: datetime) -> int:
    with transaction.atomic():
        take_turn()
        receipts = way.next()
        if receipts:
            _post(way, receipts, at)
    return len(receipts)


def _receipts(payment_ids: Sequence[UUID]) -> list[Receipt]:
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [list(payment_ids)])
        cursor.execute(_RECEIPTS, [list(payment_ids)])
        return [Receipt(*row) for row in cursor.fetchall()]


def _next_of_batches() -> list[Receipt]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [CHUNK])
        wanted = [row[0] for row in cursor.fetchall()]
    return _receipts(wanted)


def _next_direct() -> list[Receipt]:
    with connection.cursor() as cursor:
        cursor.execute(_DIRECT_RECEIPTS, [CHUNK])
        return [Receipt(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class _Way:
    """How money comes to RKUD: what waits to be booked, where that is noted, and what the audit calls it."""

    next: Callable[[], list[Receipt]]
    table: str
    action: str
    subject: str


_BATCHES = _Way(_next_of_batches, "reconciliation_match", "batch.book", "reconciliation.settlementbatch")
_DIRECT = _Way(_next_direct, "reconciliation_directcredit", "direct.book", "reconciliation.directcredit")


def book_recognised(payment_id: UUID, *, at: datetime) -> bool:
    """Book the revenue of a payment that was recognised as levy after its money had reached RKUD.

    In the caller's transaction, which holds the payment's row. False where it is not in RKUD yet: then it
    is booked with its credit.
    """
    waiting = Match.objects.filter(
        payment=payment_id, undone_at=None, credited_journal__isnull=False, revenue_journal__isnull=True
    )
    if not waiting.exists():
        return False
    (receipt,) = _receipts([payment_id])
    if not receipt.revenue:
        return False
    (posted,) = post_many([(receipt.key("revenue"), revenue(receipt))], by=None, at=at)
    return bool(waiting.update(revenue_journal=posted.journal_id))


def _post(way: _Way, receipts: Sequence[Receipt], at: datetime) -> None:
    with_revenue = [receipt for receipt in receipts if receipt.revenue > receipt.refunded_revenue]
    drafts = [(receipt.key("credited"), credited(receipt)) for receipt in receipts]
    drafts += [(receipt.key("revenue"), revenue(receipt)) for receipt in with_revenue]
    posted = [answer.journal_id for answer in post_many(drafts, by=None, at=at)]
    revenue_of = {r.match_id: j for r, j in zip(with_revenue, posted[len(receipts) :], strict=True)}
    ids = [receipt.match_id for receipt in receipts]
    values: list[Any] = [
        *(ids, posted[: len(receipts)], [revenue_of.get(id_) for id_ in ids]),
        [receipt.credited_on for receipt in receipts],
    ]
    with connection.cursor() as cursor:
        cursor.execute(SQL(_BOOKED).format(table=Identifier(way.table)), values)
    for origin in sorted({receipt.origin for receipt in receipts}):
        total = sum((r.net - r.refunded for r in receipts if r.origin == origin), Decimal(0))
        after = {"payments": sum(r.origin == origin for r in receipts), "net": str(total)}
        subject = (way.subject, origin.rpartition(" ")[2])
        audit.record(way.action, subject, by=None, at=at, after=after)


def credited(receipt: Receipt) -> Draft:
    """The net is in RKUD; what the bank kept is our claim; the acquirer owes nothing any more.

    Where more than the net went back to the payer, the bank took its fee out of what the batch brought for
    others: RKUD has that much less than they paid, and it is claimed.
    """
    opd, came = receipt.opd_id, receipt.net - receipt.refunded
    legs: list[Leg] = []
    if came:
        rkud, others = (debit, credit) if came > 0 else (credit, debit)
        legs = [rkud("rkud", abs(came), opd=opd), others("rk_skpd", abs(came), opd=opd)]
        legs.append(rkud("rk_ppkd", abs(came), opd=opd))
    if receipt.mdr:
        legs.append(debit("mdr_claim", receipt.mdr, opd=opd))
    if receipt.gross > receipt.refunded:
        legs.append(credit("acquirer_receivable", receipt.gross - receipt.refunded, opd=opd))
    what = "Masuk RKUD," if came >= 0 else "Biaya bank atas pembayaran yang kembali, dipotong dari"
    days = receipt.counted_on, receipt.value_on
    return _draft("credited_to_rkud", receipt, f"{what} {receipt.origin}", legs, days)


def revenue(receipt: Receipt) -> Draft:
    """Revenue exists once it is in RKUD, and gross (asas bruto); only the part that is not a liability."""
    amount, opd = receipt.revenue - receipt.refunded_revenue, receipt.opd_id
    parts = _parts(receipt)
    legs = [
        debit("undeposited_receipts", amount, opd=opd),
        *(credit("revenue_lo", part, opd=opd, kode_rekening=kode_lo) for _, kode_lo, part in parts),
        debit("sal_change", amount, opd=opd),
        *(credit("revenue_lra", part, opd=opd, kode_rekening=kode_lra) for kode_lra, _, part in parts),
    ]
    days = receipt.earned_on, receipt.earned_value
    return _draft("revenue_booked", receipt, f"Pendapatan retribusi, {receipt.origin}", legs, days)


def _parts(receipt: Receipt) -> list[tuple[str, str, Decimal]]:
    """The revenue by its codes (LRA, LO). A payment that is revenue pays its request in full, or is
    recognised whole, so those shares are its own, less what went back from the last of them; the books refuse
    a journal that they don't fill."""
    amount, shares = receipt.revenue - receipt.refunded_revenue, json.loads(receipt.shares)
    if not shares:
        return [(receipt.kode_lra, receipt.kode_lo, amount)]
    kept = fill([Decimal(share["amount"]) for share in shares], amount)
    pairs = zip(shares, kept, strict=True)
    return [(share["kode_lra"], share["kode_lo"], part) for share, part in pairs if part]


def _draft(
    kind: str, receipt: Receipt, description: str, legs: Sequence[Leg], days: tuple[date, date]
) -> Draft:
    return Draft(
        kind=kind,
        source=receipt.source,
        effective_date=days[0],
        value_date=days[1],
        description=description,
        legs=tuple(legs),
    )
