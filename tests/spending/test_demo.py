"""The demo's spending: every channel and state, through the services, lawful."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from opd import demo as cast
from opd.planning import demo as budget
from payments.spending import demo
from payments.spending.models import Channel, Source, Spend, SpendState
from tests.spending.laws import broken

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


def test_a_month_of_spending_in_every_channel_and_state_is_lawful(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    cast.seed(at=AT)
    budget.seed(at=AT)
    said = demo.seed(at=AT)
    assert said.startswith("26 belanja")
    assert demo.seed(at=AT) == "sudah ada"
    assert set(Spend.objects.values_list("state", flat=True)) == set(SpendState.values)
    channels = {str(one) for one in (Channel.CMS, Channel.QRIS, Channel.CASH)}
    assert set(Spend.objects.values_list("channel", flat=True)) == channels
    assert set(Spend.objects.values_list("source", flat=True)) == {str(Source.UP), str(Source.LS)}
    assert broken() == []
