"""Two of everything at one moment: claims, an undo, the booking of what is in RKUD. Real threads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from payments.incoming.models import Recognition
from payments.reconciliation import services as reconciliation
from payments.reconciliation.models import Match, SettlementBatch
from retribusi.models import Order, Ticket
from retribusi.walkins.errors import WalkInError
from retribusi.walkins.models import HeadCount
from retribusi.walkins.services import heads
from tests.incoming.test_races import together
from tests.retribusi.cast import AT
from tests.walkins.cast import Gate, problems

pytestmark = pytest.mark.django_db(transaction=True)


def trying(deed: Callable[[], Any]) -> Callable[[], Any]:
    """The deed, or the refusal that it met."""

    def run() -> Any:
        try:
            return deed()
        except WalkInError as error:
            return error

    return run


def test_two_officers_claim_one_credit_once(gate: Gate) -> None:
    payment = gate.credit(30_000)
    deeds = [
        lambda: gate.claim(payment, adults=6, children=0),
        lambda: gate.claim(payment, adults=3, children=5),
        lambda: gate.claim(payment, adults=6, children=0, by=gate.treasurer),
    ]
    found = together(*(trying(deed) for deed in deeds))
    assert sum(isinstance(one, Order) for one in found) == 1
    assert (Order.objects.count(), gate.held("payment_liability")) == (1, 0)
    assert problems() == []


def test_presses_of_one_form_claim_once(gate: Gate) -> None:
    payment = gate.credit()
    orders = together(*[lambda: gate.claim(payment, key="satu-formulir-yang-sama")] * 4)
    assert (len({order.pk for order in orders}), Ticket.objects.count()) == (1, 3)


def test_two_undo_at_once_put_back_once(gate: Gate) -> None:
    payment = gate.credit()
    gate.claim(payment)
    together(*[trying(lambda: gate.undo(payment))] * 3)
    assert Recognition.objects.filter(undone_at__isnull=False).count() == 1
    assert gate.held("payment_liability") == -13_000
    assert problems() == []


@pytest.mark.parametrize("turn", range(3))
def test_a_claim_or_an_undo_beside_the_booking_books_its_revenue_once_or_not_at_all(
    gate: Gate, turn: int
) -> None:
    payments = [gate.credit(), gate.credit()]
    gate.claim(payments[1])
    gate.settle(*payments)
    assert Match.objects.filter(revenue_journal__isnull=False).count() == 1
    second = [gate.credit(at=AT + timedelta(hours=1)), gate.credit(at=AT + timedelta(hours=1))]
    gate.claim(second[1], at=AT + timedelta(hours=2))

    def book() -> None:
        reconciliation.reconcile(file_id=None, at=AT + timedelta(hours=3))

    day = (AT + timedelta(days=1)).date()
    gate.settle(*second, day=day)
    assert SettlementBatch.objects.exclude(credited_on=None).count() == 2
    together(
        book,
        trying(lambda: gate.claim(second[0], at=AT + timedelta(hours=3))),
        trying(lambda: gate.claim(payments[0], at=AT + timedelta(hours=3))),
        trying(lambda: gate.undo(second[1], at=AT + timedelta(hours=3))),
        book,
    )
    assert Match.objects.filter(revenue_journal__isnull=False).count() == 4
    assert (gate.held("payment_liability"), gate.held("undeposited_receipts")) == (0, 0)
    assert problems() == []


def test_two_counts_of_one_hour_leave_one(gate: Gate) -> None:
    def count(number: int) -> Callable[[], Any]:
        return trying(lambda: heads.count(
            point=gate.museum.point, day=AT.date(), hour=9, heads=number, note="", by=gate.officer, at=AT
        ))  # fmt: skip

    together(count(12), count(12), count(15))
    assert HeadCount.objects.count() == 1
