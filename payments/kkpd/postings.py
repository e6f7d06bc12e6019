"""The journal of a bill that is paid (nothing here reads or writes): rupiah, WIB days.

The DPT made the debt (Utang Belanja KKPD) as it passed each charge; paying the issuer ends it, per code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from payments.ledger.services import Draft, credit, debit


def paid_key(bill_id: UUID) -> str:
    return f"card_bill:{bill_id}:paid"


def bill_paid(
    *,
    bill_id: UUID,
    opd_id: int,
    number: str,
    sums: Mapping[str, Decimal],
    effective: date,
    value: date,
) -> Draft:
    """Dr kkpd_payable per kode rekening, Cr bp_bank the sum."""
    total = sum(sums.values(), Decimal(0))
    debts = (debit("kkpd_payable", sums[code], opd=opd_id, kode_rekening=code) for code in sorted(sums))
    legs = (*debts, credit("bp_bank", total, opd=opd_id))
    words = f"Pelunasan tagihan KKPD {number}"
    return Draft("card_bill_paid", f"card_bill:{bill_id}", effective, value, words, legs)
