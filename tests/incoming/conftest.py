"""A world for each test; the bank answers in memory unless a test takes the wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from payments.incoming import registry
from payments.snap import client
from tests.incoming.bank import Bank
from tests.incoming.world import KIND, Things, World, in_memory, make_account, make_opd, make_partner


@pytest.fixture
def things() -> Iterator[Things]:
    kind = Things()
    registry.register(KIND, kind)
    yield kind
    registry.unregister(KIND)


@pytest.fixture
def world(db: None, things: Things, monkeypatch: pytest.MonkeyPatch) -> World:
    opd, partner, bank = make_opd(), make_partner(), Bank()
    things.opd_id = opd.pk
    monkeypatch.setattr(client, "call", in_memory(bank))
    return World(opd, partner, make_account(partner, opd), things, bank)
