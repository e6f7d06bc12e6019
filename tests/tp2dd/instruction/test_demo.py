"""The demo's instruction stands in mixed states on any day, and every law holds with rows to prove."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from opd.access import EVERYWHERE
from opd.demo import seed as seed_people
from opd.models import Opd
from tp2dd.instruction import demo
from tp2dd.instruction.board import board
from tp2dd.instruction.brief import sections
from tp2dd.instruction.models import Instruction
from tp2dd.instruction.verification import LAWS
from tp2dd.papers import as_pdf
from tp2dd.rollout import demo as rollout


@pytest.mark.parametrize("day", ["2026-11-26", "2027-01-01"])
@pytest.mark.django_db
def test_the_demo_addresses_every_agency_in_mixed_states(day: str, settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    at = datetime.fromisoformat(f"{day}T03:00:00").replace(tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        seed_people(at=at)
        rollout.seed(at=at)
        agencies = Opd.objects.valid(on=at.date()).count()
        assert demo.seed(at=at) == f"{agencies} OPD dituju, 6 menyatakan terima"
        assert demo.seed(at=at) == "sudah ada"
        found = board(Instruction.objects.get(), EVERYWHERE)
        brief = as_pdf("Ringkasan", sections(found, at=at), number="1", at=at, signed=[], on=at.date())
    assert brief.count(b"/Type /Page\n") == 1
    standings = {mark.judged.standing for row in found.rows for mark in row.marks}
    assert standings == {"met", "exempt", "waiting", "returned", "open"}
    assert "peragaan" in found.instruction.subject
    checked = [law.check() for law in LAWS]
    assert not [problem for one in checked for problem in one.problems]
    assert all(one.rows for one in checked)
