"""The museum's counter and its SKRD under one receiving treasurer."""

from __future__ import annotations

import pytest

from opd.models import Role
from tests.assessments.cast import Office, staffed
from tests.counter.cast import Desk
from tests.opd.cast import person
from tests.retribusi.cast import Museum
from tests.retribusi.conftest import museum, now

__all__ = ["desk", "museum", "now", "office"]


@pytest.fixture
def office(museum: Museum) -> Office:
    return staffed(museum)


@pytest.fixture
def desk(office: Office) -> Desk:
    officer = person("petugas.loket", Role.PETUGAS_LOKET, office.museum.opd)
    return Desk(office.museum, officer, office.treasurer, person("kuasa.bud", Role.KUASA_BUD))
