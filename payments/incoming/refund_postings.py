"""The journals of money that goes back, as drafts. Pure: rupiah in, legs out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from payments.incoming.refund_rules import Parts, fill
from payments.ledger.services import Draft, Leg, credit, debit


@dataclass(frozen=True)
class Code:
    """A part of a payment's levy by its account codes, in rupiah."""

    kode_lra: str
    kode_lo: str
    amount: Decimal


@dataclass(frozen=True)
class Going:
    """What goes back: ``before`` is the levy of the payment that had not gone back until now."""

    source: str
    opd: int
    parts: Parts
    codes: Sequence[Code]
    before: Decimal
    what: str

    def by_code(self) -> list[Code]:
        """The levy that goes back, by account codes; the last share of the bill first."""
        shares = [code.amount for code in self.codes]
        kept, had = fill(shares, self.before - self.parts.revenue), fill(shares, self.before)
        pairs = zip(self.codes, had, kept, strict=True)
        gone = [Code(code.kode_lra, code.kode_lo, full - left) for code, full, left in pairs]
        return [code for code in gone if code.amount]


def from_acquirer(going: Going, day: date) -> Draft:
    """Before RKUD: the acquirer owes us so much less, and we owe the receipts so much less."""
    legs = [*_liability(going)]
    if going.parts.revenue:
        legs.append(debit("undeposited_receipts", going.parts.revenue, opd=going.opd))
    legs.append(credit("acquirer_receivable", going.parts.amount, opd=going.opd))
    return _draft("refund_by_bank", going, day, "Dikembalikan bank sebelum masuk RKUD", legs)


def after_credit(going: Going, day: date) -> Draft:
    """The bank gave back what it had paid out to RKUD already: we owe it that sum; LRA stays."""
    legs = [*_liability(going)]
    legs += [
        debit("revenue_lo", code.amount, opd=going.opd, kode_rekening=code.kode_lo)
        for code in going.by_code()
    ]
    legs.append(credit("acquirer_payable", going.parts.amount, opd=going.opd))
    return _draft("refund_by_bank", going, day, "Dikembalikan bank setelah masuk RKUD", legs)


def restitution(going: Going, day: date, number: str) -> Draft:
    """By SP2D in the year of receipt: revenue is less (PSAP 02), and so is RKUD."""
    legs = [*_liability(going), credit("rk_ppkd", going.parts.amount, opd=going.opd)]
    for code in going.by_code():
        legs += [
            debit("revenue_lo", code.amount, opd=going.opd, kode_rekening=code.kode_lo),
            debit("revenue_lra", code.amount, opd=going.opd, kode_rekening=code.kode_lra),
            credit("sal_change", code.amount, opd=going.opd),
        ]
    return _draft("refund_restitution", going, day, f"Restitusi, SP2D {number}", [*legs, *_rkud(going)])


def prior_year(going: Going, day: date, number: str) -> Draft:
    """By SP2D in a later year: spending from BTT; the revenue of the closed year stays."""
    revenue, opd = going.parts.revenue, going.opd
    legs = [*_liability(going), credit("rk_ppkd", going.parts.amount, opd=opd)]
    if revenue:
        legs += [
            debit("unexpected_expense", revenue, opd=opd),
            debit("unexpected_lra", revenue, opd=opd),
            credit("sal_change", revenue, opd=opd),
        ]
    title = f"Restitusi tahun lalu dari BTT, SP2D {number}"
    return _draft("refund_prior_year", going, day, title, [*legs, *_rkud(going)])


def _liability(going: Going) -> list[Leg]:
    amount = going.parts.liability
    return [debit("payment_liability", amount, opd=going.opd)] if amount else []


def _rkud(going: Going) -> list[Leg]:
    amount, opd = going.parts.amount, going.opd
    return [debit("rk_skpd", amount, opd=opd), credit("rkud", amount, opd=opd)]


def _draft(kind: str, going: Going, day: date, title: str, legs: Sequence[Leg]) -> Draft:
    return Draft(
        kind=kind,
        source=going.source,
        effective_date=day,
        value_date=day,
        description=f"{title}: {going.what}"[:200],
        legs=tuple(legs),
    )
