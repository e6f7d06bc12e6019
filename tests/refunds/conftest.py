from __future__ import annotations

from typing import Any

import pytest

from opd import stepup
from opd.models import Role
from payments.incoming import whereabouts
from payments.incoming.refund_rules import Whereabouts
from tests.incoming.conftest import things  # noqa: F401
from tests.opd.cast import person
from tests.refunds.cast import Office
from tests.retribusi.cast import Museum
from tests.retribusi.conftest import museum, now  # noqa: F401


@pytest.fixture
def office(museum: Museum, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Office:  # noqa: F811
    """One paid order; files are kept in memory; where the money is, each test says."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }

    def put(where: Whereabouts) -> None:
        monkeypatch.setattr(whereabouts, "_where", lambda ids: dict.fromkeys(ids, where))

    opd = museum.opd
    return Office(
        museum, person("bendahara", Role.BENDAHARA_PENERIMAAN, opd), person("kepala", Role.PA, opd),
        person("bud", Role.KUASA_BUD), put,
    )  # fmt: skip


@pytest.fixture
def just_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second factor has tests of its own; here it was just given."""
    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)
