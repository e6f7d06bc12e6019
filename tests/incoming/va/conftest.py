"""A desk for each test: a bank with credentials, an account with a prefix, bills to pay."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from payments.incoming import registry
from tests.incoming.va.teller import PREFIX, Bills, Desk
from tests.incoming.world import KIND, make_account, make_opd
from tests.snap.bank import Bank, add_partner


@pytest.fixture
def bills() -> Iterator[Bills]:
    kind = Bills()
    registry.register(KIND, kind)
    yield kind
    registry.unregister(KIND)


@pytest.fixture
def desk(db: None, bills: Bills) -> Desk:
    opd, partner = make_opd(), add_partner("bank-va")
    bills.opd_id = opd.pk
    account = make_account(partner, opd, va_prefix=PREFIX)
    return Desk(opd, account, bills, Bank(partner))
