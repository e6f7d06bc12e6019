"""The demo's SKRD: each state is there, one is late with its STRD, and every law of the product holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

import pytest
import time_machine

from opd.office.calendar import WIB
from opd.office.verification import laws
from retribusi.assessments import demo
from retribusi.assessments.models import Letter, Skrd
from retribusi.assessments.verification import LAWS

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=WIB)


@pytest.fixture
def seeded(seed_demo: Callable[..., list[str]]) -> str:
    return seed_demo(NOW, demo)[-1]


def test_skrd_in_each_state_and_every_law_holds(seeded: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert seeded == "9 SKRD"
        assert demo.seed(at=NOW) == "sudah ada"
        states = Counter(row.state.value for row in Skrd.objects.with_standing())
        assert states == {"standing": 7, "paid": 1, "replaced": 1}
        assert sorted(letter.kind for letter in Letter.objects.all()) == ["strd", "teguran"]
        assert [law.name for law in LAWS if not law.check().rows] == []
        assert [problem for law in laws() for problem in law.check().problems] == []
