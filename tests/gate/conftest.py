"""The museum with its gate."""

from __future__ import annotations

import pytest

from tests.gate.cast import Gate, opened
from tests.retribusi.cast import Museum
from tests.retribusi.conftest import museum, now

__all__ = ["gate", "museum", "now"]


@pytest.fixture
def gate(museum: Museum) -> Gate:
    return opened(museum)
