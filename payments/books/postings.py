"""The journals of the books, as drafts. Pure: rupiah in, legs out; debit positive."""

from __future__ import annotations

from payments.books.models import CashKind, CashMovement
from payments.books.shelf import BANK, CASH
from payments.ledger.services import Draft, Leg, credit, debit

KINDS = {
    CashKind.WITHDRAWN: "cash_withdrawn",
    CashKind.DEPOSITED: "cash_deposited",
    CashKind.ADVANCE: "advance_given",
    CashKind.SPENT: "advance_settled",
    CashKind.RETURNED: "advance_settled",
    CashKind.FUND_BACK: "fund_returned",
}


def cash_draft(row: CashMovement) -> Draft:
    """The journal of a cash movement.

    Panjar that was spent passes through the safe: its cash spends are booked from there, so that spending is
    never counted twice. A fund that goes back mirrors its receipt: RK-PPKD here, RKUD at the BUD.
    """
    return Draft(
        KINDS[CashKind(row.kind)],
        f"cash:{row.pk}",
        row.effective_date,
        row.moved_date,
        f"{row.get_kind_display()}: {row.reason}"[:300],
        tuple(_legs(row)),
    )


def _legs(row: CashMovement) -> list[Leg]:
    amount, opd, memo = row.amount, row.opd_id, row.reference
    place = BANK if row.in_bank else CASH
    debited, credited = {
        CashKind.WITHDRAWN: (CASH, BANK),
        CashKind.DEPOSITED: (BANK, CASH),
        CashKind.ADVANCE: ("work_advance", place),
        CashKind.SPENT: (CASH, "work_advance"),
        CashKind.RETURNED: (place, "work_advance"),
        CashKind.FUND_BACK: ("rk_ppkd", BANK),
    }[CashKind(row.kind)]
    legs = [debit(debited, amount, opd=opd, memo=memo), credit(credited, amount, opd=opd, memo=memo)]
    if row.kind == CashKind.FUND_BACK:
        legs += [debit("rkud", amount, opd=opd, memo=memo), credit("rk_skpd", amount, opd=opd, memo=memo)]
    return legs
