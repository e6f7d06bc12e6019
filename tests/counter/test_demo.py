"""The demo's counter: shifts, a late STS and one in time, cash in the drawer; every law covers rows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from opd import demo as people
from opd.access import Scope
from opd.office.calendar import WIB
from opd.office.verification import laws
from payments.snap import demo as banking
from retribusi import demo as levies
from retribusi.counter import demo, queries
from retribusi.counter.models import Deposit, Shift
from retribusi.counter.verification import LAWS
from tests.retribusi.demo_bank import offer_demo_bank

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=WIB)
EXPECTED = "10 penjualan, 2 STS"


@pytest.fixture
def seeded(db: None, tmp_path: Path, settings: Settings) -> str:
    offer_demo_bank(settings, tmp_path)
    with time_machine.travel(NOW, tick=False):
        people.seed(at=NOW)
        banking.seed(at=NOW)
        levies.seed(at=NOW)
        return demo.seed(at=NOW)


def test_three_shifts_two_deposits_and_every_law_holds(seeded: str) -> None:
    assert seeded == EXPECTED
    assert demo.seed(at=NOW) == "sudah ada"
    assert not Shift.objects.open().exists()
    assert sorted(row.is_late for row in Deposit.objects.all()) == [False, True]
    (held,) = queries.held(Scope(None), at=NOW)
    assert held.amount == 24_000
    assert all(law.check().rows for law in LAWS)
    assert [problem for law in laws() for problem in law.check().problems] == []
