"""Break each law of complaints and see verify find it; the demo keeps them all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import time_machine
from django.db import connection

from opd.office.calendar import WIB
from retribusi.complaints import demo
from retribusi.complaints.models import Complaint, Entry, late_now
from retribusi.complaints.verification import LAWS
from tests.complaints.cast import AT, PHONE, Desk

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=WIB)


def _unguard() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE complaints_entry DISABLE TRIGGER complaints_entry_append_only")


BREAK: dict[str, Callable[[], object]] = {
    "complaints.states": lambda: Complaint.objects.update(state="handling"),
    "complaints.answers": lambda: Complaint.objects.update(first_answered_at=NOW),
    "complaints.deadlines": lambda: Complaint.objects.update(first_due_on=AT.date()),
    "complaints.contacts": lambda: Complaint.objects.update(contact=b"bukan rahasia"),
    "complaints.trail": lambda: Entry.objects.create(
        complaint=Complaint.objects.get(), kind="note", text="diselipkan", state="answered", at=AT
    ),
    "complaints.kept": _unguard,
}


@pytest.mark.parametrize("name", BREAK)
def test_each_law_covers_rows_and_finds_its_breach(place: Desk, name: str) -> None:
    place.answered(contact=PHONE)
    law = next(law for law in LAWS if law.name == name)
    whole = law.check()
    assert whole.rows > 0
    assert not whole.problems
    BREAK[name]()
    assert law.check().problems


def test_every_law_has_its_breach() -> None:
    assert {law.name for law in LAWS} == set(BREAK)


def test_the_demo_shows_every_state_and_keeps_the_laws(seed_demo: Callable[..., list[str]]) -> None:
    assert seed_demo(NOW, demo)[-1] == "7 pengaduan"
    with time_machine.travel(NOW, tick=False):
        assert demo.seed(at=NOW) == "sudah ada"
        assert set(Complaint.objects.values_list("state", flat=True)) == {
            "new",
            "handling",
            "answered",
            "closed",
        }
        assert Complaint.objects.filter(late_now(NOW.date())).exists()
        assert Complaint.objects.filter(order__isnull=False).exists()
        filed = Entry.objects.filter(kind="filed")
        assert all(entry.text.startswith("(Peragaan)") for entry in filed)
        assert {entry.kind for entry in Entry.objects.all()} >= {
            "filed",
            "assigned",
            "message",
            "answer",
            "note",
        }
        for law in LAWS:
            finding = law.check()
            assert finding.rows > 0, law.name
            assert not finding.problems, (law.name, finding.problems)
