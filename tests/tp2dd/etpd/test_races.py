"""Two people at one column, and a freeze beside an answer: one wins, the other is told. Real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from tests.incoming.test_races import together
from tests.tp2dd.etpd.world import AT, World, build
from tp2dd.etpd import services
from tp2dd.etpd.models import Answer, Semester
from tp2dd.etpd.services import Change, EtpdError, locking
from tp2dd.etpd.verification import LAWS

pytestmark = pytest.mark.django_db(transaction=True)


def told(deed: Callable[[], object]) -> Callable[[], str]:
    def run() -> str:
        try:
            deed()
        except EtpdError as error:
            return str(error)
        return ""

    return run


def typed(world: World, value: str, *, seen: int = 0) -> Callable[[], object]:
    change = Change("CJ", value, seen)
    return lambda: services.answer(semester_id=world.semester.pk, changes=[change], by=world.secretary, at=AT)


def test_of_two_who_answer_one_column_at_once_one_is_told() -> None:
    world = build()
    found = together(told(typed(world, "Ya")), told(typed(world, "Tidak")))
    assert sorted(map(bool, found)) == [False, True]
    assert "Belum ada yang tersimpan" in "".join(found)
    assert Answer.objects.filter(field="qris").count() == 1


def test_an_answer_beside_a_sending_waits_and_is_refused() -> None:
    """The answer looked while the semester was being filled, and is written after it was sent."""
    world = build()
    world.fill_all()
    serial = locking.current(world.semester)["qris"].serial
    answered: list[str] = []

    def later() -> None:
        answered.append(told(typed(world, "Tidak", seen=serial))())
        connections.close_all()

    with transaction.atomic():
        services.submit(semester_id=world.semester.pk, by=world.secretary, at=AT)
        waiting = threading.Thread(target=later)
        waiting.start()
        _until_somebody_waits()
    waiting.join(30)
    assert "baru saja dikirim atau dibekukan" in answered[0]
    assert locking.values(world.semester)["qris"] == "Ya"


def test_two_who_freeze_at_once_issue_one_report() -> None:
    world = build()
    world.fill_all()
    world.submit()
    world.accept()
    found = together(told(lambda: world.freeze("Tetap")), told(lambda: world.freeze("Tetap")))
    assert sorted(map(bool, found)) == [False, True]
    assert Semester.objects.get().state == "frozen"
    assert [problem for law in LAWS for problem in law.check().problems] == []


def _until_somebody_waits() -> None:
    """Until another connection waits for a lock of ours; a test that never sees one fails."""
    with connection.cursor() as cursor:
        for _ in range(400):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.02), pg_stat_clear_snapshot()")
    raise AssertionError("nobody waited")
