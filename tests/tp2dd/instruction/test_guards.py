"""What the database itself refuses, and what ``verify`` sees where somebody went past it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.tp2dd.instruction.test_services import remind
from tests.tp2dd.instruction.world import AT, World
from tp2dd.instruction import services
from tp2dd.instruction.verification import LAWS

pytestmark = pytest.mark.django_db
ACKNOWLEDGEMENT, DUTY = "instruction_acknowledgement", "instruction_duty"
REFUSED = (
    "UPDATE instruction_instruction SET subject = 'Lain'",
    "UPDATE instruction_instruction SET deadline = deadline + 30",
    "UPDATE instruction_instruction SET state = 'draft', issued_at = NULL, digest = ''",
    "UPDATE instruction_instruction SET state = 'closed', ended_at = now(), ending = 'x', number = 'Lain'",
    "DELETE FROM instruction_instruction",
    "TRUNCATE instruction_instruction CASCADE",
    "UPDATE instruction_point SET deadline = deadline + 30",
    "DELETE FROM instruction_point",
    "TRUNCATE instruction_point CASCADE",
    "INSERT INTO instruction_point (instruction_id, serial, text, deadline, measure, channel)"
    " SELECT instruction_id, 9, 'Lain', deadline, 'report', '' FROM instruction_point LIMIT 1",
    "DELETE FROM instruction_addressee",
    "TRUNCATE instruction_addressee CASCADE",
    "INSERT INTO instruction_addressee (instruction_id, opd_id)"
    " SELECT i.id, o.id FROM instruction_instruction i, opd_opd o WHERE o.code = '136'",
    f"UPDATE {DUTY} SET state = 'accepted', claim = 'done', reported_on = now() WHERE state = 'open'",
    f"UPDATE {DUTY} SET state = 'returned' WHERE state = 'accepted'",
    f"UPDATE {DUTY} SET claim = 'exempt' WHERE state = 'accepted'",
    f"DELETE FROM {DUTY}",
    f"UPDATE {ACKNOWLEDGEMENT} SET note = 'Lain'",
    f"DELETE FROM {ACKNOWLEDGEMENT}",
    "UPDATE instruction_dutyevent SET text = 'Lain'",
    "DELETE FROM instruction_dutyevent",
    "UPDATE instruction_reminder SET serial = 2",
    "DELETE FROM instruction_reminder",
)


def settled(world: World) -> None:
    world.issue()
    duty = world.reported()
    services.accept(duty_id=duty.pk, note="", by=world.secretary, at=AT)
    remind(world)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def refused(statement: str) -> None:
    """Our own guard says no, and no mere foreign key."""
    with pytest.raises(DatabaseError) as found, transaction.atomic():
        run(statement)
    assert str(getattr(found.value.__cause__, "sqlstate", ""))[:2] in {"IN", "NT"}, statement


def test_what_was_issued_and_said_cannot_be_changed(world: World) -> None:
    settled(world)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in REFUSED:
        refused(statement)


def test_nobody_answers_to_what_has_ended(world: World) -> None:
    settled(world)
    services.close(instruction_id=world.instruction.pk, note="Sudah selesai", by=world.sekda, at=AT)
    for statement in (
        f"UPDATE {DUTY} SET state = 'reported', claim = 'done', reported_on = now() WHERE state = 'open'",
        f"INSERT INTO {ACKNOWLEDGEMENT} (addressee_id, at, by_id, title, note)"
        f" SELECT id, now(), {world.head.pk}, 'PA', '' FROM instruction_addressee"
        f" WHERE id NOT IN (SELECT addressee_id FROM {ACKNOWLEDGEMENT})",
        "UPDATE instruction_instruction SET ending = 'Lain'",
    ):
        refused(statement)


HARMS = {
    "a deadline is moved": (["instruction_point"], "UPDATE instruction_point SET deadline = deadline + 1",
                            {"instruction.issued"}),
    "a duty is lost": ([DUTY], f"DELETE FROM {DUTY} WHERE id = (SELECT max(id) FROM {DUTY})",
                       {"instruction.duties"}),
    "a report is called taken": ([DUTY], f"UPDATE {DUTY} SET state = 'returned' WHERE state = 'accepted'",
                                 {"instruction.told"}),
    "a letter is another's": (["instruction_reminder"], "UPDATE instruction_reminder SET serial = 7",
                              {"instruction.reminders"}),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_verify_finds_each_harm(world: World, harm: str) -> None:
    settled(world)
    tables, statement, expected = HARMS[harm]
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    run(statement)
    assert {law.name for law in LAWS if law.check().problems} == expected | {"instruction.guards"}


def test_every_law_is_broken_by_some_harm() -> None:
    broken = set().union(*(laws for *_, laws in HARMS.values())) | {"instruction.guards"}
    assert broken == {law.name for law in LAWS}
