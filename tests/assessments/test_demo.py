"""The demo's SKRD: each state is there, one is late with its STRD, and every law of the product holds."""

from __future__ import annotations

from collections import Counter
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
from retribusi.assessments import demo
from retribusi.assessments.models import Letter, Skrd
from retribusi.assessments.verification import LAWS
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


def test_skrd_in_each_state_and_every_law_holds(seeded: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert seeded == "9 SKRD"
        assert demo.seed(at=NOW) == "sudah ada"
        states = Counter(row.state.value for row in Skrd.objects.with_standing())
        assert states == {"standing": 7, "paid": 1, "replaced": 1}
        assert sorted(letter.kind for letter in Letter.objects.all()) == ["strd", "teguran"]
        assert [law.name for law in LAWS if not law.check().rows] == []
        assert [problem for law in laws() for problem in law.check().problems] == []
