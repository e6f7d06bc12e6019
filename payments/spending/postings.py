"""The journals of spending, as drafts (nothing here reads or writes): amounts are rupiah, days are WIB.

Moments: beban when the treasurer pays, belanja-LRA when SP2D passes it; an LS is both at once (PP 71/2010
PSAP 02 and 12; see the posting rules of the ledger for each account's legal basis).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from payments.ledger.services import Draft, Leg, credit, debit
from payments.spending.rules import is_capital


@dataclass(frozen=True)
class Tax:
    """A tax withheld: its name and amount."""

    name: str
    amount: Decimal


@dataclass(frozen=True)
class Facts:
    """What a journal says of a spend. ``effective`` is its day in the books, ``value`` the real day."""

    source: str
    opd: int
    kode_rekening: str
    gross: Decimal
    description: str
    effective: date
    value: date
    taxes: Sequence[Tax] = ()

    @property
    def net(self) -> Decimal:
        return self.gross - sum((tax.amount for tax in self.taxes), Decimal(0))

    @property
    def expense(self) -> str:
        return "capital_asset" if is_capital(self.kode_rekening) else "spending_expense"


def cash_role(source: str, channel: str) -> str:
    """The account that a paid spend leaves from."""
    if source == "kkpd":
        return "kkpd_payable"
    if source == "ls":
        return "rk_ppkd"
    return {"cms": "bp_bank", "qris": "bp_bank", "cash": "bp_cash", "emoney": "emoney_advance"}[channel]


def paid(facts: Facts, *, role: str) -> Draft:
    """Paid by the treasurer, or charged to the card: Dr expense gross, Cr ``role`` net, Cr each tax."""
    opd, code = facts.opd, facts.kode_rekening
    taxes = [_tax("tax_payable", facts, tax) for tax in facts.taxes]
    legs = [
        debit(facts.expense, facts.gross, opd=opd, kode_rekening=code),
        credit(role, facts.net, opd=opd, kode_rekening=code),
        *taxes,
    ]
    if role == "kkpd_payable":
        return _draft("spending_charged", facts, "Belanja dengan kartu", legs)
    return _draft("spending_paid", facts, "Belanja", legs)


def paid_direct(facts: Facts) -> Draft:
    """LS: BUD pays net to the payee and the taxes to the state, all from RKUD; belanja-LRA at once."""
    opd, code = facts.opd, facts.kode_rekening
    legs = [
        debit(facts.expense, facts.gross, opd=opd, kode_rekening=code),
        credit("rk_ppkd", facts.net, opd=opd),
        *(_tax("rk_ppkd", facts, tax) for tax in facts.taxes),
        debit("rk_skpd", facts.gross, opd=opd),
        credit("rkud", facts.gross, opd=opd),
        *_passed_legs(facts, facts.gross),
    ]
    return _draft("spending_direct", facts, "Belanja LS", legs)


def passed(facts: Facts) -> Draft:
    """SP2D GU, TU or GU-KKPD passes what was spent: belanja-LRA."""
    return _draft("spending_passed", facts, "Pengesahan belanja", _passed_legs(facts, facts.gross))


def refunded(facts: Facts, *, role: str) -> Draft:
    """The payee gave ``gross`` back before SP2D passed it: into the account it came from."""
    opd, code = facts.opd, facts.kode_rekening
    legs = [
        debit(role, facts.gross, opd=opd, kode_rekening=code),
        credit(facts.expense, facts.gross, opd=opd, kode_rekening=code),
    ]
    return _draft("spending_refunded", facts, "Pengembalian belanja", legs)


def refunded_to_rkud(facts: Facts) -> Draft:
    """The payee gave ``gross`` back after SP2D: into RKUD, against expense and belanja-LRA of this year."""
    opd, code = facts.opd, facts.kode_rekening
    legs = [
        debit("rk_ppkd", facts.gross, opd=opd),
        credit(facts.expense, facts.gross, opd=opd, kode_rekening=code),
        debit("rkud", facts.gross, opd=opd),
        credit("rk_skpd", facts.gross, opd=opd),
        debit("sal_change", facts.gross, opd=opd),
        credit("spending_lra", facts.gross, opd=opd, kode_rekening=code),
    ]
    return _draft("spending_refunded", facts, "Pengembalian belanja ke RKUD", legs)


def tax_deposited(facts: Facts, tax: Tax) -> Draft:
    """The treasurer paid a withheld tax to the state."""
    opd, code = facts.opd, facts.kode_rekening
    legs = [
        debit("tax_payable", tax.amount, opd=opd, kode_rekening=code, memo=tax.name),
        credit("bp_bank", tax.amount, opd=opd, kode_rekening=code),
    ]
    return _draft("tax_deposited", facts, f"Setoran {tax.name}", legs)


def fund_received(
    *, source: str, opd: int, amount: Decimal, description: str, effective: date, value: date
) -> Draft:
    """UP, GU or TU arrives: Dr the treasurer's account, Cr RK-PPKD; in BUD's book Dr RK-SKPD, Cr RKUD."""
    legs = (
        debit("bp_bank", amount, opd=opd),
        credit("rk_ppkd", amount, opd=opd),
        debit("rk_skpd", amount, opd=opd),
        credit("rkud", amount, opd=opd),
    )
    return Draft("fund_received", source, effective, value, description[:200], legs)


def fund_returned(
    *, source: str, opd: int, amount: Decimal, description: str, effective: date, value: date
) -> Draft:
    """The rest of UP or TU goes back to RKUD: the mirror of ``fund_received``."""
    legs = (
        debit("rk_ppkd", amount, opd=opd),
        credit("bp_bank", amount, opd=opd),
        debit("rkud", amount, opd=opd),
        credit("rk_skpd", amount, opd=opd),
    )
    return Draft("fund_returned", source, effective, value, description[:200], legs)


def _passed_legs(facts: Facts, amount: Decimal) -> list[Leg]:
    return [
        debit("spending_lra", amount, opd=facts.opd, kode_rekening=facts.kode_rekening),
        credit("sal_change", amount, opd=facts.opd),
    ]


def _tax(role: str, facts: Facts, tax: Tax) -> Leg:
    code = facts.kode_rekening if role == "tax_payable" else ""
    return credit(role, tax.amount, opd=facts.opd, kode_rekening=code, memo=tax.name)


def _draft(kind: str, facts: Facts, what: str, legs: Sequence[Leg]) -> Draft:
    description = f"{what}: {facts.description}"[:200]
    return Draft(kind, facts.source, facts.effective, facts.value, description, tuple(legs))
