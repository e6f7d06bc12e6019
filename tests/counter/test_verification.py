"""Break each law of the counter and see verify find it."""

from __future__ import annotations

import pytest
from django.db import connection

from retribusi.counter.verification import LAWS
from tests.counter.cast import Desk, without_guards

BREAK = {
    "counter.booked": "UPDATE retribusi_orderline SET quantity = 3; UPDATE retribusi_order SET total = 15000",
    "counter.cash_held": "UPDATE counter_shift SET deposit_id = NULL",
    "counter.closed_totals": "UPDATE counter_shift SET cash_total = 1, explanation = 'rusak'",
    "counter.deposits": "UPDATE counter_deposit SET amount = 1",
    "counter.in_transit": "UPDATE counter_deposit SET amount = 1",
    "counter.reductions": "UPDATE counter_reduction SET usual_amount = 1",
    "counter.guards": "ALTER TABLE counter_shift DISABLE TRIGGER counter_shift_guard",
}


@pytest.mark.parametrize("name", BREAK)
def test_each_law_covers_rows_and_finds_its_breach(desk: Desk, name: str) -> None:
    shift = desk.open()
    desk.sell(reduced={desk.museum.child.pk: 2}, ground="pelajar", note="SDN contoh")
    desk.deposit(desk.close(shift, 13_000))
    law = next(law for law in LAWS if law.name == name)
    whole = law.check()
    assert whole.rows > 0
    assert not whole.problems
    if name == "counter.guards":
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {BREAK[name]}")
    else:
        without_guards(BREAK[name])
    assert law.check().problems


def test_every_law_has_its_breach() -> None:
    assert {law.name for law in LAWS} == set(BREAK)
