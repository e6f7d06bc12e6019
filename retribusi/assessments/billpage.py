"""What the public page of a SKRD shows: a phase, the debt to pay next, and money that did not settle."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from opd.office.calendar import day_of
from opd.office.rules import value
from retribusi import paypage
from retribusi.assessments import queries
from retribusi.assessments.models import Debt, Skrd
from retribusi.assessments.payable import KIND, lapse_of
from retribusi.assessments.queries import DebtView
from retribusi.models import Order
from retribusi.paypage import MoneyNote, notes_for


class Phase(StrEnum):
    """``unpaid`` has no QR that counts; the other words are those of an order's payment page."""

    VOID = "void"
    PAID = "paid"
    LAPSED = "lapsed"
    UNPAID = "unpaid"
    WAITING = "waiting"
    TIMED_OUT = "timed_out"
    PREPARING = "preparing"
    REFUSED = "refused"


_OF_REQUEST = {
    paypage.Phase.WAITING: Phase.WAITING,
    paypage.Phase.TIMED_OUT: Phase.TIMED_OUT,
    paypage.Phase.PREPARING: Phase.PREPARING,
    paypage.Phase.REFUSED: Phase.REFUSED,
}


@dataclass(frozen=True)
class Standing:
    """What polling asks; ``tag`` changes exactly when the page does."""

    phase: Phase
    tag: str


@dataclass(frozen=True)
class BillPage:
    """``next`` is the debt to pay now, None where there is none; amounts in rupiah as of ``day``."""

    skrd: Skrd
    debts: list[DebtView]
    next: DebtView | None
    phase: Phase
    tag: str
    day: date
    money: list[MoneyNote]
    most_by_qris: Decimal

    @property
    def paid(self) -> list[DebtView]:
        return [view for view in self.debts if view.debt.is_paid]

    @property
    def fits_qris(self) -> bool:
        return self.next is not None and self.next.total <= self.most_by_qris


def page(skrd: Skrd, *, at: datetime) -> BillPage:
    """The whole page at an instant; a handful of queries, however many instalments."""
    day = day_of(at)
    views = queries.debts_of(skrd, on=day)
    following = next((view for view in views if not view.debt.is_paid), None)
    stands = _standing(skrd, [view.debt for view in views], at)
    return BillPage(
        skrd=skrd, debts=views, next=following if skrd.document.voided_at is None else None,
        phase=stands.phase, tag=stands.tag, day=day, money=money_notes(skrd),
        most_by_qris=Decimal(value("qris.max_amount", day)),
    )  # fmt: skip


def standing(skrd: Skrd, *, at: datetime) -> Standing:
    """The phase and the tag of ``page`` by at most three queries; ``skrd`` comes with its document."""
    rows = Debt.objects.current().filter(skrd=skrd).select_related("request").order_by("position")
    return _standing(skrd, list(rows), at)


def _standing(skrd: Skrd, debts: Sequence[Debt], at: datetime) -> Standing:
    """``debts``: what stands of the SKRD, in order."""
    day = day_of(at)
    following = next((debt for debt in debts if not debt.is_paid), None)
    phase = _phase(skrd, following, day, at)
    return Standing(phase, _tag(skrd, debts, phase, day))


def _phase(skrd: Skrd, following: Debt | None, day: date, at: datetime) -> Phase:
    if skrd.document.voided_at:
        return Phase.VOID
    if following is None:
        return Phase.PAID
    if day > lapse_of(following):
        return Phase.LAPSED
    request = following.request
    if request is None:
        return Phase.UNPAID
    found = paypage.phase_of(Order.State.OPEN, request.state, request.expires_at, at)
    return _OF_REQUEST.get(found, Phase.UNPAID)


def _tag(skrd: Skrd, debts: Sequence[Debt], phase: Phase, day: date) -> str:
    parts = [f"{phase}|{day}|{skrd.document.voided_at}"]
    for debt in debts:
        request = debt.request
        asked = f"{request.state}|{request.partner_reference_no}" if request else ""
        parts.append(f"{debt.pk}|{debt.version}|{debt.paid_at}|{asked}")
    return hashlib.sha256(";".join(parts).encode()).hexdigest()[:12]


def money_notes(skrd: Skrd) -> list[MoneyNote]:
    """Payments for this SKRD of which something is kept as titipan, oldest first."""
    keys = [str(pk) for pk in Debt.objects.filter(skrd=skrd).values_list("pk", flat=True)]
    return notes_for(KIND, keys)
