"""The journals of the books, as drafts. Pure: rupiah in, legs out; debit positive."""

from __future__ import annotations

from payments.books.models import CashKind, CashMovement
from payments.books.shelf import BANK, CASH
from payments.ledger.services import Draft, Leg, credit, debit
from payments.spending.postings import fund_returned

KINDS = {
    CashKind.WITHDRAWN: "cash_withdrawn",
    CashKind.DEPOSITED: "cash_deposited",
    CashKind.ADVANCE: "advance_given",
    CashKind.SPENT: "advance_settled",
    CashKind.RETURNED: "advance_settled",
}


def cash_draft(row: CashMovement) -> Draft:
    """The journal of a cash movement.

    Panjar that was spent passes through the safe: its cash spends are booked from there, so that spending is
    never counted twice. A fund that goes back mirrors its receipt: RK-PPKD here, RKUD at the BUD.
    """
    if row.kind == CashKind.FUND_BACK:
        return fund_returned(
            source=f"cash:{row.pk}", opd=row.opd_id, amount=row.amount, description=row.reason,
            effective=row.effective_date, value=row.moved_date,
        )  # fmt: skip
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
    }[CashKind(row.kind)]
    return [debit(debited, amount, opd=opd, memo=memo), credit(credited, amount, opd=opd, memo=memo)]
