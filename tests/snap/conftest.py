"""A bank that our tables know."""

from __future__ import annotations

import pytest

from payments.snap import registry
from tests.snap.bank import Bank, add_partner


@pytest.fixture
def bank(db: None) -> Bank:
    return Bank(add_partner())


@pytest.fixture(autouse=True)
def _nobody_else_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages of these tests go to no other room."""
    monkeypatch.setattr(registry, "_handlers", {})
