"""The museum with its officer, its receiving treasurer and Kuasa BUD."""

from __future__ import annotations

import pytest

from tests.counter.cast import Desk, staffed
from tests.retribusi.cast import Museum
from tests.retribusi.conftest import museum, now

__all__ = ["desk", "museum", "now"]


@pytest.fixture
def desk(museum: Museum) -> Desk:
    return staffed(museum)
