"""End to end: one ``up`` for the whole run, started as a subprocess."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import site

HERE = Path(__file__).resolve().parent


@pytest.hookimpl(trylast=True)  # after pytest-django, which puts tests without a database last
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """End-to-end tests go first: together they take longest, and they share one site (see the scheduler)."""
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.e2e)
    items[:] = [*ours, *(item for item in items if item not in set(ours))]


@pytest.fixture(scope="session")
def running_up() -> Iterator[site.Site]:
    """A site with demo data and the sandbox bank: addresses, accounts, and ``manage(...)``."""
    with site.running() as running:
        yield running
