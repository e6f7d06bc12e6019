"""Two of everything at one moment: presses, phones, a closing while selling, two deposits. Real threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from retribusi.counter.errors import CounterError
from retribusi.counter.models import Deposit, Sale, Shift
from retribusi.counter.services import selling
from retribusi.counter.verification import LAWS
from retribusi.models import Ticket
from tests.counter.cast import Desk, problems
from tests.incoming.test_races import together
from tests.retribusi.cast import AT

pytestmark = pytest.mark.django_db(transaction=True)


def trying(deed: Callable[[], Any]) -> Callable[[], Any]:
    """The deed, or the refusal that it met."""

    def run() -> Any:
        try:
            return deed()
        except CounterError as error:
            return error

    return run


def test_four_presses_of_one_form_sell_once(desk: Desk) -> None:
    desk.open()
    basket = desk.basket()
    sales = together(*[lambda: selling.sell(basket=basket, by=desk.officer, at=AT)] * 4)
    assert len({sale.pk for sale in sales}) == 1
    assert (Sale.objects.count(), Ticket.objects.count(), desk.held("br_cash")) == (1, 2, 10_000)


def test_two_phones_open_one_shift_and_sell_two_baskets(desk: Desk) -> None:
    opened = together(desk.open, desk.open)
    assert opened[0] == opened[1]
    together(desk.sell, desk.sell)
    assert (Shift.objects.count(), Sale.objects.count(), desk.held("br_cash")) == (1, 2, 20_000)


def test_a_closing_while_selling_counts_each_sale_or_refuses_it(desk: Desk) -> None:
    shift = desk.open()
    desk.sell()

    def close() -> Shift:
        return desk.close(shift, 10_000, why="dihitung saat masih ada penjualan")

    found = together(close, *[trying(desk.sell)] * 4)
    sold = 1 + sum(isinstance(one, Sale) for one in found)
    closed = Shift.objects.get()
    assert Sale.objects.count() == sold
    assert closed.cash_total == 10_000 * sold
    assert not Sale.objects.filter(in_totals=False).exists()
    assert problems() == []


def test_two_deposits_of_one_shift_at_once_leave_one(desk: Desk) -> None:
    shift = desk.open()
    desk.sell()
    closed = desk.close(shift, 10_000)
    same = [lambda: desk.deposit(closed, key="form:sama:1")] * 2
    other = trying(lambda: desk.deposit(closed, key="form:lain:1"))
    together(*(trying(deed) for deed in same), other)
    assert Deposit.objects.count() == 1
    assert desk.held("deposit_in_transit") == 10_000
    assert problems() == []
    assert all(law.check().rows for law in LAWS if law.name != "counter.reductions")
