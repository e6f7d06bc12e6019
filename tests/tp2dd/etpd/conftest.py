from __future__ import annotations

import pytest

from tests.reconciliation.conftest import _own_evidence, scene
from tests.tp2dd.etpd.world import World, build

__all__ = ["_own_evidence", "scene"]


@pytest.fixture
def world(db: None) -> World:
    return build()
