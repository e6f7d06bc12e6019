from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.reconciliation.conftest import _own_evidence
from tests.tp2dd.secretariat.world import AT, World, build

__all__ = ["_own_evidence"]


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture
def today() -> Iterator[None]:
    """The second of July 2026."""
    with time_machine.travel(AT, tick=False):
        yield
