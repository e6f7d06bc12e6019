"""Break each law of the gate and see verify find it."""

from __future__ import annotations

import pytest
from django.db import connection

from retribusi.gate.verification import LAWS
from tests.gate.cast import Gate, without_guards

BREAK = {
    "gate.once": "UPDATE retribusi_ticket SET state = 'valid'",
    "gate.in_place": "UPDATE gate_entry SET entered_at = entered_at - interval '1 day'",
    "gate.conflicts": "UPDATE gate_entry SET id = gen_random_uuid() WHERE outcome <> 'accepted'",
    "gate.guards": "ALTER TABLE gate_entry DISABLE TRIGGER gate_entry_guard",
}


@pytest.mark.parametrize("name", BREAK)
def test_each_law_covers_rows_and_finds_its_breach(gate: Gate, name: str) -> None:
    gate.conflict()
    law = next(law for law in LAWS if law.name == name)
    whole = law.check()
    assert whole.rows > 0
    assert not whole.problems
    if name == "gate.guards":
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {BREAK[name]}")
    else:
        without_guards(BREAK[name])
    assert law.check().problems


def test_every_law_has_its_breach() -> None:
    assert {law.name for law in LAWS} == set(BREAK)
