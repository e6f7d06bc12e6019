"""The ``bank`` fixture, for every room whose tests need a bank that really answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.running import Bank, running_bank


@pytest.fixture(scope="session")
def _running_bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    with running_bank(tmp_path_factory.mktemp("bank")) as bank:
        yield bank


@pytest.fixture
def bank(_running_bank: Bank) -> Iterator[Bank]:
    """The running sandbox bank, one for all tests of a worker; nothing is forwarded after each."""
    yield _running_bank
    _running_bank.app.forward_to = None
