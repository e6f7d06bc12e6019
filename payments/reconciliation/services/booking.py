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

from opd import audit
from payments.incoming.refund_rules import fill
from payments.ledger.services import Draft, Leg, credit, debit, post_many
from payments.reconciliation.services.lock import take_turn

CHUNK = 500
_TO_BOOK = """
    SELECT m.id, p.id, p.opd_id, p.kode_lra, p.kode_lo, p.revenue_amount, l.gross, l.mdr, l.net,
           b.batch_no, b.credited_on, b.value_on, coalesce(r.shares, '[]')::text, f.amount, f.revenue
    FROM reconciliation_match AS m
    JOIN reconciliation_settlementline AS l ON l.id = m.line_id
    JOIN reconciliation_settlementbatch AS b ON b.id = l.batch_id
    JOIN incoming_payment AS p ON p.id = m.payment_id
    LEFT JOIN incoming_paymentrequest AS r ON r.id = p.request_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount), 0) AS amount, coalesce(sum(revenue_amount), 0) AS revenue
        FROM incoming_refund WHERE payment_id = p.id AND state = 'done' AND against = 'receivable'
    ) AS f
    WHERE m.credited_journal IS NULL AND m.agrees AND b.credited_on IS NOT NULL
      AND b.credited = b.net - b.refunded AND l.net <> f.amount
    ORDER BY b.credited_on, m.id
    LIMIT %s
"""
_BOOKED = """
    UPDATE reconciliation_match AS m
    SET credited_journal = n.credited, revenue_journal = n.revenue, credited_on = n.day
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::date[]) AS n (id, credited, revenue, day)
    WHERE m.id = n.id
"""


@dataclass(frozen=True)
class Receipt:
    """One payment whose money is in RKUD; rupiah, ``gross`` = ``mdr`` + ``net``.

    ``refunded`` went back to the payer before the credit, ``refunded_revenue`` of it levy.
    ``shares`` is its request's division over account codes, as JSON text; ``[]`` for a single code.
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
    batch_no: str
    credited_on: date
    value_on: date
    shares: str
    refunded: Decimal = Decimal(0)
    refunded_revenue: Decimal = Decimal(0)

    @property
    def source(self) -> str:
        return f"payment:{self.payment_id}"


def book_credited(*, at: datetime, report: Callable[[int, str], None] | None = None) -> int:
    """Post both journals of every matched payment whose batch is in RKUD. Returns how many payments.

    Sets of CHUNK payments, each one transaction: journals and lights together or not at all. Keys are the
    payments', so that a repetition posts nothing. Raises LedgerError where the books refuse.
    """
    booked = 0
    while count := _book_chunk(at):
        booked += count
        if report:
            report(booked, "Membukukan ke RKUD dan pendapatan")
    return booked


def _book_chunk(at: datetime) -> int:
    with transaction.atomic():
        take_turn()
        with connection.cursor() as cursor:
            cursor.execute(_TO_BOOK, [CHUNK])
            receipts = [Receipt(*row) for row in cursor.fetchall()]
        if receipts:
            _post(receipts, at)
    return len(receipts)


def _post(receipts: Sequence[Receipt], at: datetime) -> None:
    with_revenue = [receipt for receipt in receipts if receipt.revenue > receipt.refunded_revenue]
    drafts = [(f"{receipt.source}:credited", credited(receipt)) for receipt in receipts]
    drafts += [(f"{receipt.source}:revenue", revenue(receipt)) for receipt in with_revenue]
    posted = [answer.journal_id for answer in post_many(drafts, by=None, at=at)]
    revenue_of = {r.match_id: j for r, j in zip(with_revenue, posted[len(receipts) :], strict=True)}
    ids = [receipt.match_id for receipt in receipts]
    values: list[Any] = [
        *(ids, posted[: len(receipts)], [revenue_of.get(id_) for id_ in ids]),
        [receipt.credited_on for receipt in receipts],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, values)
    for batch_no in sorted({receipt.batch_no for receipt in receipts}):
        total = sum((r.net - r.refunded for r in receipts if r.batch_no == batch_no), Decimal(0))
        after = {"payments": sum(r.batch_no == batch_no for r in receipts), "net": str(total)}
        audit.record("batch.book", ("reconciliation.settlementbatch", batch_no), by=None, at=at, after=after)


def credited(receipt: Receipt) -> Draft:
    """The net is in RKUD; what the bank kept is our claim; the acquirer owes nothing any more."""
    opd, came = receipt.opd_id, receipt.net - receipt.refunded
    legs: list[Leg] = []
    if came:
        legs += [debit("rkud", came, opd=opd), credit("rk_skpd", came, opd=opd)]
        legs.append(debit("rk_ppkd", came, opd=opd))
    if receipt.mdr:
        legs.append(debit("mdr_claim", receipt.mdr, opd=opd))
    legs.append(credit("acquirer_receivable", receipt.gross - receipt.refunded, opd=opd))
    return _draft("credited_to_rkud", receipt, f"Masuk RKUD, batch {receipt.batch_no}", legs)


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
    return _draft("revenue_booked", receipt, f"Pendapatan retribusi, batch {receipt.batch_no}", legs)


def _parts(receipt: Receipt) -> list[tuple[str, str, Decimal]]:
    """The revenue by its codes (LRA, LO). A payment that is revenue pays its request in full, so the
    request's shares are its own, less what went back from the last of them; the books refuse a journal that
    they don't fill."""
    amount, shares = receipt.revenue - receipt.refunded_revenue, json.loads(receipt.shares)
    if not shares:
        return [(receipt.kode_lra, receipt.kode_lo, amount)]
    kept = fill([Decimal(share["amount"]) for share in shares], amount)
    pairs = zip(shares, kept, strict=True)
    return [(share["kode_lra"], share["kode_lo"], part) for share, part in pairs if part]


def _draft(kind: str, receipt: Receipt, description: str, legs: Sequence[Leg]) -> Draft:
    return Draft(
        kind=kind,
        source=receipt.source,
        effective_date=receipt.credited_on,
        value_date=receipt.value_on,
        description=description,
        legs=tuple(legs),
    )
