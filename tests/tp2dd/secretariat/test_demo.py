"""The demo's desk and action plan begin on any day, and every law holds with rows to prove."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from opd.demo import seed as seed_people
from tp2dd.roadmap import demo as roadmap
from tp2dd.roadmap.models import Action
from tp2dd.roadmap.verification import LAWS as ROADMAP_LAWS
from tp2dd.secretariat import demo
from tp2dd.secretariat.verification import LAWS


@pytest.mark.parametrize("day", ["2026-11-27", "2027-01-01"])
@pytest.mark.django_db
def test_the_demo_begins_on_any_day(day: str, settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    at = datetime.fromisoformat(f"{day}T03:00:00").replace(tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        seed_people(at=at)
        assert demo.seed(at=at) == "5 kegiatan, 4 permintaan data"
        assert demo.seed(at=at) == "sudah ada"
        assert roadmap.seed(at=at) == "6 aksi, 2 temuan evaluasi"
        assert roadmap.seed(at=at) == "sudah ada"
    assert set(Action.objects.values_list("state", flat=True)) == set(Action.State.values)
    found = {law.name: law.check() for law in (*LAWS, *ROADMAP_LAWS)}
    assert not {name: one.problems for name, one in found.items() if one.problems}
    assert all(one.rows for one in found.values())
