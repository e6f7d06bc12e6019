"""The demo's printed QRIS: claims, a wrong one, money that waits, a counted week, cases; laws cover rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from opd.access import Scope
from opd.office.calendar import WIB
from opd.office.verification import laws
from payments.reconciliation import demo as files
from retribusi.counter import demo as counter
from retribusi.walkins import clock, demo, gaps, queries
from retribusi.walkins.models import PhantomCase
from retribusi.walkins.verification import LAWS

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=WIB)


@pytest.fixture
def seeded(seed_demo: Callable[..., list[str]]) -> str:
    return seed_demo(NOW, counter, demo, files)[2]


def test_the_week_is_told_and_every_law_holds(seeded: str) -> None:
    assert seeded == "5 klaim, 8 hitungan, 3 kasus"
    assert demo.seed(at=NOW) == "sudah ada"
    today, all_ = NOW.date(), Scope(None)
    waiting = queries.credits(all_, first=today - timedelta(days=6), last=today)
    assert sorted(waiting.values_list("amount", flat=True)) == [demo.UNFIT, demo.FITS]
    counted = [row for row in gaps.gaps(all_, first=today - gaps.SPAN, last=today) if row.heads is not None]
    assert len(counted) == 7
    assert gaps.missing(counted) == sum(demo.WEEK)
    assert sorted(PhantomCase.objects.values_list("state", flat=True)) == ["closed", "open", "open"]
    assert clock.pace(all_, first=today - gaps.SPAN, last=today, at=NOW)
    assert all(law.check().rows for law in LAWS)
    assert [problem for law in laws() for problem in law.check().problems] == []
