"""One town for all tests of the package, in one transaction that is taken back at their end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from payments.incoming import whereabouts
from payments.incoming.refund_rules import Whereabouts
from payments.snap import client
from retribusi.models import TariffItem
from tests.incoming.bank import Bank
from tests.incoming.world import in_memory, make_account, make_opd, make_partner
from tests.look.public.town import Town, build
from tests.retribusi.cast import AT, Museum, make_point, make_tariff

KEPT = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}


@pytest.fixture(scope="package")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    """At ten in the morning; the bank answers in memory, files are kept there too."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        override_settings(STORAGES={**settings.STORAGES, **KEPT}, ROOT_URLCONF="tests.look.public.town"),
        transaction.atomic(),
    ):
        with time_machine.travel(AT, tick=False):
            yield build(_museum(patch), lambda where: _is_at(patch, where))
        transaction.set_rollback(True)


def _museum(patch: pytest.MonkeyPatch) -> Museum:
    opd, partner, bank = make_opd(), make_partner(), Bank()
    patch.setattr(client, "call", in_memory(bank))
    point = make_point(opd, make_account(partner, opd))
    adult = make_tariff(point, "Dewasa", 5000, name_en="Adult")
    child = make_tariff(point, "Anak", 3000, name_en="Child", category=TariffItem.Category.CHILD, position=2)
    return Museum(opd, partner, point, adult, child, bank)


def _is_at(patch: pytest.MonkeyPatch, where: Whereabouts) -> None:
    patch.setattr(whereabouts, "_where", lambda ids: dict.fromkeys(ids, where))
