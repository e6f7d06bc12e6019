"""Break each law of the desk and see verify find it; the demo keeps them all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from opd import demo as people
from opd.planning import demo as planning
from payments.auditing import demo, sampling
from payments.auditing.models import Entry, Finding, Method, Population, Sample, SampleRow, late_now
from payments.auditing.verification import LAWS
from payments.spending import demo as spending
from tests.auditing.cast import AT, Desk
from tests.auditing.test_sampling import wanted
from tests.books import world

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def _off(table: str, trigger: str = "USER") -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE auditing_{table} DISABLE TRIGGER {trigger}")


def _by_force(table: str, deed: Callable[[], object]) -> Callable[[], object]:
    """What only somebody who switched the guards off can do."""

    def done() -> None:
        _off(table)
        deed()

    return done


BREAK: dict[str, Callable[[], object]] = {
    "auditing.states": _by_force("finding", lambda: Finding.objects.update(state="partial")),
    "auditing.documents": _by_force("finding", lambda: Finding.objects.update(document=None)),
    "auditing.deadlines": _by_force(
        "finding", lambda: Finding.objects.update(due_on=F("due_on") + timedelta(days=1))
    ),
    "auditing.trail": lambda: Entry.objects.create(
        finding=Finding.objects.get(), kind="answered", text="diselipkan", state="done", at=AT,
        by=Finding.objects.get().recorded_by,
    ),
    "auditing.samples": _by_force("samplerow", lambda: SampleRow.objects.update(key="lain")),
    "auditing.kept": lambda: _off("entry", "auditing_entry_append_only"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAK)
def test_each_law_covers_rows_and_finds_its_breach(place: Desk, name: str) -> None:
    place.judged()
    world.spent(place.office, 1_000_000, day=5)
    sampling.draw(
        wanted=wanted(Population.SPENDS, Method.TOP, size=1), form_key="uji", by=place.auditor, at=AT
    )
    law = next(law for law in LAWS if law.name == name)
    whole = law.check()
    assert whole.rows > 0
    assert not whole.problems
    BREAK[name]()
    assert law.check().problems


def test_every_law_has_its_breach() -> None:
    assert {law.name for law in LAWS} == set(BREAK)


@pytest.mark.django_db
def test_the_demo_has_a_finding_in_every_state_and_one_overdue(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    people.seed(at=NOW)
    for room in (planning, spending):
        room.seed(at=NOW)
    assert demo.seed(at=NOW) == "4 temuan, 1 sampel"
    assert demo.seed(at=NOW) == "sudah ada"
    assert sorted(Finding.objects.values_list("state", flat=True)) == [
        "done",
        "partial",
        "pending",
        "pending",
    ]
    assert Finding.objects.filter(late_now(NOW.date())).count() == 1
    assert all(row.title.startswith("(Peragaan)") for row in Finding.objects.all())
    assert [sampling.differences(row) for row in Sample.objects.all()] == [[]]
    found = {law.name: law.check() for law in LAWS}
    assert not {name: one.problems for name, one in found.items() if one.problems}
    assert all(one.rows for one in found.values())
