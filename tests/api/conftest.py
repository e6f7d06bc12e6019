from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from opd.models import Role, User
from tests.api.cast import System, registered
from tests.api.receiver import Receiver
from tests.opd.cast import person
from tests.reconciliation.conftest import _own_evidence, scene

__all__ = ["_own_evidence", "scene"]


@pytest.fixture
def own_rows_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test inside one transaction reads what it has just booked, as a later call would."""
    monkeypatch.setattr("tp2dd.api.resources.payments.horizon", lambda: 2**62)


@pytest.fixture
def admin(db: None) -> User:
    return person("admin", Role.ADMINISTRATOR)


@pytest.fixture
def system(admin: User) -> System:
    """A consumer with a token for everything, used now."""
    return registered(admin)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    found = Receiver()
    yield found
    found.stop()
