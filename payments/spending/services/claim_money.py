"""What an SP2D does to money: purses, spends and books, in the transaction of ``claims.pay_claim``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from opd.models import User
from opd.planning.services import (
    BudgetError,
    PurseKind,
    grow_purse,
    name_document,
    restore_purse,
    shrink_purse,
)
from payments.ledger import services as ledger
from payments.spending import postings
from payments.spending.claim_rules import full_label, is_nihil
from payments.spending.errors import SpendError
from payments.spending.models import Claim, ClaimKind, Spend
from payments.spending.services.closing import first_open_day
from payments.spending.services.payments import pay_direct
from payments.spending.services.spends import pass_spends


class ClaimError(SpendError):
    """The claim can't take this step; nothing was changed. The message is for the screen."""


def received_key(claim: Claim) -> str:
    """The key of the journal that brings a claim's money."""
    return f"claim:{claim.pk}:received"


def move(claim: Claim, number: str, *, by: User, at: datetime) -> None:
    """Spends are passed or paid, the purse moves, the money arrives; ``number`` is the SP2D's."""
    assert claim.sp2d_date is not None  # the step has set it
    spend_ids = [line.spend_id for line in claim.lines.order_by("spend_id")]
    if claim.kind == ClaimKind.LS:
        _pay_directly(claim, number, by=by, at=at)
        return
    if spend_ids:
        pass_spends(spend_ids=spend_ids, claim=claim, on=claim.sp2d_date, by=by, at=at)
    effective = first_open_day(claim.opd_id, claim.sp2d_date)  # the books' turn comes before the purse
    _move_purse(claim, has_lines=bool(spend_ids), by=by, at=at)
    if not is_nihil(claim.kind, has_lines=bool(spend_ids)):
        _post_received(claim, effective, by=by, at=at)


def _pay_directly(claim: Claim, number: str, *, by: User, at: datetime) -> None:
    assert claim.sp2d_date is not None
    for spend in Spend.objects.filter(claim_lines__claim=claim).order_by("pk"):
        pay_direct(spend_id=spend.pk, claim_id=claim.pk, sp2d_date=claim.sp2d_date, by=by, at=at)
        name_document(key=spend.hold_key, document_number=number, by=by, at=at)


def _move_purse(claim: Claim, *, has_lines: bool, by: User, at: datetime) -> None:
    facts: dict[str, Any] = {
        "opd_id": claim.opd_id, "year": claim.year, "amount": claim.amount, "by": by, "at": at,
        "reason": f"SP2D-{full_label(claim.kind, has_lines=has_lines)}",
    }  # fmt: skip
    key = f"claim:{claim.pk}"
    try:
        if claim.kind == ClaimKind.UP:
            grow_purse(kind=PurseKind.UP_CASH, key=f"{key}:up", **facts)
        elif claim.kind == ClaimKind.GU:
            restore_purse(kind=PurseKind.UP_CASH, key=f"{key}:gu", **facts)
        elif is_nihil(claim.kind, has_lines=has_lines):
            kind = PurseKind.TU if claim.kind == ClaimKind.TU else PurseKind.UP_CASH
            restore_purse(kind=kind, key=f"{key}:passed", **facts)
            shrink_purse(kind=kind, key=f"{key}:closed", **facts)
        elif claim.kind == ClaimKind.TU:
            grow_purse(kind=PurseKind.TU, key=f"{key}:tu", **facts)
    except BudgetError as error:
        raise ClaimError(f"{error} SP2D belum dicatat.") from error


def _post_received(claim: Claim, effective: date, *, by: User, at: datetime) -> None:
    assert claim.sp2d_date is not None
    draft = postings.fund_received(
        source=f"claim:{claim.pk}",
        opd=claim.opd_id,
        amount=claim.amount,
        description=f"SP2D-{claim.get_kind_display()} diterima: {claim.purpose}",
        effective=effective,
        value=claim.sp2d_date,
    )
    ledger.post(draft, key=received_key(claim), by=by, at=at)
