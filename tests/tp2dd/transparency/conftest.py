from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache

from opd.models import Opd, Role, User
from tests.opd.cast import agency, person
from tests.tp2dd.transparency.world import AT


@pytest.fixture(autouse=True)
def _now(db: None) -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        cache.clear()
        yield


@pytest.fixture
def sekda() -> User:
    return person("sekda", Role.SEKDA)


@pytest.fixture
def opd() -> Opd:
    return agency("115", "Dinas Rahasia")
