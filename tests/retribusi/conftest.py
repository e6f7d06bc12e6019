"""A museum for each test, at ten in the morning; the bank answers in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from payments.snap import client
from retribusi.models import TariffItem
from tests.incoming.bank import Bank
from tests.incoming.world import in_memory, make_account, make_opd, make_partner
from tests.retribusi.cast import AT, Museum, make_point, make_tariff


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def museum(db: None, now: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> Museum:
    opd, partner, bank = make_opd(), make_partner(), Bank()
    monkeypatch.setattr(client, "call", in_memory(bank))
    point = make_point(opd, make_account(partner, opd))
    adult = make_tariff(point, "Dewasa", 5000, name_en="Adult")
    child = make_tariff(point, "Anak", 3000, name_en="Child", category=TariffItem.Category.CHILD, position=2)
    return Museum(opd, partner, point, adult, child, bank)
