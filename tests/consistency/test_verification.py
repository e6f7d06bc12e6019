"""``verify`` sees what the services and guards should have made impossible."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.consistency import planting
from tests.consistency.planting import FIELDS, Fault
from tests.planning.world import AT, YEAR
from tp2dd.consistency import services
from tp2dd.consistency.verification import LAWS

pytestmark = pytest.mark.django_db
EVENTS = "consistency_findingevent"
HARMS = {
    "a finding is closed by hand": (
        ["UPDATE consistency_finding SET state = 'mended'"], {"consistency.seen", "consistency.told"},
    ),
    "a story is torn out": (
        [f"ALTER TABLE {EVENTS} DISABLE TRIGGER USER", f"DELETE FROM {EVENTS}"],
        {"consistency.told", "consistency.guards"},
    ),
    "a percentage is polished": (
        ["UPDATE consistency_score SET agreeing = nodes"], {"consistency.scores"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_each_harm_is_found(harm: str) -> None:
    planting.plant([Fault("lost_sub", FIELDS[0], "02", frozenset({"renja"}))])
    services.run(year=YEAR, by=None, at=AT)
    assert not [problem for law in LAWS for problem in law.check().problems]
    statements, expected = HARMS[harm]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)
    assert {law.name for law in LAWS if law.check().problems} == expected


def test_every_law_is_broken_by_some_harm() -> None:
    assert set().union(*(laws for _, laws in HARMS.values())) == {law.name for law in LAWS}
