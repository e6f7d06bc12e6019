"""The journals of this room, as drafts. Pure. An advance is no spending: only money at another place.

Source: Permendagri 77/2020 (uang panjar tetap kas di bendahara sampai dipertanggungjawabkan).
"""

from __future__ import annotations

from datetime import date

from payments.emoney.models import Return, TopUp
from payments.ledger.services import Draft, credit, debit


def topped_up(row: TopUp, *, effective: date) -> Draft:
    """Dr the advance on cards, Cr the treasurer's bank account."""
    opd, memo = row.card.opd_id, row.card.masked
    return Draft(
        kind="emoney_topped_up",
        source=row.key,
        effective_date=effective,
        value_date=row.paid_date,
        description=f"Isi ulang kartu {memo}, rujukan {row.reference_no}",
        legs=(
            debit("emoney_advance", row.amount, opd=opd, memo=memo),
            credit("bp_bank", row.amount, opd=opd, memo=memo),
        ),
    )


def returned(row: Return, *, effective: date) -> Draft:
    """The mirror: what came back to the treasurer's account is no advance any more."""
    opd, memo = row.card.opd_id, row.card.masked
    return Draft(
        kind="emoney_returned",
        source=row.key,
        effective_date=effective,
        value_date=row.paid_date,
        description=f"{row.get_kind_display()} kartu {memo}, rujukan {row.reference_no}",
        legs=(
            debit("bp_bank", row.amount, opd=opd, memo=memo),
            credit("emoney_advance", row.amount, opd=opd, memo=memo),
        ),
    )
