"""The demo can be begun on any day: at the turn of a year, of a month."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from pytest_django import Settings

from opd.office.verification import laws
from tests.retribusi.demo_bank import offer_demo_bank

ROOMS = ("planning.", "spending.", "kkpd.", "emoney.", "rollout.", "retribusi.", "incoming.", "evaluation.")


@pytest.mark.parametrize("day", ["2026-12-31", "2027-01-01"])
@pytest.mark.django_db
def test_demo_begins_on_any_day_with_lawful_books(day: str, settings: Settings, tmp_path: Path) -> None:
    offer_demo_bank(settings, tmp_path)
    at = datetime.fromisoformat(f"{day}T02:30:00").replace(tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        call_command("seed")
        found = {law.name: law.check() for law in laws()}
    assert not {name: one.problems for name, one in found.items() if one.problems}
    shown = [name for name, one in found.items() if name.startswith(ROOMS) and one.rows]
    assert len(shown) > 30
