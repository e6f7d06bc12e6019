"""``verify`` sees what the guards should have made impossible: each law is broken with its guard down."""

from __future__ import annotations

import pytest
from django.db import connection

from opd.planning import verification
from tests.planning import plans
from tests.planning.test_guards import budget  # noqa: F401 - a fixture
from tests.planning.world import tourism

pytestmark = pytest.mark.django_db
LINE, HOLD = "planning_budgetline", "planning_hold"
DROP_LIMITS = [
    f"ALTER TABLE {LINE} DROP CONSTRAINT planning_line_within_pagu",
    f"ALTER TABLE {LINE} DROP CONSTRAINT planning_line_within_released",
]
HARMS: dict[str, tuple[list[str], set[str]]] = {
    "a held amount appears": ([f"UPDATE {LINE} SET held = held + 1"], {"planning.held"}),
    "a realisation vanishes": ([f"UPDATE {LINE} SET realised = realised - 1"], {"planning.realised"}),
    "an SPD is touched up": ([f"UPDATE {LINE} SET released = released + 1"], {"planning.released"}),
    "the pagu is touched up": ([f"UPDATE {LINE} SET pagu = pagu + 1"], {"planning.pagu"}),
    "a line is overspent": (
        [*DROP_LIMITS, f"UPDATE {LINE} SET held = pagu + 1"],
        {"planning.held", "planning.within"},
    ),
    "a purse forgets": (["UPDATE planning_purse SET used = 0"], {"planning.purses"}),
    "a limit grows by itself": (['UPDATE planning_purse SET "limit" = "limit" + 1'], {"planning.purses"}),
    "more comes back than was spent": (
        [
            "ALTER TABLE planning_correction DISABLE TRIGGER USER",
            "UPDATE planning_correction SET amount = 5000",
        ],
        {"planning.corrections", "planning.guards"},
    ),
    "a row is tied to a released hold": (
        [
            "UPDATE planning_sipdrow SET state = 'matched',"
            f" hold_id = (SELECT id FROM {HOLD} WHERE state = 'released')"
        ],
        {"planning.counted_once", "planning.realised"},
    ),
    "a month is lost": (["DELETE FROM planning_cashplan WHERE month = 5"], {"planning.cash_plan"}),
    "a version is skipped": (
        [
            "ALTER TABLE planning_plandocument DISABLE TRIGGER USER",
            "UPDATE planning_plandocument SET version = version + 1",
        ],
        {"planning.plan_versions", "planning.guards"},
    ),
    "a plan line slips into another year": (
        [
            "ALTER TABLE planning_planline DISABLE TRIGGER USER",
            "UPDATE planning_planline SET year = year + 1",
        ],
        {"planning.plan_lines", "planning.guards"},
    ),
    "a guard is switched off": (
        [f"ALTER TABLE {HOLD} DISABLE TRIGGER planning_hold_guard"],
        {"planning.guards"},
    ),
}


@pytest.fixture(autouse=True)
def _plan() -> None:
    tourism()
    plans.bring("rkpd", plans.csv("rkpd"), 900)


def broken() -> dict[str, list[str]]:
    found = {law.name: law.check().problems for law in verification.LAWS}
    return {name: problems for name, problems in found.items() if problems}


@pytest.mark.usefixtures("budget")
def test_every_law_holds_and_covers_rows() -> None:
    assert broken() == {}
    assert all(law.check().rows > 0 for law in verification.LAWS)


@pytest.mark.usefixtures("budget")
@pytest.mark.parametrize("harm", HARMS)
def test_each_harm_is_found(harm: str) -> None:
    statements, expected = HARMS[harm]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)
    assert set(broken()) == expected


def test_every_law_is_broken_by_some_harm() -> None:
    assert set.union(*(laws for _, laws in HARMS.values())) == {law.name for law in verification.LAWS}
