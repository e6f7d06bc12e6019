"""Break each law of this room, and that of recognised money, and see verify find it."""

from __future__ import annotations

import pytest
from django.db import connection

from payments.incoming.verification import LAWS as INCOMING
from retribusi.walkins.services import heads, phantom
from retribusi.walkins.verification import LAWS
from tests.retribusi.cast import AT
from tests.walkins.cast import DAY, Gate
from tests.walkins.test_phantom import forged, told, unknown_money

TABLES = (
    *("incoming_recognition", "incoming_moneyexception", "walkins_headcount", "walkins_sighting"),
    "walkins_phantomcase",
)
BREAK = {
    "walkins.claims": "UPDATE retribusi_order SET visit_date = visit_date - 1",
    "walkins.void": "UPDATE incoming_recognition SET payable_key = 'lain' WHERE undone_at IS NOT NULL",
    "walkins.heads": "UPDATE walkins_headcount SET corrects_id = NULL",
    "walkins.cases": "UPDATE walkins_phantomcase SET state = 'investigated'",
    "walkins.alarms": "DELETE FROM walkins_sighting WHERE trouble_id IS NOT NULL",
    "walkins.guards": "ALTER TABLE walkins_headcount DISABLE TRIGGER walkins_headcount_guard",
    "incoming.recognitions": "UPDATE incoming_recognition SET amount = amount - 1",
}


@pytest.mark.parametrize("name", BREAK)
def test_each_law_covers_rows_and_finds_its_breach(gate: Gate, name: str) -> None:
    payment = gate.credit()
    gate.claim(payment)
    gate.undo(payment)
    gate.claim(payment)
    for number, note in ((12, ""), (15, "rombongan terlewat")):
        heads.count(point=gate.museum.point, day=DAY, hour=9, heads=number, note=note, by=gate.officer, at=AT)
    told(gate, forged(gate))
    unknown_money(gate)
    phantom.open_from_money(at=AT)
    law = next(law for law in (*LAWS, *INCOMING) if law.name == name)
    whole = law.check()
    assert whole.rows > 0
    assert not whole.problems
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if name != "walkins.guards":
            cursor.execute("DROP INDEX headcount_once")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(BREAK[name])
        if name == "walkins.alarms":
            cursor.execute("UPDATE incoming_moneyexception SET at = at - interval '400 days'")
    assert law.check().problems


def test_every_law_has_its_breach() -> None:
    assert {law.name for law in LAWS} < set(BREAK)
