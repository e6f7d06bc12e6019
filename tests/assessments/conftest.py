"""The museum with a receiving treasurer, its head, and two stall tenants."""

from __future__ import annotations

import pytest

from tests.assessments.cast import Office, staffed
from tests.retribusi.cast import Museum
from tests.retribusi.conftest import museum, now

__all__ = ["museum", "now", "office"]


@pytest.fixture
def office(museum: Museum) -> Office:
    return staffed(museum)
