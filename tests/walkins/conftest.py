"""The museum with money of its printed QRIS, its officer, its treasurer, Kuasa BUD and an auditor."""

from __future__ import annotations

import pytest

from tests.retribusi.cast import Museum
from tests.retribusi.conftest import museum, now
from tests.walkins.cast import Gate, staffed

__all__ = ["gate", "museum", "now"]


@pytest.fixture
def gate(museum: Museum) -> Gate:
    return staffed(museum)
