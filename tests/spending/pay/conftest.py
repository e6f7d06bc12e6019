"""A world for each test; the bank answers in memory unless a test takes the wire."""

from __future__ import annotations

import pytest

from payments.snap import client
from tests.spending.pay.bank import Bank, in_memory
from tests.spending.pay.world import World, build


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    bank = Bank()
    monkeypatch.setattr(client, "call", in_memory(bank))
    return build(bank)
