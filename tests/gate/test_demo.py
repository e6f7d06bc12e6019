"""The demo's gate: two phones, three days of entries, one conflict; every law covers rows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from opd import demo as people
from opd.office.calendar import WIB
from opd.office.verification import laws
from payments.snap import demo as banking
from retribusi import demo as levies
from retribusi.gate import demo
from retribusi.gate.models import Entry
from retribusi.gate.verification import LAWS
from tests.retribusi.demo_bank import offer_demo_bank

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=WIB)


@pytest.fixture
def seeded(db: None, tmp_path: Path, settings: Settings) -> str:
    offer_demo_bank(settings, tmp_path)
    with time_machine.travel(NOW, tick=False):
        people.seed(at=NOW)
        banking.seed(at=NOW)
        levies.seed(at=NOW)
        return demo.seed(at=NOW)


def test_three_days_one_conflict_and_every_law_holds(seeded: str) -> None:
    assert seeded.startswith("2 perangkat")
    assert demo.seed(at=NOW) == "sudah ada"
    assert Entry.objects.conflicts().count() == 1
    assert Entry.objects.filter(outcome="forged").count() == demo.DAYS
    assert all(law.check().rows for law in LAWS)
    assert [problem for law in laws() for problem in law.check().problems] == []
