"""The journals of the counter, as drafts. Pure: rupiah in, legs out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from payments.ledger.services import Draft, Leg, credit, debit

Codes = tuple[str, str]
"""kode_lra and kode_lo."""


def taken(*, source: str, cash: bool, amount: Decimal, opd: int, day: date, what: str) -> Draft:
    """Money taken: the treasurer holds the cash, or the card acquirer owes it; not yet in RKUD."""
    holder = "br_cash" if cash else "edc_receivable"
    return Draft(
        kind="counter_cash" if cash else "counter_card",
        source=source,
        effective_date=day,
        value_date=day,
        description=what[:200],
        legs=(debit(holder, amount, opd=opd), credit("undeposited_receipts", amount, opd=opd)),
    )


def deposited(*, source: str, amount: Decimal, opd: int, day: date, reference: str) -> Draft:
    """The cash is at the bank and on its way to RKUD."""
    return Draft(
        kind="counter_deposited",
        source=source,
        effective_date=day,
        value_date=day,
        description=f"Tunai disetor dengan STS, bukti bank {reference}"[:200],
        legs=(debit("deposit_in_transit", amount, opd=opd), credit("br_cash", amount, opd=opd)),
    )


def credited(*, source: str, amount: Decimal, opd: int, day: date, reference: str) -> Draft:
    """The deposit stands in RKUD's statement."""
    return Draft(
        kind="counter_credited",
        source=source,
        effective_date=day,
        value_date=day,
        description=f"Setoran STS masuk RKUD, {reference}"[:200],
        legs=(
            debit("rkud", amount, opd=opd), credit("rk_skpd", amount, opd=opd),
            debit("rk_ppkd", amount, opd=opd), credit("deposit_in_transit", amount, opd=opd),
        ),
    )  # fmt: skip


def revenue(*, source: str, amounts: Mapping[Codes, Decimal], opd: int, day: date) -> Draft:
    """Revenue exists once it is in RKUD (PSAP 02), gross, by kode rekening."""
    legs: list[Leg] = []
    for (kode_lra, kode_lo), amount in sorted(amounts.items()):
        legs += [
            debit("undeposited_receipts", amount, opd=opd),
            credit("revenue_lo", amount, opd=opd, kode_rekening=kode_lo),
            debit("sal_change", amount, opd=opd),
            credit("revenue_lra", amount, opd=opd, kode_rekening=kode_lra),
        ]
    return Draft(
        kind="counter_revenue",
        source=source,
        effective_date=day,
        value_date=day,
        description="Pendapatan retribusi dari setoran tunai",
        legs=tuple(legs),
    )
