"""Drafts as the rooms write them, and small looks into the books."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal

from opd.models import Opd
from payments.ledger.models import Block, Journal
from payments.ledger.services import Draft, Leg, Posted, credit, debit, post, roll_up

DAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LRA, LO = "4.1.02.02.17.0001", "8.1.02"


def rp(amount: int) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))


def tourism() -> Opd:
    fields = {"name": "Dinas Pariwisata (uji)", "short_name": "Dispar"}
    return Opd.objects.get_or_create(code="3.26", valid_from=date(2024, 1, 1), defaults=fields)[0]


def draft(
    *legs: Leg, kind: str = "payment_received", source: str = "payment:1", on: date = DAY, text: str = "Uji"
) -> Draft:
    return Draft(kind, source, on, on, text, legs)


def received(
    amount: int, *, opd: int | None = None, to: str = "undeposited_receipts", source: str = "payment:1"
) -> Draft:
    """Paid: the acquirer owes us; the money is not yet in RKUD."""
    legs = (debit("acquirer_receivable", rp(amount), opd=opd), credit(to, rp(amount), opd=opd))
    return draft(*legs, source=source, text="Pembayaran QRIS diterima")


def credited(gross: int, *, mdr: int = 0, opd: int | None = None, source: str = "payment:1") -> Draft:
    """In RKUD: net on the statement, the fee shown as a claim, the receivable closed gross."""
    net = rp(gross - mdr)
    legs = [debit("rkud", net, opd=opd), credit("rk_skpd", net, opd=opd), debit("rk_ppkd", net, opd=opd)]
    if mdr:
        legs.append(debit("mdr_claim", rp(mdr), opd=opd))
    legs.append(credit("acquirer_receivable", rp(gross), opd=opd))
    return draft(*legs, kind="credited_to_rkud", source=source, text="Dana QRIS masuk RKUD")


def revenue(amount: int, *, opd: int | None = None, source: str = "payment:1") -> Draft:
    """Light five: revenue, gross, in the financial and the budgetary book."""
    return draft(
        debit("undeposited_receipts", rp(amount), opd=opd),
        credit("revenue_lo", rp(amount), opd=opd, kode_rekening=LO),
        debit("sal_change", rp(amount), opd=opd),
        credit("revenue_lra", rp(amount), opd=opd, kode_rekening=LRA),
        kind="revenue_booked",
        source=source,
        text="Pendapatan retribusi",
    )


def book(entry: Draft, key: str = "k1") -> Posted:
    return post(entry, key=key, by=None, at=AT)


def close_block() -> int:
    """Roll up all that was committed; waits for other tests, whose transactions a block never overtakes."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        roll_up(at=AT)
        block = Block.objects.order_by("id").last()
        if block and not Journal.objects.filter(xid__gte=block.upto_xid).exists():
            return block.pk
        time.sleep(0.02)
    raise TimeoutError("another transaction on the server never ended")
