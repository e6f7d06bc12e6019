"""The demo's counter: shifts, a late STS and one in time, cash in the drawer; every law covers rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from opd.access import Scope
from opd.office.calendar import WIB
from opd.office.verification import laws
from retribusi.counter import demo, queries
from retribusi.counter.models import Deposit, Shift
from retribusi.counter.verification import LAWS

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=WIB)
EXPECTED = "10 penjualan, 2 STS"


@pytest.fixture
def seeded(seed_demo: Callable[..., list[str]]) -> str:
    return seed_demo(NOW, demo)[-1]


def test_three_shifts_two_deposits_and_every_law_holds(seeded: str) -> None:
    assert seeded == EXPECTED
    assert demo.seed(at=NOW) == "sudah ada"
    assert not Shift.objects.open().exists()
    assert sorted(row.is_late for row in Deposit.objects.all()) == [False, True]
    (held,) = queries.held(Scope(None), at=NOW)
    assert held.amount == 24_000
    assert all(law.check().rows for law in LAWS)
    assert [problem for law in laws() for problem in law.check().problems] == []
