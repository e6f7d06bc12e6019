"""The staffed museum, with printed tickets in stock."""

from __future__ import annotations

import pytest

from tests.counter.cast import Desk
from tests.counter.conftest import desk, museum, now
from tests.karcis.cast import Drawer, stocked

__all__ = ["desk", "drawer", "museum", "now"]


@pytest.fixture
def drawer(desk: Desk) -> Drawer:
    return stocked(desk)
