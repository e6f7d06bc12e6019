"""The demo's gate: two phones, three days of entries, one conflict; every law covers rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from opd.office.calendar import WIB
from opd.office.verification import laws
from retribusi.gate import demo
from retribusi.gate.models import Entry
from retribusi.gate.verification import LAWS

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=WIB)


@pytest.fixture
def seeded(seed_demo: Callable[..., list[str]]) -> str:
    return seed_demo(NOW, demo)[-1]


def test_three_days_one_conflict_and_every_law_holds(seeded: str) -> None:
    assert seeded.startswith("2 perangkat")
    assert demo.seed(at=NOW) == "sudah ada"
    assert Entry.objects.conflicts().count() == 1
    assert Entry.objects.filter(outcome="forged").count() == demo.DAYS
    assert all(law.check().rows for law in LAWS)
    assert [problem for law in laws() for problem in law.check().problems] == []
