from __future__ import annotations

import pytest

from tests.emoney.world import World, build
from tests.reconciliation.conftest import _own_evidence

__all__ = ["_own_evidence"]


@pytest.fixture
def world(db: None) -> World:
    return build()
