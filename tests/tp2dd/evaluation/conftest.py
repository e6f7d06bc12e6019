from __future__ import annotations

import pytest

from tests.reconciliation.conftest import _own_evidence
from tests.tp2dd.evaluation.world import World, build

__all__ = ["_own_evidence"]


@pytest.fixture
def world(db: None) -> World:
    return build()
